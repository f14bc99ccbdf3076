import { join } from "node:path";
import { build } from "esbuild";
import { ROOT } from "../setup/command.mjs";

/** What an owner of an app writes as `{ wslink: "wslink-rx/compat" }`; the apps here have no package of that name installed. */
const ALIAS = { "wslink/src": join(ROOT, "dist/esm/compat"), wslink: join(ROOT, "dist/esm/compat/index.js") };

/** An app as a module for a page, with the client that it imports as `wslink` replaced by ours. */
export async function bundle(source: { readonly file: string } | { readonly code: string }): Promise<string> {
  const { outputFiles } = await build({
    ...("file" in source ? { entryPoints: [join(ROOT, source.file)] } : { stdin: { contents: source.code, resolveDir: join(ROOT, "test/apps"), loader: "js" } }),
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
    conditions: ["es2015", "module"],
    define: { "process.env.NODE_ENV": '"production"' },
    loader: { ".svg": "text", ".glsl": "text" },
    alias: ALIAS,
    logLevel: "error",
  });
  return outputFiles[0]?.text ?? "";
}
