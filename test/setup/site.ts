import { readFile } from "node:fs/promises";
import { type IncomingMessage, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { JSHandle, Page } from "@playwright/test";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SERVED = ["dist", "node_modules", "demo", "test"];
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".map": "application/json",
  ".svg": "image/svg+xml",
};

interface Answer {
  readonly body: string | Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** A web server on loopback: `/dist/…`, `/node_modules/…`, `/demo/…`, `/test/…` are the repository's; pages and bundles are made on demand. */
export class Site {
  /** Without a slash at its end: `http://127.0.0.1:40123`. */
  readonly url: string;
  readonly #server: ReturnType<typeof createServer>;
  readonly #made = new Map<string, Answer>();
  readonly #bundles = new Map<string, Promise<string>>();

  private constructor(server: ReturnType<typeof createServer>) {
    this.#server = server;
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on("request", (request, response) => void this.#answer(request, response));
  }

  static async start(): Promise<Site> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    return new Site(server);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }

  /** The URL of a page with this text. `headers` are for a Content-Security-Policy, say. */
  html(text: string, headers: Readonly<Record<string, string>> = {}): string {
    return this.#make(".html", `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">${text}`, headers);
  }

  /**
   * The URL of a test module (its path is relative to the repository's top) as a bundle.
   * In it "wslink-rx" and its further entries are the built files of `dist/`, and rxjs is one copy.
   */
  bundle(file: string): Promise<string> {
    let bundle = this.#bundles.get(file);
    if (!bundle) {
      bundle = this.#bundle(file);
      this.#bundles.set(file, bundle);
    }
    return bundle;
  }

  /**
   * Opens a page with a bundled test module in it and gives the module: `const inPage = await site.load<typeof import("./inPage.js")>(page, "test/x/inPage.ts")`,
   * then `await inPage.evaluate((module, arg) => module.run(arg), arg)`.
   */
  async load<Module extends object>(page: Page, file: string): Promise<JSHandle<Module>> {
    await page.goto(this.html(`<title>${file}</title>`));
    return (await page.evaluateHandle((url) => import(url), await this.bundle(file))) as unknown as JSHandle<Module>;
  }

  async #bundle(file: string): Promise<string> {
    const { outputFiles } = await build({
      entryPoints: [join(ROOT, file)],
      bundle: true,
      write: false,
      format: "esm",
      target: "es2022",
      sourcemap: "inline",
      conditions: ["es2015", "module"],
      logLevel: "silent",
    });
    return this.#make(".js", outputFiles[0]?.text ?? "", {});
  }

  #make(ending: string, text: string, headers: Readonly<Record<string, string>>): string {
    const path = `/made/${this.#made.size}${ending}`;
    this.#made.set(path, { body: text, headers });
    return this.url + path;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent(new URL(request.url ?? "/", this.url).pathname);
    const answer = this.#made.get(path) ?? (await fromRepository(path));
    if (answer) response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream", "cache-control": "no-store", ...answer.headers }).end(answer.body);
    else response.writeHead(404).end(`nothing at ${path}`);
  }
}

async function fromRepository(path: string): Promise<Answer | undefined> {
  const file = resolve(ROOT, `.${path}`);
  if (!SERVED.includes(relative(ROOT, file).split(/[\\/]/)[0] ?? "")) return undefined;
  return readFile(file).then(
    (body) => ({ body, headers: {} }),
    () => undefined,
  );
}
