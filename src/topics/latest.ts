import type { Clock } from "../clock.js";

/** A hidden page paints nothing: it gets the newest once a second. */
const HIDDEN_MS = 1_000;
/** Where nothing is ever painted (a worker, Node). */
const FRAME_MS = 16;

/** What waits for the next animation frame: of each receiver the newest of each key. */
export class Latest {
  readonly #waiting = new Map<object, Map<unknown, () => void>>();
  #frame: number | undefined;
  #timer: unknown;

  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Delivers with the next frame, unless a newer one of the same key comes before. Is this one such a newer one? */
  put(receiver: object, key: unknown, deliver: () => void): boolean {
    const newest = this.#waiting.get(receiver) ?? new Map<unknown, () => void>();
    const replaces = newest.has(key);
    this.#waiting.set(receiver, newest.set(key, deliver));
    this.#schedule();
    return replaces;
  }

  /** Takes out what waits for a receiver. */
  take(receiver: object): Iterable<() => void> {
    const newest = this.#waiting.get(receiver);
    if (this.#waiting.delete(receiver) && this.#waiting.size === 0) this.#cancel();
    return newest?.values() ?? [];
  }

  #schedule(): void {
    if (this.#timer !== undefined) return;
    // A page that is hidden meanwhile gets no frame any more: the timer is there in any case.
    this.#timer = this.#clock.setTimeout(() => this.#deliver(), paints() ? HIDDEN_MS : FRAME_MS);
    this.#shown();
    globalThis.document?.addEventListener?.("visibilitychange", this.#shown);
  }

  /** The page is shown, perhaps again: it paints. */
  readonly #shown = (): void => {
    if (this.#frame === undefined && paints() && globalThis.document?.visibilityState !== "hidden") this.#frame = requestAnimationFrame(() => this.#deliver());
  };

  #deliver(): void {
    this.#cancel();
    const all = [...this.#waiting];
    this.#waiting.clear();
    for (const [, newest] of all) for (const deliver of newest.values()) deliver();
  }

  #cancel(): void {
    globalThis.document?.removeEventListener?.("visibilitychange", this.#shown);
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    this.#frame = undefined;
  }
}

const paints = (): boolean => typeof requestAnimationFrame === "function";
