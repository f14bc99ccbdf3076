import type { Clock } from "wslink-rx";

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

/** Lets everything run that waits for nothing but its turn. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A clock that stands until it is moved, and counts the timers that are set. */
export class FakeClock implements Clock {
  time = 1_000;
  readonly timers = new Set<Timer>();

  now(): number {
    return this.time;
  }

  setTimeout(run: () => void, ms: number): unknown {
    const timer = { at: this.time + ms, run };
    this.timers.add(timer);
    return timer;
  }

  clearTimeout(handle: unknown): void {
    this.timers.delete(handle as Timer);
  }

  /** When the next timer is due, from now; `undefined` without one. */
  get nextMs(): number | undefined {
    return this.timers.size === 0 ? undefined : Math.min(...[...this.timers].map(({ at }) => at)) - this.time;
  }

  /** Time passes as it does in a page that is awake: each timer at its moment. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await settled();
    for (let next = this.due(end); next; next = this.due(end)) {
      this.time = Math.max(this.time, next.at);
      this.timers.delete(next);
      next.run();
      await settled();
    }
    this.time = end;
  }

  /** Time passes while the page is frozen: what was due meanwhile is due at once. */
  async freeze(ms: number): Promise<void> {
    this.time += ms;
    await this.advance(0);
  }

  private due(until: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.timers) if (timer.at <= until && (!first || timer.at < first.at)) first = timer;
    return first;
  }
}
