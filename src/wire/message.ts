import type { LimitError, ProtocolError } from "../errors.js";
import type { Snapshot } from "./snapshot.js";

/** The two wire protocols: `v1` is JSON in text frames (wslink 1.x), `v2` msgpack in chunks (wslink 2.x). */
export type Protocol = "v1" | "v2";

/** A frame as a socket delivers it. */
export type FrameIn = string | ArrayBuffer;
/** A frame to be sent, good until the next is asked for; one with bytes of Blobs is read just before. */
export type FrameOut = string | Uint8Array<ArrayBuffer> | (() => Promise<Uint8Array<ArrayBuffer>>);

/** The `error` of a response, as the wire has it. */
export interface WireError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/** All that can come in, whichever protocol brought it. `id` tells whom it is for. */
export type Message =
  /** A response or publication with a result. */
  | { readonly type: "result"; readonly id: string; readonly value: unknown }
  /** A response or publication with an error. */
  | { readonly type: "error"; readonly id: string; readonly error: WireError }
  /** One whose body was left undecoded; `decode` gives the message itself. */
  | { readonly type: "deferred"; readonly id: string; readonly decode: () => Message }
  /** One whose body nobody wanted. */
  | { readonly type: "skipped"; readonly id: string }
  /** How much of a message has come. */
  | { readonly type: "progress"; readonly id: string; readonly loadedBytes: number; readonly totalBytes: number }
  /** A message that the protocol does not allow; `fatal` when the framing is lost with it. */
  | { readonly type: "bad"; readonly id: string | undefined; readonly error: ProtocolError | LimitError; readonly fatal?: boolean };

/** What is to become of a body: dropped, decoded, decoded with progress, or kept as it came. */
export type Interest = "skip" | "take" | "report" | "defer";

export interface Request {
  readonly id: string;
  readonly method: string;
  readonly args: Snapshot;
}

/** What `encode` gives: the frames, made as they are asked for, and what is known before. */
export interface Outgoing {
  /** Those of a list belong back to back: v1's message and its header and binary pairs. To be ended by `return` where it has one: Blobs are open. */
  readonly frames: Iterator<FrameOut | readonly FrameOut[], undefined>;
  /** All frames together, in bytes; of v1 text it is the number of UTF-16 units. */
  readonly totalBytes: number;
}

/** What a codec asks and tells its owner. */
export interface CodecHost {
  /** Asked as soon as the id is known, before the body is decoded. */
  wanted(id: string): Interest;
  /** `bytes`: how large a result was on the wire, without frame headers; text counts its UTF-16 units. */
  deliver(message: Message, bytes?: number): void;
  /** How binaries are handed over. */
  binary?: ((bytes: ArrayBuffer, protocol: Protocol) => unknown) | undefined;
}

/** Bytes ⇄ messages: pure, synchronous, without a timer, a socket or a clock. */
export interface Codec {
  readonly protocol: Protocol;
  /** Takes a frame; what it completes goes to `deliver`, before `push` returns. Never throws. */
  push(frame: FrameIn, nowMs: number): void;
  /** @throws LimitError, TypeError: what this protocol cannot send. */
  encode(request: Request): Outgoing;
  /** Largest frame to send, in bytes. Without a bound until the hello is answered: the hello itself is never cut. */
  maxFrameBytes: number;
}
