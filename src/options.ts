import { ARRAY, type Complete, COUNT, check, count, either, FLAG, filled, FUNCTION, having, type Kind, just, NEVER, OBJECT, STRING, type Table, tagOf, TIME, TIME_OR_NEVER } from "./check.js";
import { boundedClock, type Clock, platformClock } from "./clock.js";
import { asError, ProtocolError, type WslinkError } from "./errors.js";
import { type RetryOptions, type RetryPolicy, type RetrySettings, retryPolicy } from "./retry.js";
import type { WebSocketLike } from "./transport/webSocket.js";
import { HEADER_BYTES } from "./wire/chunks.js";
import type { Limits } from "./wire/limits.js";
import { DEFAULT_LIMITS } from "./wire/limits.js";
import type { Protocol } from "./wire/message.js";

/** One line for `log`. Secrets never stand in it. */
export interface LogEntry {
  readonly level: "warn" | "debug";
  readonly message: string;
  readonly error?: WslinkError;
  /** When, by the session's clock, in milliseconds. */
  readonly at: number;
}

export interface LivenessOptions {
  /** After so many milliseconds of silence a probe is sent. 0: never. @defaultValue 15_000 */
  readonly intervalMs?: number | undefined;
  /** A probe unanswered for so long makes the state say `responsive: false`, no more, in milliseconds. 0: never. @defaultValue 10_000 */
  readonly unresponsiveMs?: number | undefined;
  /** Silence for so long after a probe, with no call in flight, ends the connection, in milliseconds. 0: never. @defaultValue 60_000 */
  readonly deadMs?: number | undefined;
  /** The same with calls in flight, aborted ones that are not answered yet included: a busy server answers nothing for minutes. 0: never. @defaultValue 0 */
  readonly busyDeadMs?: number | undefined;
}

/** What an option that is a function learns of the attempt that asks. */
export interface AttemptInfo {
  /** Aborts when `close()` is called: work that may outlast an attempt can end then. */
  readonly signal: AbortSignal;
}

export interface SessionOptions {
  /**
   * Where the server listens: `ws:`, `wss:`, `http:`, `https:` or relative to the page. A function is asked anew for each attempt;
   * a ConnectionError with `final: true` that it throws ends the session.
   */
  readonly url: string | URL | ((info: AttemptInfo) => string | URL | Promise<string | URL>);
  /** The server's secret. A function is asked anew for each attempt, as `url` is. @defaultValue "wslink-secret", the server's own default */
  readonly secret?: (string | ((info: AttemptInfo) => string | Promise<string>)) | undefined;
  /** `v1` for wslink 1.x, `v2` for 2.x; `auto` finds out. @defaultValue "auto" */
  readonly protocol?: "auto" | Protocol | undefined;
  /** One attempt in milliseconds, with detection, `url()` and `secret()`. 0: no limit. @defaultValue 10_000 */
  readonly connectTimeoutMs?: number | undefined;
  /** For calls without a `timeoutMs` of their own, in milliseconds. 0: none. @defaultValue 0 */
  readonly callTimeoutMs?: number | undefined;
  /** What happens when a connection is lost: `false` ends the session. @defaultValue `true`, the policy of {@link RetryOptions} with its defaults */
  readonly reconnect?: boolean | RetryOptions | RetryPolicy | undefined;
  /** Calls made while not connected reject at once, or wait for the connection. @defaultValue "reject" */
  readonly offline?: "reject" | "queue" | undefined;
  /** Finding out that a silent connection is dead; `false` leaves it to the browser, without a timer. @defaultValue `{}` */
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
  readonly url: (info: AttemptInfo) => string | URL | Promise<string | URL>;
  readonly secret: (info: AttemptInfo) => string | Promise<string>;
  readonly protocol: "auto" | Protocol;
  readonly connectTimeoutMs: number;
  readonly callTimeoutMs: number;
  readonly retry: RetryPolicy | false;
  readonly stableMs: number;
  readonly retryInitial: boolean;
  readonly offline: "reject" | "queue";
  readonly liveness: Complete<LivenessOptions> | false;
  readonly limits: Limits;
  readonly webSocket: (url: string) => WebSocketLike;
  readonly clock: Clock;
  readonly binary: ((bytes: ArrayBuffer, protocol: Protocol) => unknown) | undefined;
  readonly log: (entry: LogEntry) => void;
}

