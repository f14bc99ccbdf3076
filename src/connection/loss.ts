import { ConnectionError, LimitError } from "../errors.js";
import type { SocketEnd } from "../transport/webSocket.js";
import type { Pending } from "./pending.js";

/** An end in words. */
export function describeEnd({ code, reason, cause }: SocketEnd): string {
  if (cause instanceof Error) return `the connection was given up: ${cause.message}`;
  return `the connection was lost (code ${code ?? "unknown"}${reason ? `, ${JSON.stringify(reason)}` : ""})`;
}

/** Rejects what waited for a reply on a connection that has ended, by itself or by us; each learns whether it may have run. */
export function rejectLost(requests: readonly Pending[], end: SocketEnd | undefined): void {
  const why = end ? describeEnd(end) : "close() was called";
  const largest = end?.code === 1009 ? requests.reduce<Pending | undefined>((a, b) => (b.sent && b.largestFrame > (a?.largestFrame ?? 0) ? b : a), undefined) : undefined;
  for (const request of requests) {
    const { method, sent } = request;
    if (request === largest) {
      const { largestFrame } = request;
      const message = `${method}: the server closed with 1009 (too large) upon a frame of ${largestFrame} bytes; lower limits.maxFrameBytes`;
      request.reject(new LimitError("maxFrameBytes", largestFrame, undefined, message));
    } else {
      const fate = sent ? "it was sent and may have run" : "it was not sent";
      request.reject(new ConnectionError(`${method}: ${why}; ${fate}.`, { stage: "open", ...end, sent }));
    }
  }
}
