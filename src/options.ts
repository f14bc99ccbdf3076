import { ABOVE_ZERO, ARRAY, type Complete, check, either, FLAG, FROM_ZERO, filled, FUNCTION, having, type Kind, just, OBJECT, STRING, type Table } from "./check.js";
import { boundedClock, type Clock, platformClock } from "./clock.js";
import { asError, ProtocolError } from "./errors.js";
import type { RetryOptions, RetryPolicy } from "./retry.js";
import { fullJitter } from "./retry.js";
import type { WebSocketLike } from "./transport/webSocket.js";
import type { Limits } from "./wire/limits.js";
import { DEFAULT_LIMITS } from "./wire/limits.js";
import type { Protocol } from "./wire/message.js";

/** One line for `log`. Secrets never stand in it. */
export interface LogEntry {
  readonly level: "debug" | "info" | "warn" | "error";
  readonly message: string;
  readonly error?: unknown;
}

export interface LivenessOptions {
  /** After so many milliseconds of silence a probe is sent; after half of `deadMs`, where that comes first. @defaultValue 15_000 */
  readonly intervalMs?: number | undefined;
  /** A probe unanswered for so long makes the state say `responsive: false`, no more, in milliseconds. @defaultValue 10_000 */
  readonly unresponsiveMs?: number | undefined;
  /** Silence for so long with no call in flight ends the connection, in milliseconds. @defaultValue 60_000 */
  readonly deadMs?: number | undefined;
  /** The same with calls in flight, aborted ones that are not answered yet included: a busy server answers nothing for minutes. 0: never. @defaultValue 0 */
  readonly busyDeadMs?: number | undefined;
}

export interface SessionOptions {
  /** Where the server listens: `ws:`, `wss:`, `http:`, `https:` or relative to the page. A function is asked anew for each attempt. */
  readonly url: string | (() => string | Promise<string>);
  /** The server's secret. A function is asked anew for each attempt. @defaultValue "wslink-secret", the server's own default */
  readonly secret?: (string | (() => string | Promise<string>)) | undefined;
  /** `v1` for wslink 1.x, `v2` for 2.x; `auto` finds out. @defaultValue "auto" */
  readonly protocol?: "auto" | Protocol | undefined;
  /** One attempt in milliseconds, with detection, `url()` and `secret()`. @defaultValue 10_000 */
  readonly connectTimeoutMs?: number | undefined;
  /** For calls without a `timeoutMs` of their own, in milliseconds. 0: none. @defaultValue 0 */
  readonly callTimeoutMs?: number | undefined;
  /** What happens when a connection is lost; `false` ends the session. @defaultValue `{}` */
  readonly reconnect?: false | RetryOptions | RetryPolicy | undefined;
  /** Calls made while not connected reject at once, or wait for the connection. @defaultValue "reject" */
  readonly offline?: "reject" | "queue" | undefined;
  /** Finding out that a silent connection is dead; `false` leaves it to the browser. @defaultValue `{}` */
  readonly liveness?: false | LivenessOptions | undefined;
  /** Bounds for everything that comes from a peer or waits for one. */
  readonly limits?: Partial<Limits> | undefined;
  /** Makes the socket; the place for a mock or a wrapped socket. @defaultValue `(url) => new WebSocket(url)` */
  readonly webSocket?: ((url: string) => WebSocketLike) | undefined;
  /** Timers and the time of day, for tests. @defaultValue the platform's */
  readonly clock?: Clock | undefined;
  /** How a binary is handed over. @defaultValue as the ArrayBuffer it is */
  readonly binary?: ((bytes: ArrayBuffer, protocol: Protocol) => unknown) | undefined;
  /** Where warnings go that nobody else takes. @defaultValue the console */
  readonly log?: false | ((entry: LogEntry) => void) | undefined;
}

/** The options with every default filled in. */
export interface Settings {
  readonly url: () => string | Promise<string>;
  readonly secret: () => string | Promise<string>;
  /** A secret that cannot change need not be tried twice. */
  readonly secretIsFixed: boolean;
  readonly protocol: "auto" | Protocol;
  readonly connectTimeoutMs: number;
  readonly callTimeoutMs: number;
  readonly retry: RetryPolicy | false;
  readonly stableMs: number;
  readonly retryInitial: boolean;
  readonly offline: "reject" | "queue";
  readonly liveness: Complete<LivenessOptions> | false;
  readonly limits: Limits;
  /** Set by the caller, `maxFrameBytes` overrules what a protocol or its hello says. */
  readonly maxFrameBytes: number | undefined;
  readonly webSocket: (url: string) => WebSocketLike;
  readonly clock: Clock;
  readonly binary: ((bytes: ArrayBuffer, protocol: Protocol) => unknown) | undefined;
  readonly log: (entry: LogEntry) => void;
}

const RETRY: Table<Complete<RetryOptions>> = {
  minDelayMs: [500, FROM_ZERO],
  maxDelayMs: [20_000, FROM_ZERO],
  maxAttempts: [Number.POSITIVE_INFINITY, FROM_ZERO],
  stableMs: [5_000, FROM_ZERO],
  initial: [false, FLAG],
};

