import { isRecord } from "./check.js";

/**
 * One family of errors: everything that this package rejects or reports with is a {@link WslinkError},
 * apart from a caller's own mistakes (`TypeError`) and a caller's own abort (`signal.reason`).
 */

/** The brand lives in the global symbol registry, so that two copies of the package on one page know each other's errors. */
const BRAND = Symbol.for("wslink-rx.error");

/** What kind of failure a {@link WslinkError} is; the same for every copy and every minified build. */
export type WslinkErrorKind = "connection" | "authentication" | "protocol" | "rpc" | "timeout" | "limit";

/** Where a connection failed: while launching, opening the socket, finding out the protocol, saying hello, or later. */
export type ConnectionStage = "launcher" | "socket" | "detect" | "hello" | "open";

/** The base of all errors of this package. */
export abstract class WslinkError extends Error {
  /** Tells the errors of the family apart without `instanceof`. */
  abstract readonly kind: WslinkErrorKind;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    Object.defineProperty(this, BRAND, { value: true });
  }
}

/** Every error of the family: `kind` tells them apart, for the compiler too. */
export type AnyWslinkError = ConnectionError | AuthenticationError | ProtocolError | RpcError | CallTimeoutError | LimitError;

/** Is this an error of wslink-rx, from whichever copy of the package on the page? Its `kind` tells which one. */
export function isWslinkError(error: unknown): error is AnyWslinkError {
  return error instanceof Error && BRAND in error;
}

/** What a {@link ConnectionError} knows of the loss. */
export interface ConnectionFailure {
  /** How far the connection had come. */
  readonly stage: ConnectionStage;
  /** What a person can do about it. */
  readonly hint?: string | undefined;
  /** The WebSocket close code, where there was one. 1006 tells nothing about the cause. */
  readonly code?: number | undefined;
  /** The WebSocket close reason. */
  readonly reason?: string | undefined;
  /** Whether the closing handshake was done. */
  readonly wasClean?: boolean | undefined;
  /** For a call: whether its first frame went out, that is, whether the server may have run it. */
  readonly sent?: boolean | undefined;
  /** Thrown by a session's `url()` or `secret()`: no further attempt can succeed. */
  readonly final?: boolean | undefined;
  readonly cause?: unknown;
}

/** There is no connection, it could not be had, or it was lost. */
export class ConnectionError extends WslinkError {
  override readonly name = "ConnectionError";
  readonly kind = "connection";
  readonly stage: ConnectionStage;
  readonly hint: string;
  readonly code: number | undefined;
  readonly reason: string;
  readonly wasClean: boolean;
  readonly sent: boolean;
  /** No further attempt can succeed: a session whose `url()` or `secret()` throws it ends. */
  readonly final: boolean;

  constructor(message: string, failure: ConnectionFailure) {
    super(failure.hint ? `${message} ${failure.hint}` : message, "cause" in failure ? { cause: failure.cause } : undefined);
    this.stage = failure.stage;
    this.hint = failure.hint ?? "";
    this.code = failure.code;
    this.reason = failure.reason ?? "";
    this.wasClean = failure.wasClean ?? false;
    this.sent = failure.sent ?? false;
    this.final = failure.final ?? false;
  }
}

export const REFUSED_HINT = "Is the `secret` option the --authKey of the server?";

/** Wrong secret, or a call before hello: the code on the wire. Not taken from {@link RpcCode}, so that a bundle need not hold all of that. */
export const REFUSED_CODE = -32000;

/** The server refused the secret (code -32000). */
export class AuthenticationError extends WslinkError {
  override readonly name = "AuthenticationError";
  readonly kind = "authentication";
  /** The code on the wire. */
  readonly code: typeof REFUSED_CODE = REFUSED_CODE;
  /** As of a {@link ConnectionError}: how far the connection had come, and what a person can do. */
  readonly stage = "hello";
  readonly hint: string = REFUSED_HINT;
}

