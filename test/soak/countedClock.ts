import type { Clock } from "wslink-rx";

/** The platform's clock, which knows how many of its timers are alive. */
export class CountedClock implements Clock {
  private readonly alive = new Set<unknown>();

  get timers(): number {
    return this.alive.size;
  }

  now(): number {
    return performance.now();
  }

  setTimeout(callback: () => void, ms: number): unknown {
    const handle = setTimeout(() => {
      this.alive.delete(handle);
      callback();
    }, ms);
    this.alive.add(handle);
    return handle;
  }

  clearTimeout(handle: unknown): void {
    this.alive.delete(handle);
    clearTimeout(handle as number);
  }
}
