import { COUNT, type Complete, either, FLAG, FUNCTION, having, just, type Kind, NEVER, OBJECT, type Table, TIME, TIME_OR_NEVER } from "./check.js";
import type { RetryOptions, RetryPolicy, RetrySettings } from "./retry.js";
import type { WebSocketLike } from "./transport/webSocket.js";

/** What every request to a launcher needs. */
export interface LauncherOptions {
  /** The launcher's endpoint, absolute or relative to the page; a slash is added at its end. @defaultValue "paraview/" */
  readonly url?: string | undefined;
  /** For every request. A launcher sends no CORS headers: it must have the page's origin, or stand behind a proxy that has. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Gives up with the signal's reason. A server that the launcher is starting goes on starting. */
  readonly signal?: AbortSignal | undefined;
  /** The whole of it, repeated attempts and waiting included, in milliseconds. 0: none. @defaultValue 60_000 */
  readonly timeoutMs?: number | undefined;
}

export interface LaunchOptions extends LauncherOptions {
  /** Which of the launcher's applications is to be started. */
  readonly application: string;
  /** Further keys for the launcher: it puts them into the command, and a `secret` among them becomes the server's. */
  readonly params?: Readonly<Record<string, unknown>> | undefined;
  /**
   * When all of the launcher's resources are taken; no other failure is worth another attempt. `false` fails at once.
   * @defaultValue `{ minDelayMs: 1_000, maxDelayMs: 10_000 }`, until `timeoutMs` is over
   */
  readonly retry?: false | RetryOptions | RetryPolicy | undefined;
  /**
   * How long to wait until the started server accepts sockets, in milliseconds. Sockets are opened to find out, and
   * closed without a word. 0: not at all. @defaultValue 10_000
   */
  readonly acceptTimeoutMs?: number | undefined;
  /** Makes the socket that finds it out. @defaultValue `(url) => new WebSocket(url)` */
  readonly webSocket?: ((url: string) => WebSocketLike) | undefined;
}

export interface SessionAtLauncherOptions extends LauncherOptions {
  /** The launcher's name for the session. */
  readonly id: string;
}

export const NAME: Kind = [(value) => typeof value === "string" && value !== "", "a text that is not empty"];

// Tables that are more than literals may run code, as far as a bundler knows: marked, so that an app without a launcher has none of them.
export const RETRY: Table<RetrySettings> = /* @__PURE__ */ (() => ({
  minDelayMs: [1_000, TIME],
  maxDelayMs: [10_000, TIME],
  maxAttempts: [NEVER, COUNT],
  stableMs: [0, TIME],
  initial: [false, FLAG],
  policy: [undefined, FUNCTION],
}))();

export type Given<T, Optional extends keyof T> = Complete<Omit<T, Optional>> & { readonly [Name in Optional]: T[Name] | undefined };
export type Common = Given<LauncherOptions, "signal">;

const LAUNCHER: Table<Common> = /* @__PURE__ */ (() => ({
  url: ["paraview/", NAME],
  headers: [{}, OBJECT],
  signal: [undefined, having("addEventListener")],
  timeoutMs: [60_000, TIME_OR_NEVER],
}))();

export const LAUNCH: Table<Given<LaunchOptions, "signal" | "application">> = /* @__PURE__ */ (() => ({
  ...LAUNCHER,
  application: [undefined as never, NAME],
  params: [{}, OBJECT],
  retry: [{}, either(just(false), FUNCTION, OBJECT)],
  acceptTimeoutMs: [10_000, TIME],
  webSocket: [(url) => new WebSocket(url) as WebSocketLike, FUNCTION],
}))();

export const AT_LAUNCHER: Table<Given<SessionAtLauncherOptions, "signal" | "id">> = /* @__PURE__ */ (() => ({ ...LAUNCHER, id: [undefined as never, NAME] }))();
