import type { Protocol } from "./wire/message.js";

/** What a session is doing. */
export type SessionState =
  | { readonly status: "idle" }
  /** `attempt`: 0 for the first of an `open()`. */
  | { readonly status: "connecting"; readonly attempt: number }
  | {
      readonly status: "open";
      /** The name that the server gave us. */
      readonly clientId: string;
      readonly protocol: Protocol;
      /** 1, then one more with each reconnect: a gap in the topics shows as a number above 1. */
      readonly connection: number;
      /** `false` while a probe goes unanswered: the server is busy, or gone. */
      readonly responsive: boolean;
    }
  | {
      /** The last connection or attempt failed, and another attempt follows. */
      readonly status: "waiting";
      /** The number of the coming attempt. */
      readonly attempt: number;
      /** How long after this state it begins, in milliseconds. */
      readonly delayMs: number;
      /** When it begins, by the session's clock (`performance.now()` by default): `retryAt - performance.now()` is a countdown. */
      readonly retryAt: number;
      /** Why the last one ended. */
      readonly cause: Error;
    }
  /** `cause` where it was not `close()`. */
  | { readonly status: "closed"; readonly cause?: Error };

/** A connection that the session has just now. */
export interface Connected {
  /** The name that the server gave us. */
  readonly clientId: string;
  readonly protocol: Protocol;
  /** 1, then one more with each new connection, over the life of the session. */
  readonly connection: number;
  /** How long there was none before it, in milliseconds: publications of that time were missed. 0 for the first after an `open()`. */
  readonly gapMs: number;
}
