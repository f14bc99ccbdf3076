/** The legacy client on npm has no types for its root, and we ask for what no types promise. */
declare module "wslink-legacy-v*" {
  const parts: import("./bench.js").Client & import("./bench.js").Defaults;
  export = parts;
}
