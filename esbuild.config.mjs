import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { SetupError, reason, run } from "./test/setup/command.mjs";
import { ensureNpm } from "./test/setup/npm.mjs";
import { entrySize } from "./test/setup/size.mjs";

const ROOT = fileURLToPath(new URL(".", import.meta.url));
const DIST = join(ROOT, "dist");

/** @type {import("esbuild").BuildOptions} */
const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  target: "es2022",
  sourcemap: true,
  conditions: ["es2015", "module"], // else rxjs comes in as ES5, a third larger
  logLevel: "warning",
};

/** What a script tag, `require` and AMD get: the name of the global, and whether rxjs comes from outside. */
const UMD = [
  { file: "wslink-rx", entry: "src/standalone.ts", global: "WslinkRx", rxjsOutside: false },
  { file: "wslink-rx.external", entry: "src/index.ts", global: "WslinkRx", rxjsOutside: true },
  { file: "root", entry: "src/root.ts", global: "WslinkRx", rxjsOutside: true }, // what `require` gives
  { file: "testing", entry: "src/testing/index.ts", global: "WslinkRxTesting", rxjsOutside: false },
  { file: "compat", entry: "src/compat/index.ts", global: "wslink", rxjsOutside: false },
];

/** For npm: one set of chunks, so that a class is the same whichever entry it comes from. */
async function esm() {
  const compat = existsSync(join(ROOT, "src/compat")) ? readdirSync(join(ROOT, "src/compat")).filter((name) => name.endsWith(".ts")) : [];
  const files = ["src/root.ts", "src/index.ts", "src/testing/index.ts", ...compat.map((name) => `src/compat/${name}`)].filter((file) => existsSync(join(ROOT, file)));
  await esbuild.build({
    ...COMMON,
    entryPoints: files,
    outbase: "src",
    outdir: "dist/esm",
    format: "esm",
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    external: ["rxjs"],
  });
  // What is imported for nothing but its side effects has none, and users' bundlers would warn of it. The lines stay, for the source maps.
  for (const path of readdirSync(join(DIST, "esm"), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".js"))) {
    const file = join(DIST, "esm", path);
    writeFileSync(file, readFileSync(file, "utf8").replace(/^import "\.[^"]+";$/gm, ""));
  }
}

/** For `<script type="module">` without a bundler. */
async function standalone() {
  await esbuild.build({ ...COMMON, entryPoints: ["src/standalone.ts"], outfile: "dist/standalone.js", format: "esm", minify: true });
}

/** esbuild has no UMD format: its CommonJS output becomes the body of a factory. */
async function umd() {
  mkdirSync(join(DIST, "umd"), { recursive: true });
  writeFileSync(join(DIST, "umd/package.json"), '{"type":"commonjs"}\n'); // so that Node takes `.js` here for CommonJS
  for (const { file, entry, global, rxjsOutside } of UMD.filter((one) => existsSync(join(ROOT, one.entry)))) {
    const names = await exportedNames(entry);
    await esbuild.build({
      ...COMMON,
      entryPoints: [entry],
      outfile: `dist/umd/${file}.js`,
      format: "cjs",
      minify: true,
      external: rxjsOutside ? ["rxjs"] : [],
      banner: { js: factoryStart(global, rxjsOutside) },
      // never runs: it tells Node the names for `import`; `default` cannot stand among them
      footer: { js: `});\n0&&(module.exports={${names.filter((name) => name !== "default").join(",")}})${names.includes("default") ? ",0&&(exports.default=0)" : ""};` },
    });
  }
}

/** @param {string} global @param {boolean} rxjsOutside */
function factoryStart(global, rxjsOutside) {
  const rxjs = rxjsOutside
    ? { node: ',function(){return require("rxjs")}', amd: '["rxjs"]', page: `,function(){if(!root.rxjs)throw new Error("${global} needs the global rxjs: load rxjs first");return root.rxjs}` }
    : { node: "", amd: "[]", page: "" };
  return [
    "(function(root,factory){",
    `if(typeof module==="object"&&typeof exports==="object")factory(module${rxjs.node});`,
    `else if(typeof define==="function"&&define.amd)define(${rxjs.amd},function(rxjs){var made={exports:{}};factory(made,function(){return rxjs});return made.exports});`,
    `else{var made={exports:{}};factory(made${rxjs.page});root.${global}=made.exports}`,
    '})(typeof globalThis!=="undefined"?globalThis:self,function(module,require){',
  ].join("");
}

/** @param {string} entry */
async function exportedNames(entry) {
  const { metafile } = await esbuild.build({ ...COMMON, sourcemap: false, entryPoints: [entry], outdir: "dist", format: "esm", write: false, metafile: true });
  return Object.values(metafile.outputs).flatMap((output) => output.exports);
}

/** `tsc` writes the types for `import`; those for `require` are the same texts where Node takes them for CommonJS. */
async function types() {
  const { code, output } = await run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", "."]);
  if (code !== 0) throw new SetupError(`the types do not compile (${reason(output)}):\n${output}`);
  cpSync(join(DIST, "types"), join(DIST, "umd/types"), { recursive: true, filter: (path) => !path.endsWith(".map") });
  for (const path of readdirSync(join(DIST, "umd/types"), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".d.ts"))) {
    const file = join(DIST, "umd/types", path);
    writeFileSync(file, readFileSync(file, "utf8").replace(/\n?\/\/# sourceMappingURL=.*/, ""));
  }
}

await ensureNpm().catch(fail);
const esbuild = await import("esbuild");
rmSync(DIST, { recursive: true, force: true });
await Promise.all([esm(), standalone(), umd()]).then(types).catch(fail);
const { bytes } = await entrySize();
console.log(`dist: ${bytes} bytes for connect and Session, minified and gzipped, rxjs outside`);

/** @param {unknown} error @returns {never} */
function fail(error) {
  console.error(error instanceof SetupError ? `wslink-rx: ${error.message}` : error);
  process.exit(1);
}
