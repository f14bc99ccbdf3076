import { randomBytes } from "node:crypto";
import type { Browser, JSHandle, Page } from "@playwright/test";
import type { Site } from "../setup/page.js";
import type { BackendName } from "./backends.js";
import { HOST, type Host } from "./host.js";
import type { LibraryName, Outcome } from "./inPage.js";
import { Places } from "./places.js";

type InPage = typeof import("./inPage.js");

/** A page in real Chromium with the built library, a backend, and a secret of its own that must be seen nowhere. */
export class Bench {
  readonly secret = `secret-${randomBytes(16).toString("hex")}`;
  readonly places = new Places();
  /** What stands in the browser's console, its own lines included. */
  readonly console: string[] = [];
  #page!: Page;
  #module!: JSHandle<InPage>;

  static async open(browser: Browser, site: Site, backend: BackendName, library: LibraryName = "esm"): Promise<Bench> {
    const bench = new Bench();
    const page = await browser.newPage();
    bench.#page = page;
    page.on("console", (line) => bench.console.push(line.text()));
    page.on("pageerror", (error) => bench.console.push(error.stack ?? error.message));
    const { places } = bench;
    await page.exposeFunction(HOST, (method: keyof Host, args: never[]) => (places[method] as (...args: never[]) => unknown).apply(places, args));
    bench.#module = await site.load<InPage>(page, "test/contract/inPage.ts");
    await bench.#module.evaluate((module, [backend, library, secret]) => module.prepare(backend, library, secret), [backend, library, bench.secret] as const);
    return bench;
  }

  run(behaviour: string): Promise<Outcome> {
    return this.#module.evaluate((module, name) => module.run(name), behaviour);
  }

  plant(): Promise<Outcome> {
    return this.#module.evaluate((module) => module.plant());
  }

  /** Ends all servers, so that their logs are whole. Gives those where the secret stands, and the console's lines. */
  async search(): Promise<{ logs: string[]; console: string[] }> {
    await this.places.stopAll();
    this.places.logs.push(...(await this.#module.evaluate((module) => module.logs())));
    return { logs: this.places.logs.filter((log) => log.includes(this.secret)), console: this.console.filter((line) => line.includes(this.secret)) };
  }

  async close(): Promise<void> {
    await this.#page.close();
    await this.places.stopAll();
  }
}
