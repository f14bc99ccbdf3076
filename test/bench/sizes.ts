import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { ROOT } from "../setup/command.mjs";

export interface Size {
  readonly what: string;
  readonly bytes: number;
}

const BUNDLES = [
  ["`connect` and `Session` of wslink-rx, rxjs outside", 'export { connect, Session } from "wslink-rx";'],
  ["npm `wslink` 2.5.0: `SmartConnect`", 'export { default } from "wslink-legacy-v2/src/SmartConnect";'],
  ["npm `wslink` 1.12.4: `SmartConnect`", 'export { default } from "wslink-legacy-v1/src/SmartConnect";'],
] as const;

/** What an app pays for each client. */
export function sizes(): Promise<Size[]> {
  return Promise.all(
    BUNDLES.map(async ([what, contents]) => {
      const { outputFiles } = await build({
        stdin: { contents, resolveDir: ROOT },
        bundle: true,
        write: false,
        minify: true,
        format: "esm",
        target: "es2022",
        external: ["rxjs"],
      });
      return { what, bytes: gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length };
    }),
  );
}
