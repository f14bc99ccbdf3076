/** The package with rxjs inside, for pages without a bundler: a module script, or the global `WslinkRx` of a classic one. */
export * from "./index.js";
export * as rxjs from "rxjs";
