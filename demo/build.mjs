// Builds the page into `.cache/demo`: files for any file host, with relative addresses.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../test/setup/command.mjs";
import { ensureNpm } from "../test/setup/npm.mjs";

const COPIED = ["index.html", "style.css", "controls.css", "icon.svg"];

/** @returns {Promise<string>} the folder */
export async function buildDemo() {
  await ensureNpm();
  const { build } = await import("esbuild"); // not before it is installed
  const folder = join(ROOT, ".cache/demo");
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: ["demo/main.ts"],
    outdir: folder,
    write: false,
    bundle: true,
    splitting: true, // the mock server is loaded only where it is needed
    format: "esm",
    target: "es2022",
    minify: true,
    sourcemap: true,
    conditions: ["es2015", "module"],
    alias: { "wslink-rx": "./src/index.ts", "wslink-rx/testing": "./src/testing/index.ts" },
    logLevel: "warning",
  });
  const files = new Map(outputFiles.map(({ path, contents }) => [relative(folder, path), contents]));
  for (const name of COPIED) files.set(name, readFileSync(join(ROOT, "demo", name)));
  for (const [name, contents] of files) put(join(folder, name), contents);
  for (const name of readdirSync(folder)) if (!files.has(name) && !name.endsWith(".part")) rmSync(join(folder, name), { recursive: true, force: true });
  return folder;
}

/** In one step, since a server that runs already may be serving the file. @param {string} path @param {Uint8Array} contents */
function put(path, contents) {
  mkdirSync(dirname(path), { recursive: true });
  const part = `${path}.${process.pid}.part`;
  writeFileSync(part, contents);
  renameSync(part, path);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) console.log(await buildDemo());
