import type { Clock } from "../clock.js";
import type { Holder, Pending } from "../connection/pending.js";
import { LimitError } from "../errors.js";
import type { Limits } from "../wire/limits.js";

/** Calls that wait for a connection: in their order, not too many, and not for ever. */
export class OfflineQueue implements Holder {
  /** Each call with the timer that ends its waiting. */
  readonly #waiting = new Map<Pending, unknown>();

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
    const since = this.#clock.now();
    const { maxQueuedMs } = this.#limits;
    const expire = (): void => {
      this.drop(call);
      call.reject(new LimitError("maxQueuedMs", Math.round(this.#clock.now() - since), maxQueuedMs, `${call.method}, which found no connection`));
    };
    call.holder = this;
    this.#waiting.set(call, this.#clock.setTimeout(expire, maxQueuedMs));
  }

  drop(call: Pending): void {
    this.#clock.clearTimeout(this.#waiting.get(call));
    this.#waiting.delete(call);
  }

  /** Gives them away one by one, in their order; those that come meanwhile too. */
  *drain(): Generator<Pending, void> {
    for (const call of this.#waiting.keys()) {
      this.drop(call);
      yield call;
    }
  }
}
