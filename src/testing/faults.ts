import { TIME } from "../check.js";
import type { MockClient } from "./mockClient.js";
import { CLOSE_CODE, type Check, checkOptions, TEXT } from "./options.js";
import { describe } from "./plain.js";
import { loud } from "./uncaught.js";
import { type Undo, undo } from "./undo.js";

/** A message on its way to a client, for `match`. */
export interface OutgoingMessage {
  /** Whose it is. */
  readonly client: MockClient;
  /** The method that this is the reply to; `wslink.hello` and `wslink.ping` are such, too. */
  readonly method?: string;
  /** The topic that this is a publication of. */
  readonly topic?: string;
}

/** How often a fault happens. */
interface Often {
  /** So many pass unharmed first. @defaultValue 0 */
  readonly after?: number;
  /** So many are hit, then no more. @defaultValue all, until the fault is taken back */
  readonly times?: number;
}

/** Which messages a fault is about. */
interface About extends Often {
  /** The method of a reply, or the topic of a publication; or a function. @defaultValue all of them */
  readonly match?: string | ((message: OutgoingMessage) => boolean);
}

/** What can go wrong between a server and its clients. */
export type Fault =
  /** Connections are refused: 1006, never opened. */
  | ({ readonly type: "refuse" } & Often)
  /** Connections are taken and never opened. */
  | ({ readonly type: "hang" } & Often)
  /** Connections speak the other protocol. */
  | ({ readonly type: "protocol" } & Often)
  /** Whatever clients send is thrown away, and nothing is answered. */
  | { readonly type: "silent" }
  /** Nothing moves until the fault is taken back; then everything comes, in its order. `in` is what clients send. @defaultValue both */
  | { readonly type: "stall"; readonly direction?: "in" | "out" | "both" }
  /** A message never comes. With `match: "wslink.hello"` the hello is never answered. */
  | ({ readonly type: "lose" } & About)
  /** A message comes later, by `ms` and up to `jitterMs` more, and all that follow it wait. The jitter is the same in every run; `seed` gives another. */
  | ({ readonly type: "delay"; readonly ms: number; readonly jitterMs?: number; readonly seed?: number } & About)
  /** The connection ends before, in the middle of (v2: between two chunks; v1: after a binary's header) or after a message. @defaultValue before, 1006 */
  | ({ readonly type: "drop"; readonly when?: "before" | "during" | "after"; readonly code?: number; readonly reason?: string } & About)
  /** Only the first frames of a message come; the connection stays. */
  | ({ readonly type: "cut" } & About)
  /** A message comes twice. */
  | ({ readonly type: "duplicate" } & About)
  /** A message comes after the one that follows it; with `of: "frames"`, its own frames come last first. @defaultValue messages */
  | ({ readonly type: "reorder"; readonly of?: "messages" | "frames" } & About)
  /** A byte in the middle of a message's last frame is another one. */
  | ({ readonly type: "corrupt" } & About)
  /** A message is of `bytes` bytes: v2 claims it in its chunks, v1 is filled up with blanks, to 536_870_888 at most, which is all that a text can hold. */
  | ({ readonly type: "oversize"; readonly bytes: number } & About)
  /** A message's end is missing: no JSON, no msgpack. */
  | ({ readonly type: "malformed" } & About);

/** The name of a fault. */
export type FaultType = Fault["type"];
type FaultOf<Type extends FaultType> = Extract<Fault, { type: Type }>;

const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;
const oneOf = (...values: string[]): Check => [(value) => values.includes(value as string), values.map((value) => `"${value}"`).join(" or ")];

const TYPE: Record<string, Check> = { type: [() => true, ""] };
const OFTEN: Record<string, Check> = { ...TYPE, after: [isCount, "a number ≥ 0"], times: [isCount, "a number ≥ 0"] };
const ABOUT: Record<string, Check> = { ...OFTEN, match: [(value) => typeof value === "string" || typeof value === "function", "a method, a topic or a function"] };

const CHECKS: Record<FaultType, Record<string, Check>> = {
  refuse: OFTEN,
  hang: OFTEN,
  protocol: OFTEN,
  silent: TYPE,
  stall: { ...TYPE, direction: oneOf("in", "out", "both") },
  lose: ABOUT,
  delay: { ...ABOUT, ms: TIME, jitterMs: TIME, seed: [isCount, "a number ≥ 0"] },
  drop: { ...ABOUT, when: oneOf("before", "during", "after"), code: CLOSE_CODE, reason: TEXT },
  cut: ABOUT,
  duplicate: ABOUT,
  reorder: { ...ABOUT, of: oneOf("messages", "frames") },
  corrupt: ABOUT,
  oversize: { ...ABOUT, bytes: [(value) => isCount(value) && (value as number) <= 0xffffffff, "a number of bytes up to 4_294_967_295"] },
  malformed: ABOUT,
};
const NEEDED: Partial<Record<FaultType, string>> = { delay: "ms", oversize: "bytes" };

/** The faults that are on. */
export class Faults {
  readonly #active = new Set<{ readonly fault: Fault; met: number; readonly random: () => number }>();

  /** @throws TypeError that names what is wrong with the fault */
  add(given: Fault | FaultType, ended: () => void): Undo {
    const fault = typeof given === "string" ? ({ type: given } as Fault) : given;
    const type = (fault as { type?: unknown } | null)?.type as FaultType;
    if (!Object.hasOwn(CHECKS, String(type))) throw new TypeError(`fault: type must be one of ${Object.keys(CHECKS).join(", ")}, got ${describe(type)}`);
    checkOptions(`fault ${type}`, fault, CHECKS[type]);
    const needed = NEEDED[type];
    if (needed && (fault as unknown as Record<string, unknown>)[needed] === undefined) throw new TypeError(`fault ${type}: ${needed} is missing`);
    const entry = { fault, met: 0, random: random(fault.type === "delay" ? (fault.seed ?? 1) : 1) };
    this.#active.add(entry);
    return undo(() => {
      this.#active.delete(entry);
      ended();
    });
  }

  /** The fault of this type that hits now, if there is one; it is counted. */
  hits<Type extends FaultType>(type: Type, message?: OutgoingMessage): FaultOf<Type> | undefined {
    return this.#hit(type, message)?.fault as FaultOf<Type> | undefined;
  }

  /** How long a message is to be held back, in milliseconds. */
  delayMs(message: OutgoingMessage): number {
    const hit = this.#hit("delay", message);
    if (!hit) return 0;
    const { ms, jitterMs = 0 } = hit.fault as FaultOf<"delay">;
    return ms + hit.random() * jitterMs;
  }

  stalled(direction: "in" | "out"): boolean {
    return [...this.#active].some(({ fault }) => fault.type === "stall" && (fault.direction ?? "both") !== (direction === "in" ? "out" : "in"));
  }

  #hit(type: FaultType, message: OutgoingMessage | undefined) {
    for (const entry of this.#active) {
      if (entry.fault.type !== type || !concerns(entry.fault as About, message)) continue;
      const { after = 0, times = Number.POSITIVE_INFINITY } = entry.fault as Often;
      const number = entry.met++;
      if (number >= after && number < after + times) return entry;
    }
    return undefined;
  }
}

function concerns({ match }: About, message: OutgoingMessage | undefined): boolean {
  if (match === undefined || !message) return true;
  return typeof match === "function" ? (loud(() => match(message)) ?? false) : message.method === match || message.topic === match;
}

/** Numbers in [0, 1) that look random and are the same in every run (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
