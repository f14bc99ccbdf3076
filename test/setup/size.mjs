import { gzipSync } from "node:zlib";
import { ROOT } from "./command.mjs";

/** What an app pays: minified and gzipped, rxjs outside. In bytes. What a change adds is paid for elsewhere; 21,000 is where it is to be. */
const LIMIT = 21_160;

/** Everything that `import { connect, Session } from "wslink-rx"` reaches; without splitting, lazily imported modules are in the one file too. */
export async function entrySize() {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    stdin: { contents: 'export { connect, Session } from "wslink-rx";', resolveDir: ROOT },
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    target: "es2022",
    external: ["rxjs"],
    logLevel: "error",
  });
  return { bytes: gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length };
}

export async function checkSize() {
  const { bytes } = await entrySize();
  return { code: bytes > 1000 && bytes <= LIMIT ? 0 : 1, output: `${bytes} bytes of at most ${LIMIT}` };
}
