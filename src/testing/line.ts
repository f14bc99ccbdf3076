import type { Clock } from "../clock.js";
import type { Faults, OutgoingMessage } from "./faults.js";
import { corrupt, cut, malformed, oversize, reversed } from "./mangle.js";
import type { ClientEnd } from "./mockClient.js";
import type { ServerFrame } from "./speech.js";

/** What happens to a client: a frame comes, or its connection ends. */
export type Step = ServerFrame | ClientEnd;

/** From the server to one client: in the order of sending, with what faults do to it. */
export class Line {
  readonly #loads: { readonly dueMs: number; readonly steps: readonly Step[] }[] = [];
  #lastDueMs = 0;
  /** A message that is to come after the next. */
  #held: readonly Step[] | undefined;
  #timer: unknown;
  /** What a timer has shown to be past: fake timers do not always bring a fake clock along. */
  #reachedMs = 0;
  #stopped = false;

  readonly #faults: Faults;
  readonly #clock: Clock;
  readonly #emit: (step: Step) => void;

  constructor(faults: Faults, clock: Clock, emit: (step: Step) => void) {
    this.#faults = faults;
    this.#clock = clock;
    this.#emit = emit;
  }

  send(frames: readonly ServerFrame[], message: OutgoingMessage): void {
    const faults = this.#faults;
    if (faults.hits("lose", message)) return;
    const delayMs = faults.delayMs(message);
    const reorder = this.#held ? undefined : faults.hits("reorder", message);
    const steps = this.#steps(reorder?.of === "frames" ? reversed(frames) : frames, message);
    if (reorder && reorder.of !== "frames") this.#held = steps;
    else this.#load(steps, delayMs);
  }

  /** Behind all that was sent. */
  end(how: ClientEnd): void {
    this.#load([how], 0);
  }

  /** A fault was taken back. */
  resume(): void {
    if (this.#held) this.#load([], 0);
    this.#pump();
  }

  stop(): void {
    this.#stopped = true;
    this.#loads.length = 0;
    this.#clock.clearTimeout(this.#timer);
  }

  #steps(given: readonly ServerFrame[], message: OutgoingMessage): readonly Step[] {
    const faults = this.#faults;
    let frames = given;
    if (faults.hits("malformed", message)) frames = malformed(frames);
    if (faults.hits("corrupt", message)) frames = corrupt(frames);
    const size = faults.hits("oversize", message);
    if (size) frames = oversize(frames, size.bytes);
    if (faults.hits("cut", message)) frames = cut(frames);
    if (faults.hits("duplicate", message)) frames = [...frames, ...frames];
    const drop = faults.hits("drop", message);
    if (!drop) return frames;
    const { code = 1006, reason = "", when = "before" } = drop;
    const come = when === "before" ? [] : when === "after" ? frames : cut(frames);
    return [...come, { code, reason }];
  }

  #load(steps: readonly Step[], delayMs: number): void {
    if (delayMs > 0) this.#lastDueMs = Math.max(this.#lastDueMs, this.#now() + delayMs);
    this.#loads.push({ dueMs: this.#lastDueMs, steps: [...steps, ...(this.#held ?? [])] });
    this.#held = undefined;
    this.#pump();
  }

  #now(): number {
    return Math.max(this.#clock.now(), this.#reachedMs);
  }

  #pump(): void {
    this.#clock.clearTimeout(this.#timer);
    for (let load = this.#loads[0]; load && !this.#stopped && !this.#faults.stalled("out"); load = this.#loads[0]) {
      const { dueMs } = load;
      const waitMs = dueMs > 0 ? dueMs - this.#now() : 0;
      if (waitMs > 0) {
        this.#timer = this.#clock.setTimeout(() => {
          this.#reachedMs = dueMs;
          this.#pump();
        }, waitMs);
        return;
      }
      this.#loads.shift();
      for (const step of load.steps) if (!this.#stopped) this.#emit(step);
    }
  }
}
