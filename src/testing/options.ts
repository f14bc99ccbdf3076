import type { Clock } from "../clock.js";
import type { Protocol } from "../wire/message.js";
import { describe } from "./plain.js";

/** A line of a mock server's log. `warn` is about the test: what was asked of the mock, and it cannot do. `info` is what a real server would log. */
export interface MockLogEntry {
  /** Who it is for. */
  readonly level: "info" | "warn";
  /** A line, or a traceback. */
  readonly message: string;
  /** What was thrown, where something was. */
  readonly error?: unknown;
}

/** For `new MockServer(…)`. */
export interface MockServerOptions {
  /** Which server it is: `v1` behaves as wslink 1.12, `v2` as wslink 2.6. @defaultValue "v2" */
  readonly protocol?: Protocol;
  /** What a client has to say in its hello. @defaultValue "wslink-secret", a real server's own default */
  readonly secret?: string;
  /** The largest frame, in bytes: on v2 what the hello tells and chunks are cut to, on v1 what is taken. @defaultValue 4_194_304 */
  readonly maxMsgSize?: number;
  /** The largest message of a client that has not said hello, in bytes; of v2 only. @defaultValue 512 */
  readonly authMsgSize?: number;
  /**
   * Where it listens, a `ws:` or `wss:` URL; another address is refused, as a query behind it is not.
   * @defaultValue none in particular: `url` is `ws://mock.test/ws`, and sockets to any address are taken
   */
  readonly url?: string;
  /** Timers for delays, for tests that hand one to their session too. @defaultValue the platform's, or the fake ones that were installed over it */
  readonly clock?: Clock;
  /** Takes what there is to tell. @defaultValue warnings go to the console, the rest nowhere */
  readonly log?: (entry: MockLogEntry) => void;
}

/** How connections end when a server stops. @defaultValue as those of a real server that exits */
export interface StopOptions {
  /** A close code; 1006 is a cut without a closing handshake. @defaultValue 1001 */
  readonly code?: number;
  /** What the client is told beside it. @defaultValue "Server shutdown" */
  readonly reason?: string;
}

export type MockSettings = Required<Omit<MockServerOptions, "url">> & { readonly url: string; readonly anyUrl: boolean };

export type Check = readonly [(value: unknown) => boolean, string];
const isFunction = (value: unknown): boolean => typeof value === "function";

/** What ends a connection. */
export const CLOSE_CODE: Check = [(v) => Number.isInteger(v) && (v as number) >= 1000 && (v as number) <= 4999, "a close code, 1000 to 4999"];
export const TEXT: Check = [(v) => typeof v === "string", "a string"];
const BYTES: Check = [(v) => Number.isInteger(v) && (v as number) > 0, "a number of bytes > 0"];
export const STOP_CHECKS: Record<keyof StopOptions, Check> = { code: CLOSE_CODE, reason: TEXT };

const CHECKS: Record<keyof MockServerOptions, Check> = {
  protocol: [(v) => v === "v1" || v === "v2", '"v1" or "v2"'],
  secret: TEXT,
  maxMsgSize: BYTES,
  authMsgSize: BYTES,
  url: [isSocketUrl, "a ws: or wss: URL"],
  clock: [(v) => typeof v === "object" && v !== null && ["now", "setTimeout", "clearTimeout"].every((key) => isFunction((v as never)[key])), "a Clock"],
  log: [isFunction, "a function"],
};

const platformClock: Clock = {
  now: () => performance.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
};

const toConsole = ({ level, message }: MockLogEntry): void => {
  if (level === "warn") console.warn(`MockServer: ${message}`);
};

/** @throws TypeError that names the option and the value received. */
export function mockSettings(given: MockServerOptions): MockSettings {
  checkOptions("MockServer options", given, CHECKS);
  const url = given.url === undefined ? "ws://mock.test/ws" : new URL(given.url).href;
  return {
    protocol: given.protocol ?? "v2",
    secret: given.secret ?? "wslink-secret",
    maxMsgSize: given.maxMsgSize ?? 4 * 1024 * 1024,
    authMsgSize: given.authMsgSize ?? 512,
    url,
    anyUrl: given.url === undefined,
    clock: given.clock ?? platformClock,
    log: given.log ?? toConsole,
  };
}

/** @throws TypeError that names the option and the value received. */
export function checkOptions(what: string, given: unknown, checks: Readonly<Record<string, Check>>): void {
  if (typeof given !== "object" || given === null || Array.isArray(given)) throw new TypeError(`${what} must be an object, got ${describe(given)}`);
  for (const [key, value] of Object.entries(given)) {
    const check = Object.hasOwn(checks, key) ? checks[key] : undefined;
    if (!check) throw new TypeError(`${what}: ${key} is not an option; there are ${Object.keys(checks).join(", ")}`);
    if (value !== undefined && !check[0](value)) throw new TypeError(`${what}: ${key} must be ${check[1]}, got ${key === "secret" ? typeof value : describe(value)}`);
  }
}

function isSocketUrl(value: unknown): boolean {
  try {
    return /^wss?:$/.test(new URL(value as string).protocol);
  } catch {
    return false;
  }
}

/** Do both lead to the same server? The query is the client's own affair. */
export function sameAddress(a: string, b: string): boolean {
  const [one, other] = [new URL(a), new URL(b)];
  return one.protocol === other.protocol && one.host === other.host && one.pathname === other.pathname;
}
