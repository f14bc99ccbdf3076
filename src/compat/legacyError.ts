import { AuthenticationError, ConnectionError, RpcCode, RpcError } from "../index.js";

/** An error as apps of the legacy client expect it, `{ code, message, data }`, that is an Error too. */
export class LegacyError extends Error {
  readonly code: number;
  readonly data?: unknown;

  constructor(code: number, message: string, data?: unknown, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    // apps write it down by JSON.stringify, which takes what is own and enumerable
    Object.defineProperty(this, "message", { value: message, enumerable: true, configurable: true, writable: true });
    if (data !== undefined) this.data = data;
  }

  static {
    Object.defineProperty(LegacyError.prototype, "name", { value: "LegacyError", configurable: true, writable: true });
  }
}

/** An error of a session in the legacy client's words. */
export function legacyError(method: string, error: unknown): LegacyError {
  if (error instanceof RpcError) return new LegacyError(error.code, error.reason, error.data, error);
  if (error instanceof AuthenticationError) return new LegacyError(RpcCode.Authentication, "Authentication failed", undefined, error);
  if (error instanceof ConnectionError) return new LegacyError(RpcCode.Client, `RPC call ${method} unsuccessful: ${error.sent ? "connection lost" : "connection not open"}`, undefined, error);
  return new LegacyError(RpcCode.Client, error instanceof Error ? error.message : String(error), undefined, error);
}
