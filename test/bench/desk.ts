import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Job, Outcome } from "./bench.js";
import { Browser } from "./browser.js";
import { read, renderersOf } from "./renderer.js";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const TIMEOUT_MS = 180_000;
/** A page that is isolated has a clock of 5 µs; of 100 µs otherwise, which is a whole call. */
const HEADERS = { "cache-control": "no-store", "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };

/** Serves one page after the other, each in a browser of its own, gives it its job, and takes its outcome. */
export class Desk {
  private readonly scripts = new Map<string, string>();
  private job: Job | undefined;
  private browser: Browser | undefined;
  private renderers: readonly number[] = [];
  /** The case whose measurement began last. */
  private at = "the start";
  private finish: ((outcome: Outcome) => void) | undefined;

  private constructor(
    private readonly server: Server,
    private readonly url: string,
  ) {
    server.on("request", (request, response) => void this.answer(request, response));
  }

  static async open(): Promise<Desk> {
    const server = createServer();
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    return new Desk(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  async run(job: Job): Promise<Outcome> {
    await this.script(job);
    this.job = job;
    this.at = "the start";
    const outcome = new Promise<Outcome>((resolve) => {
      this.finish = resolve;
    });
    const browser = await Browser.start(this.url);
    this.browser = browser;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Outcome>((resolve) => {
      timer = setTimeout(() => resolve({ error: `no outcome within ${TIMEOUT_MS} ms; it was at ${this.at}` }), TIMEOUT_MS);
    });
    const failed = browser.failed();
    failed.catch(() => {}); // our own stop() ends it too
    try {
      return await Promise.race([outcome, late, failed]);
    } finally {
      clearTimeout(timer);
      await browser.stop();
    }
  }

  /** The page's script: the cases and one client, bundled and minified as an app is. */
  private async script({ client, protocol }: Job): Promise<string> {
    const module = client === "rx" ? "rx" : `${client}${protocol.toUpperCase()}`;
    const made = this.scripts.get(module);
    if (made) return made;
    const { outputFiles } = await build({
      stdin: { contents: `import { open } from "./clients/${module}.ts"; import { runJob } from "./page.ts"; runJob(open, await (await fetch("/job")).json());`, resolveDir: HERE },
      bundle: true,
      write: false,
      minify: true,
      format: "esm",
      target: "es2022",
      conditions: ["es2015", "module"],
    });
    const text = outputFiles[0]?.text ?? "";
    this.scripts.set(module, text);
    return text;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, search } = new URL(request.url ?? "/", this.url);
    const send = (type: string, body: string): void => void response.writeHead(200, { "content-type": type, ...HEADERS }).end(body);
    switch (pathname) {
      case "/":
        return send("text/html", '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="/script.js"></script>');
      case "/script.js":
        return send("text/javascript", await this.script(this.job as Job));
      case "/job":
        return send("application/json", JSON.stringify(this.job));
      case "/begin":
        this.at = decodeURIComponent(search.slice(1));
        this.renderers = renderersOf(this.browser?.pid ?? 0); // only now is the one that the browser began with gone
        return send("application/json", JSON.stringify(read(this.renderers, true)));
      case "/end":
        return send("application/json", JSON.stringify(read(this.renderers, false)));
      case "/outcome": {
        let body = "";
        for await (const piece of request.setEncoding("utf8")) body += piece;
        send("text/plain", "");
        return this.finish?.(JSON.parse(body));
      }
      default:
        response.writeHead(404).end();
    }
  }
}