const LIVENESS: Table<Complete<LivenessOptions>> = {
  intervalMs: [15_000, ABOVE_ZERO],
  unresponsiveMs: [10_000, ABOVE_ZERO],
  deadMs: [60_000, ABOVE_ZERO],
  busyDeadMs: [0, FROM_ZERO],
};

const ADDRESS: Kind = either([(value) => typeof value === "string" && value !== "", "a URL as text"], FUNCTION);

/** The options of a session; those without a default may be missing. */
type Filled = Complete<Omit<SessionOptions, "url" | "binary">> & { readonly url: SessionOptions["url"] | undefined; readonly binary: SessionOptions["binary"] | undefined };

const SESSION: Table<Filled> = {
  url: [undefined, ADDRESS],
  secret: ["wslink-secret", either(STRING, FUNCTION)],
  protocol: ["auto", just("auto", "v1", "v2")],
  connectTimeoutMs: [10_000, ABOVE_ZERO],
  callTimeoutMs: [0, FROM_ZERO],
  reconnect: [{}, either(just(false), FUNCTION, OBJECT)],
  offline: ["reject", just("reject", "queue")],
  liveness: [{}, either(just(false), OBJECT)],
  limits: [{}, OBJECT],
  webSocket: [(address) => new WebSocket(address) as WebSocketLike, FUNCTION],
  clock: [platformClock, having("now", "setTimeout", "clearTimeout")],
  binary: [undefined, FUNCTION],
  log: [({ level, message, error }) => console[level](`wslink-rx: ${message}`, ...(error ? [error] : [])), either(just(false), FUNCTION)],
};

const CALL: Table<object> = {
  signal: [undefined, having("addEventListener")],
  timeoutMs: [undefined, FROM_ZERO],
  onProgress: [undefined, FUNCTION],
  transfer: [undefined, ARRAY],
  background: [undefined, FLAG],
};

const TOPIC: Table<object> = {
  start: [undefined, FUNCTION],
  stop: [undefined, FUNCTION],
  latest: [undefined, either(FLAG, FUNCTION)],
  onProgress: [undefined, FUNCTION],
};

/** What `binary` throws costs the message, as anything does that makes one unreadable. */
const guarded =
  (binary: NonNullable<SessionOptions["binary"]>): NonNullable<SessionOptions["binary"]> =>
  (bytes, protocol) => {
    try {
      return binary(bytes, protocol);
    } catch (cause) {
      throw new ProtocolError(`options.binary failed: ${asError(cause).message}`, { cause });
    }
  };

/** Checks the options and fills in the defaults. @throws TypeError that names path and value. */
export function settings(options: SessionOptions): Settings {
  const given = filled("options", options, SESSION);
  const { secret, reconnect, liveness, limits, binary, log } = given;
  const url = check("options.url", given.url, ADDRESS) as SessionOptions["url"];
  if (typeof url === "string") absoluteUrl(url);
  const retry = filled("options.reconnect", typeof reconnect === "object" ? reconnect : {}, RETRY);
  return {
    ...given,
    url: typeof url === "function" ? url : () => url,
    secret: typeof secret === "function" ? secret : () => secret,
    secretIsFixed: typeof secret !== "function",
    retry: typeof reconnect === "function" ? reconnect : reconnect && fullJitter(retry),
    stableMs: retry.stableMs,
    retryInitial: retry.initial,
    liveness: liveness && filled("options.liveness", liveness, LIVENESS),
    limits: filled("options.limits", limits, Object.fromEntries(Object.entries(DEFAULT_LIMITS).map(([name, limit]) => [name, [limit, FROM_ZERO]])) as unknown as Table<Limits>),
    maxFrameBytes: limits.maxFrameBytes,
    clock: boundedClock(given.clock),
    binary: binary && guarded(binary),
    log: log || (() => {}),
  };
}

/**
 * The address of a socket: `http:` becomes `ws:`, a relative one is taken from the page, a fragment is dropped.
 * @throws TypeError that names the value.
 */
export function absoluteUrl(url: string): string {
  let parsed: URL | undefined;
  try {
    parsed = new URL(url, globalThis.location?.href);
    parsed.protocol = parsed.protocol.replace("http", "ws");
    parsed.hash = "";
  } catch {}
  check("options.url", url, [() => /^wss?:$/.test(parsed?.protocol ?? ""), "a ws:, wss:, http: or https: URL"]);
  return (parsed as URL).href;
}

/** What a call without options has: nothing to check, since calls are many. */
export const NO_OPTIONS = {};

/** @throws TypeError that names the method, the option and the value received. */
export function checkCall(method: string, options: object): void {
  check("method", method, STRING);
  if (options !== NO_OPTIONS) filled(`${method}: options`, options, CALL);
}

/** @throws TypeError that names the topic, the option and the value received. */
export function checkTopic(topic: string, options: object): void {
  filled(`topic ${JSON.stringify(check("topic", topic, STRING))}: options`, options, TOPIC);
}
