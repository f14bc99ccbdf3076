import type { Browser, JSHandle, Page } from "@playwright/test";
import { TcpProxy } from "../reliability/tcpProxy.js";
import { type Generation, type RealServer, startServer } from "../servers/real.js";
import type { Site } from "../setup/site.js";
import { Memory } from "./memory.js";
import type { Random } from "./random.js";
import type { Broken, Seen } from "./tally.js";

type InPage = typeof import("./inPage.js");
const LANES = 8;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export interface SoakReport {
  readonly seen: Seen;
  readonly broken: Broken & { memory: string[] };
  readonly faults: Record<string, number>;
  readonly heapMb: number;
  readonly slopeMb: number;
}

/** One page, one proxy, one real server at a time: what they go through, and what came of it. */
export class Soak {
  private readonly faults: Record<string, number> = {};

  private constructor(
    private readonly generation: Generation,
    private readonly random: Random,
    private readonly page: Page,
    private readonly inPage: JSHandle<InPage>,
    private readonly proxy: TcpProxy,
    private server: RealServer,
    private readonly memory: Memory,
  ) {}

  static async start(browser: Browser, site: Site, generation: Generation, random: Random): Promise<Soak> {
    const page = await browser.newPage();
    const inPage = await site.load<InPage>(page, "test/soak/inPage.ts");
    const server = await startServer({ generation });
    return new Soak(generation, random, page, inPage, await TcpProxy.start(server.url), server, await Memory.of(page));
  }

  async run(minutes: number, seed: number, tell: (line: string) => void): Promise<SoakReport> {
    const { inPage, memory, random } = this;
    await inPage.evaluate((module, [url, seed, lanes, uploads]) => module.start(url, seed, lanes, uploads), [this.proxy.url, seed, LANES, this.generation === 2] as const);
    const began = performance.now();
    const sampleMs = Math.max(2_000, (minutes * 60_000) / 20);
    let sampled = began;
    while (performance.now() - began < minutes * 60_000) {
      await pause(1_000 + random.below(5_000));
      await this.fault();
      if (performance.now() - sampled < sampleMs) continue;
      sampled = performance.now();
      await inPage.evaluate((module) => module.pauseAll());
      const { seen, broken } = await inPage.evaluate((module) => module.report());
      await memory.sample(seen.cycles);
      await inPage.evaluate((module) => module.goOn());
      const worst = Object.entries(broken).find(([, list]) => list.length > 0);
      tell(`wslink ${this.generation}.x: ${seen.cycles} cycles, ${seen.callsMade} calls, heap ${memory.last.toFixed(1)} MB${worst ? `, BROKEN ${worst[0]}: ${worst[1][0]}` : ""}`);
    }
    await inPage.evaluate((module) => module.stop());
    const { seen, broken } = await inPage.evaluate((module) => module.report());
    await memory.sample(seen.cycles);
    const { slopeMb, totalMb } = memory.growth();
    // in a short run the engine's own growth of some 100 kB makes a steep slope
    const leak = slopeMb < 1 || totalMb < 0.5 ? [] : [`the heap grows by ${slopeMb.toFixed(2)} MB per 1,000 cycles`];
    return { seen, broken: { ...broken, memory: leak }, faults: this.faults, heapMb: memory.last, slopeMb };
  }

  async stop(): Promise<void> {
    await this.page.close();
    await this.proxy.close();
    await this.server.stop();
  }

  /** Something happens to all connections at once. */
  private async fault(): Promise<void> {
    const { proxy, random } = this;
    const kind = random.of(["fin", "rst", "hole", "half", "stop", "kill", "nothing"] as const);
    this.faults[kind] = (this.faults[kind] ?? 0) + 1;
    switch (kind) {
      case "nothing":
        return;
      case "stop":
        this.server.kill("SIGSTOP");
        await pause(random.below(1_500));
        this.server.kill("SIGCONT");
        return;
      case "kill":
        await this.server.stop();
        this.server = await startServer({ generation: this.generation });
        proxy.lead(this.server.url);
        return;
      default:
        proxy.cut(kind);
    }
  }
}
