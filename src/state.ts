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
  /** Lost; the coming attempt, number `attempt`, begins `delayMs` milliseconds after the state did. */
  | { readonly status: "waiting"; readonly attempt: number; readonly delayMs: number; readonly cause: Error }
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
