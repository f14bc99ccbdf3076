import type { WireError } from "../wire/message.js";
import type { Snapshot } from "../wire/snapshot.js";
import type { Progress } from "../progress.js";

/** Who keeps a request until it is settled: the offline queue, later a connection. */
export interface Holder {
  /** Nobody waits for it any more. `runs`: what was sent of it may well keep the server busy. */
  drop(request: Pending, runs?: boolean): void;
}

/** A request that waits for its reply: a call, a hello or a probe. */
export interface Pending {
  readonly method: string;
  /** Let go once the last frame went out. */
  args: Snapshot | undefined;
  /** Later requests may overtake it. */
  readonly background: boolean;
  /** Somebody wants to know how far it has come. */
  readonly reportsProgress: boolean;
  /** The first frame went out: the server may run it. */
  sent: boolean;
  /** The largest frame that went out, in bytes: what a close with 1009 is about. */
  largestFrame: number;
  /** On the wire; empty until a connection has it. */
  id: string;
  holder: Holder | undefined;
  /** Each settles it; a second one does nothing. */
  resolve(value: unknown): void;
  refuse(error: WireError): void;
  reject(error: unknown): void;
  progress(progress: Progress): void;
}