/** A peer sent what the protocol does not allow. It costs the message, and only where framing is lost the connection. */
export class ProtocolError extends WslinkError {
  override readonly name = "ProtocolError";
  readonly kind = "protocol";
}

/** The server answered a call with an error. */
export class RpcError extends WslinkError {
  override readonly name = "RpcError";
  readonly kind = "rpc";
  /** One of {@link RpcCode}, or what else the server sent. */
  readonly code: number;
  /** The server's own words: "Exception raised", "Unregistered method called", … */
  readonly reason: string;
  /** -32001: `{ method, exception, trace }`; -32601 and -32002: the method's name. */
  readonly data: unknown;
  /** The method that was called; of a publication, its topic. */
  readonly method: string;
  /** -32001: the `repr()` of what the Python method raised, `TypeError('…')`. It stands in the message too. */
  readonly exception: string | undefined;
  /** -32001: Python's traceback, as text of several lines. */
  readonly trace: string | undefined;

  constructor(method: string, { code, message, data }: { code: number; message: string; data?: unknown }) {
    const { exception, trace } = (isRecord(data) ? data : {}) as { exception?: unknown; trace?: unknown };
    const raised = typeof exception === "string" ? exception : undefined;
    super(`${method}: ${raised ?? message} (${code})`);
    this.method = method;
    this.code = code;
    this.reason = message;
    this.data = data;
    this.exception = raised;
    this.trace = typeof trace === "string" ? trace : undefined;
  }
}

/** A call was not answered in time. What was sent still runs on the server. */
export class CallTimeoutError extends WslinkError {
  override readonly name = "CallTimeoutError";
  readonly kind = "timeout";
  readonly method: string;
  readonly timeoutMs: number;

  constructor(method: string, timeoutMs: number, sent: boolean) {
    super(`${method} was not ${sent ? "answered" : "sent"} within ${timeoutMs} ms${sent ? "; it may still run on the server" : ""}`);
    this.method = method;
    this.timeoutMs = timeoutMs;
  }
}

/** Something was larger, more, older or deeper than `limits` allow. */
export class LimitError extends WslinkError {
  override readonly name = "LimitError";
  readonly kind = "limit";
  /** The name of the limit, as in the session's `limits`. */
  readonly limit: string;
  /** The value that was met. */
  readonly value: number;

  /** @param allowed - undefined: `what` is the whole message */
  constructor(limit: string, value: number, allowed: number | undefined, what: string) {
    super(allowed === undefined ? what : `${what}: ${value} is over limits.${limit} (${allowed})`);
    this.limit = limit;
    this.value = value;
  }
}

/** The error codes of the wire. */
export const RpcCode = {
  /** No such method, or an unknown system method. */
  MethodNotFound: -32601,
  /** Wrong secret, or a call before hello. */
  Authentication: -32000,
  /** The Python method raised; `data` holds method, exception and trace. */
  Exception: -32001,
  /** The result cannot be serialised. */
  ResultNotSerializable: -32002,
  /** Errors that the legacy client makes itself. */
  Client: -32099,
} as const;

/** `error` as an Error, whatever was thrown. */
export const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error), { cause: error }));

/** A caller's stack, taken when the call is made, for an error that comes much later. */
export interface CallSite {
  stack?: string;
}

/** Remembers where we are; formatting the stack is left to the engine until somebody reads it. */
export function callSite(below: (...args: never[]) => unknown): CallSite {
  const { captureStackTrace } = Error as { captureStackTrace?: (target: object, below?: unknown) => void };
  if (!captureStackTrace) return new Error();
  const site: CallSite = {};
  captureStackTrace(site, below);
  return site;
}

/** Gives a late error the stack of the call that it answers. */
export function withCallSite<E extends Error>(error: E, { stack = "" }: CallSite): E {
  // some engines begin with the name of the error, others with the first frame
  const frames = stack.replace(/^Error.*\n/, "");
  error.stack = `${error.name}: ${error.message}\n${frames}`;
  return error;
}
