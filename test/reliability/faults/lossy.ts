import type { JSHandle, Page } from "@playwright/test";
import type { SessionOptions } from "wslink-rx";
import { type Generation, type RealServer, startServer } from "../../servers/real.js";
import type { Site } from "../../setup/page.js";
import { TcpProxy } from "../tcpProxy.js";

export type InPage = typeof import("./inPage.js");
export const GENERATIONS = [1, 2] as const satisfies Generation[];
const FILE = "test/reliability/faults/inPage.ts";

/** A real server behind a proxy, and a page that talks to it. */
export class Lossy {
  private constructor(
    readonly server: RealServer,
    readonly proxy: TcpProxy,
    readonly inPage: JSHandle<InPage>,
    readonly uncaught: string[],
  ) {}

  static async start(page: Page, site: Site, generation: Generation): Promise<Lossy> {
    const server = await startServer({ generation });
    const uncaught: string[] = [];
    page.on("pageerror", (error) => uncaught.push(error.message));
    return new Lossy(server, await TcpProxy.start(server.url), await site.load<InPage>(page, FILE), uncaught);
  }

  open(options: Partial<Omit<SessionOptions, "url">> & { url?: string } = {}): Promise<void> {
    return this.inPage.evaluate((module, options) => module.open(options), { url: this.proxy.url, reconnect: { minDelayMs: 20, maxDelayMs: 20 }, ...options });
  }

  /** 1,000 calls in flight, all of them sent: the server waits in the first one, and works off one after the other. */
  async callForEver(): Promise<void> {
    await this.inPage.evaluate(async (module) => {
      module.call(1_000, "test.gate.wait", ["never"]);
      await module.emptied();
    });
  }

  outcome(): ReturnType<InPage["outcome"]> {
    return this.inPage.evaluate((module) => module.outcome());
  }

  async stop(): Promise<void> {
    await this.proxy.close();
    await this.server.stop();
  }
}
