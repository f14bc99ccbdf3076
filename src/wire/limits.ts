import { LimitError } from "../errors.js";

const MiB = 1024 * 1024;

/** Bounds for everything that comes from a peer or waits for one. All are checked; meeting one gives a LimitError that names it. */
export interface Limits {
  /** Largest incoming message, in bytes. @defaultValue 1 GiB */
  readonly maxMessageBytes: number;
  /** Messages of which only a part has come, at a time; the oldest gives way. @defaultValue 64 */
  readonly maxPartialMessages: number;
  /** What all partial messages (v2) or attachments without a message (v1) may hold together, in bytes. @defaultValue 2 GiB */
  readonly maxPartialBytes: number;
  /** A message whose parts stop coming is given up so many milliseconds after the last one. @defaultValue 120_000 */
  readonly maxPartialAgeMs: number;
  /** Largest outgoing frame, in bytes, its header included; on v2 never more than the hello says. @defaultValue 4_194_303 */
  readonly maxFrameBytes: number;
  /** How deep values may be nested, both ways, in lists and objects: the server dies of 500. @defaultValue 400 */
  readonly maxDepth: number;
  /** Binaries of one message (v2), or waiting for their message (v1). @defaultValue 100_000 */
  readonly maxAttachments: number;
  /** Largest incoming binary, in bytes. @defaultValue 1 GiB */
  readonly maxAttachmentBytes: number;
  /** Calls that wait for a connection or for the socket to take them. @defaultValue 10_000 */
  readonly maxQueuedCalls: number;
  /** How long a call may wait for a connection, in milliseconds. @defaultValue 300_000 */
  readonly maxQueuedMs: number;
}

export const DEFAULT_LIMITS: Limits = {
  maxMessageBytes: 1024 * MiB,
  maxPartialMessages: 64,
  maxPartialBytes: 2048 * MiB,
  maxPartialAgeMs: 120_000,
  maxFrameBytes: 4 * MiB - 1,
  maxDepth: 400,
  maxAttachments: 100_000,
  maxAttachmentBytes: 1024 * MiB,
  maxQueuedCalls: 10_000,
  maxQueuedMs: 300_000,
};

/** @throws LimitError: `value` is over the limit; `what` says whose it is. */
export function checkLimit<Name extends keyof Limits>(limits: Pick<Limits, Name>, name: Name, value: number, what = "a message"): void {
  if (value > limits[name]) throw new LimitError(name, value, limits[name], what);
}