const RETRY: Table<RetrySettings> = {
  minDelayMs: [500, TIME],
  maxDelayMs: [20_000, TIME],
  maxAttempts: [NEVER, COUNT],
  stableMs: [5_000, TIME],
  initial: [false, FLAG],
  policy: [undefined, FUNCTION],
};

const LIVENESS: Table<Complete<LivenessOptions>> = {
  intervalMs: [15_000, TIME_OR_NEVER],
  unresponsiveMs: [10_000, TIME_OR_NEVER],
  deadMs: [60_000, TIME_OR_NEVER],
  busyDeadMs: [0, TIME_OR_NEVER],
};

/** What `url` is, or gives. */
export const ADDRESS: Kind = [(value) => (typeof value === "string" && value !== "") || tagOf(value) === "URL", "a URL"];
const ADDRESS_OR_FUNCTION: Kind = either(ADDRESS, FUNCTION);

/** The options of a session; those without a default may be missing. */
type Filled = Complete<Omit<SessionOptions, "url" | "binary">> & { readonly url: SessionOptions["url"] | undefined; readonly binary: SessionOptions["binary"] | undefined };

const SESSION: Table<Filled> = {
  url: [undefined, ADDRESS_OR_FUNCTION],
  secret: ["wslink-secret", either(STRING, FUNCTION)],
  protocol: ["auto", just("auto", "v1", "v2")],
  connectTimeoutMs: [10_000, TIME_OR_NEVER],
  callTimeoutMs: [0, TIME_OR_NEVER],
  reconnect: [true, either(FLAG, FUNCTION, OBJECT)],
  offline: ["reject", just("reject", "queue")],
  liveness: [{}, either(just(false), OBJECT)],
  limits: [{}, OBJECT],
  webSocket: [(address) => new WebSocket(address) as WebSocketLike, FUNCTION],
  clock: [platformClock, having("now", "setTimeout", "clearTimeout")],
  binary: [undefined, FUNCTION],
  log: [({ level, message, error }) => console[level](`wslink-rx: ${message}`, error), either(just(false), FUNCTION)],
};

const CALL: Table<object> = {
  signal: [undefined, having("addEventListener")],
  timeoutMs: [undefined, TIME_OR_NEVER],
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

const LIMITS = /* @__PURE__ */ Object.fromEntries(
  /* @__PURE__ */ Object.entries(DEFAULT_LIMITS).map(([name, limit]) => [name, [limit, name.endsWith("Ms") ? TIME : name === "maxFrameBytes" ? count(HEADER_BYTES + 1) : COUNT]]),
) as unknown as Table<Limits>;

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
  const url = check("options.url", given.url, ADDRESS_OR_FUNCTION) as SessionOptions["url"];
  // in Node a relative one has no page to be relative to: open() says so, and server-side rendering is not held up
  if (typeof url !== "function" && (pageUrl() || /^\w+:/.test(String(url)))) absoluteUrl(url);
  const retry = filled("options.reconnect", typeof reconnect === "object" ? reconnect : {}, RETRY);
  const policy = typeof reconnect === "function" ? reconnect : retryPolicy(retry);
  return {
    ...given,
    url: typeof url === "function" ? url : () => url,
    secret: typeof secret === "function" ? secret : () => secret,
    retry: reconnect && policy,
    stableMs: retry.stableMs,
    retryInitial: retry.initial,
    liveness: liveness && filled("options.liveness", liveness, LIVENESS),
    limits: filled("options.limits", limits, LIMITS),
    clock: boundedClock(given.clock),
    binary: binary && guarded(binary),
    log: log || (() => {}),
  };
}

/** What a relative address is relative to. */
const pageUrl = (): string | undefined => globalThis.document?.baseURI ?? globalThis.location?.href;

/**
 * The address of a socket: `http:` becomes `ws:`, a relative one is taken from the page or its `<base>`, in a worker from the worker's script, a fragment is dropped.
 * @throws TypeError that names the value.
 */
export function absoluteUrl(url: string | URL): string {
  let parsed: URL | undefined;
  try {
    parsed = new URL(url, pageUrl());
    parsed.protocol = parsed.protocol.replace("http", "ws");
    parsed.hash = "";
  } catch {}
  const kind = `a ws:, wss:, http: or https: URL${pageUrl() ? "" : ", absolute where there is no page"}`;
  check(
    "options.url",
    String(url)
      .replace(/[?#].*/s, "")
      .replace(/[^/]*@/, ""),
    [() => /^wss?:$/.test(parsed?.protocol ?? ""), kind],
  );
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
