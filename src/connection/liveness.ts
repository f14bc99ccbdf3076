import type { Complete } from "../check.js";
import type { Clock } from "../clock.js";
import type { LivenessOptions } from "../options.js";

export interface LivenessEvents {
  /** Sends a probe; its answer is a frame like any other. */
  probe(): void;
  /** Is any call in flight? Then silence proves nothing: a server works one message off after the other. */
  busy(): boolean;
  responsive(responsive: boolean): void;
  dead(silentMs: number): void;
}

/** A timer that comes later than this was frozen: the page slept, not the server. */
const FROZEN_MS = 2_000;

/** Watches the silence of a connection by a single timer. Any frame is life. */
export class Liveness {
  #timer: unknown;
  /** When the last frame came, or since when silence counts. */
  #heardAt = 0;
  #probedAt: number | undefined;
  #responsive = true;
  #dueAt = 0;
  #stopped = false;

  readonly #options: Complete<LivenessOptions>;
  readonly #clock: Clock;
  readonly #events: LivenessEvents;

  constructor(options: Complete<LivenessOptions>, clock: Clock, events: LivenessEvents) {
    const { intervalMs, deadMs } = options;
    // nobody is given up unasked
    this.#options = intervalMs < deadMs ? options : { ...options, intervalMs: deadMs / 2 };
    this.#clock = clock;
    this.#events = events;
  }

  start(): void {
    this.#heardAt = this.#clock.now();
    this.#schedule(this.#heardAt);
  }

  stop(): void {
    this.#stopped = true;
    this.#clock.clearTimeout(this.#timer);
  }

  /** A frame came. */
  alive(now: number): void {
    this.#heardAt = now;
    this.#probedAt = undefined;
    this.#tell(true);
  }

  #tell(responsive: boolean): void {
    if (this.#responsive === responsive) return;
    this.#responsive = responsive;
    this.#events.responsive(responsive);
  }

  /** Asks at once, unless an answer is due anyway. */
  check(): void {
    const now = this.#clock.now();
    const asked = this.#probedAt !== undefined;
    if (this.#slept(now)) {
      // nobody listened meanwhile, so it was no silence
      this.#heardAt = now;
      if (asked) this.#probedAt = now;
    }
    if (!asked) this.#ask(now);
    this.#schedule(now);
  }

  #ask(now: number): void {
    this.#probedAt = now;
    this.#events.probe();
  }

  #slept(now: number): boolean {
    return now - this.#dueAt > FROZEN_MS;
  }

  #tick(): void {
    const now = this.#clock.now();
    if (this.#slept(now)) return this.check();
    const { intervalMs, unresponsiveMs } = this.#options;
    const silentMs = now - this.#heardAt;
    if (silentMs >= this.#deadMs()) return this.#events.dead(silentMs);
    if (this.#probedAt === undefined) {
      if (silentMs >= intervalMs) this.#ask(now);
    } else if (now - this.#probedAt >= unresponsiveMs) this.#tell(false);
    this.#schedule(now);
  }

  #deadMs(): number {
    const { deadMs, busyDeadMs } = this.#options;
    return this.#events.busy() ? busyDeadMs || Number.POSITIVE_INFINITY : deadMs;
  }

  /** The next moment at which something may be due. */
  #schedule(now: number): void {
    // whom we told may have ended the connection
    if (this.#stopped) return;
    const { intervalMs, unresponsiveMs } = this.#options;
    const next = this.#probedAt === undefined ? this.#heardAt + intervalMs : this.#responsive ? this.#probedAt + unresponsiveMs : now + intervalMs;
    const dueAt = Math.max(now + 1, Math.min(next, this.#heardAt + this.#deadMs()));
    this.#dueAt = dueAt;
    this.#clock.clearTimeout(this.#timer);
    this.#timer = this.#clock.setTimeout(() => this.#tick(), dueAt - now);
  }
}
