import type { CDPSession, Page } from "@playwright/test";

const MB = 1024 * 1024;

/** How the heap of a page grows, each time after a collection that was forced. */
export class Memory {
  private readonly samples: { readonly cycles: number; readonly bytes: number }[] = [];

  private constructor(private readonly cdp: CDPSession) {}

  static async of(page: Page): Promise<Memory> {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("HeapProfiler.enable");
    return new Memory(cdp);
  }

  async sample(cycles: number): Promise<void> {
    // what finalizers let go of is collected by the second
    for (let i = 0; i < 2; i++) await this.cdp.send("HeapProfiler.collectGarbage");
    const { usedSize } = (await this.cdp.send("Runtime.getHeapUsage")) as { usedSize: number };
    this.samples.push({ cycles, bytes: usedSize });
  }

  /** How many listeners the page has, as the browser counts them. */
  async listeners(): Promise<number> {
    return (await this.cdp.send("Memory.getDOMCounters")).jsEventListeners;
  }

  /** In MB. */
  get last(): number {
    return (this.samples.at(-1)?.bytes ?? 0) / MB;
  }

  /** MB per 1,000 cycles over the last two thirds of the samples, by least squares, and how much that makes in all. */
  growth(): { slopeMb: number; totalMb: number } {
    const samples = this.samples.slice(Math.floor(this.samples.length / 3));
    const mean = (of: (sample: (typeof samples)[number]) => number): number => samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
    const [x, y] = [mean(({ cycles }) => cycles), mean(({ bytes }) => bytes)];
    const spread = mean(({ cycles }) => (cycles - x) ** 2);
    const perCycle = spread === 0 ? Number.NaN : mean(({ cycles, bytes }) => (cycles - x) * (bytes - y)) / spread / MB;
    const cycles = (samples.at(-1)?.cycles ?? 0) - (samples[0]?.cycles ?? 0);
    return { slopeMb: perCycle * 1_000, totalMb: perCycle * cycles };
  }
}
