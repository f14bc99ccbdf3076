import { type Complete, NEVER } from "../check.js";
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
/** How often a connection with an unanswered probe is looked at: calls come and go without a frame. */
const LOOK_MS = 1_000;

/** Watches the silence of a connection by a single timer. Any frame is life, and silence counts from an asked probe only. */
export class Liveness {
  #timer: unknown;
  /** When the last frame came, or since when nobody could hear one. */
  #heardAt = 0;
  /** When a probe was sent that nothing followed yet. */
  #probedAt: number | undefined;
  /** When a call was last seen in flight: silence before that was no silence of an idle server. */
  #busyAt = 0;
  #responsive = true;
  #dueAt = 0;
  #stopped = false;

  readonly #options: Complete<LivenessOptions>;
  readonly #clock: Clock;
  readonly #events: LivenessEvents;

  constructor(options: Complete<LivenessOptions>, clock: Clock, events: LivenessEvents) {
    this.#options = options;
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
    if (this.#probedAt === undefined) return; // the timer is not put off by each frame: it may come to nothing
    this.#probedAt = undefined;
    this.#tell(true);
    this.#schedule(now);
  }

  #tell(responsive: boolean): void {
    if (this.#responsive === responsive) return;
    this.#responsive = responsive;
    this.#events.responsive(responsive);
  }

  /** Asks at once, unless an answer is due anyway. */
  check(): void {
    const now = this.#clock.now();
    if (this.#probedAt === undefined) this.#ask(now);
    // nobody listened meanwhile, so it was no silence
    else if (this.#slept(now)) this.#probedAt = now;
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
    if (this.#probedAt === undefined) {
      if (now - this.#heardAt >= intervalMs) this.#ask(now);
    } else {
      if (this.#events.busy()) this.#busyAt = now;
      const silentMs = now - this.#probedAt;
      if (now >= this.#deadAt(this.#probedAt)) return this.#events.dead(silentMs);
      if (silentMs >= unresponsiveMs) this.#tell(false);
    }
    this.#schedule(now);
  }

  /** When the connection counts as dead, as things are now. */
  #deadAt(probedAt: number): number {
    const { deadMs, busyDeadMs } = this.#options;
    return this.#events.busy() ? probedAt + busyDeadMs : Math.max(probedAt, this.#busyAt) + deadMs;
  }

  /** The next moment at which something may be due. */
  #schedule(now: number): void {
    // whom we told may have ended the connection
    if (this.#stopped) return;
    const { intervalMs, unresponsiveMs } = this.#options;
    const probedAt = this.#probedAt;
    const dueAt = probedAt === undefined ? this.#heardAt + intervalMs : Math.min(this.#deadAt(probedAt), this.#responsive ? probedAt + unresponsiveMs : NEVER, now + LOOK_MS);
    this.#dueAt = Math.max(now + 1, dueAt);
    this.#clock.clearTimeout(this.#timer);
    this.#timer = this.#clock.setTimeout(() => this.#tick(), this.#dueAt - now);
  }
}
