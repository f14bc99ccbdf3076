import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What a fake launcher answers: a status and a body. `hold` answers never. */
export type Answer = readonly [status: number, body: unknown] | "hold";

export const TAKEN: Answer = [503, { error: "All the resources are currently taken" }];

/** An HTTP server in the place of a launcher, for answers that the real one gives rarely. */
export class FakeLauncher {
  readonly asked: string[] = [];
  readonly #waiting: [number, () => void][] = [];
  readonly #server: Server;

  private constructor(answer: (request: IncomingMessage, count: number) => Answer) {
    this.#server = createServer((request, response) => {
      this.asked.push(`${request.method} ${request.url}`);
      for (const [count, done] of this.#waiting) if (this.asked.length >= count) done();
      const given = answer(request, this.asked.length);
      if (given === "hold") return;
      response.writeHead(given[0], { connection: "close" });
      response.end(JSON.stringify(given[1]));
    });
  }

  static async start(answer: (request: IncomingMessage, count: number) => Answer): Promise<FakeLauncher> {
    const launcher = new FakeLauncher(answer);
    await new Promise<void>((listening) => launcher.#server.listen(0, "127.0.0.1", listening));
    return launcher;
  }

  /** Its endpoint, without a slash at the end. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/paraview`;
  }

  /** Resolves when it has been asked so many times. */
  requests(count: number): Promise<void> {
    return this.asked.length >= count ? Promise.resolve() : new Promise((done) => this.#waiting.push([count, done]));
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((closed) => this.#server.close(closed));
  }
}
