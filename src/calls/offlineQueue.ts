import type { Clock } from "../clock.js";
import type { Holder, Pending } from "../connection/pending.js";
import { LimitError } from "../errors.js";
import type { Limits } from "../wire/limits.js";

/** Calls that wait for a connection: in their order, not too many, and not for ever. */
export class OfflineQueue implements Holder {
  /** Each call with the time until which it may wait. */
  readonly #waiting = new Map<Pending, number>();
  #timer: unknown;

  readonly #limits: Limits;
  readonly #clock: Clock;

  constructor(limits: Limits, clock: Clock) {
    this.#limits = limits;
    this.#clock = clock;
  }

  get queued(): number {
    return this.#waiting.size;
  }

  send(call: Pending): void {
    call.holder = this;
    this.#waiting.set(call, this.#clock.now() + this.#limits.maxQueuedMs);
    if (this.#waiting.size === 1) this.#watch();
  }

  drop(call: Pending): void {
    this.#waiting.delete(call);
    if (this.#waiting.size === 0) this.#clock.clearTimeout(this.#timer);
  }

  /** Gives all of them away, in their order. */
  take(): Pending[] {
    const calls = [...this.#waiting.keys()];
    this.#waiting.clear();
    this.#clock.clearTimeout(this.#timer);
    return calls;
  }

  /** All wait equally long, so the first is the first to expire. */
  #watch(): void {
    this.#clock.clearTimeout(this.#timer);
    const [first] = this.#waiting.values();
    if (first === undefined) return;
    this.#timer = this.#clock.setTimeout(() => this.#expire(), Math.max(0, first - this.#clock.now()));
  }

  #expire(): void {
    const { maxQueuedMs } = this.#limits;
    const now = this.#clock.now();
    for (const [call, until] of this.#waiting) {
      if (until > now) break;
      this.#waiting.delete(call);
      call.reject(new LimitError("maxQueuedMs", Math.round(now - until + maxQueuedMs), maxQueuedMs, `${call.method} found no connection; milliseconds of waiting`));
    }
    this.#watch();
  }
}
