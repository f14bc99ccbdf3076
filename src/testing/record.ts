import { isArrayBuffer } from "../check.js";
import { HEADER_BYTES } from "../wire/chunks.js";
import type { FrameIn, Protocol } from "../wire/message.js";
import { AttachmentTable } from "./attachmentTable.js";
import { checkOptions } from "./options.js";
import { describe } from "./plain.js";
import { type RecordedEvent, writeRecording } from "./recordingFile.js";
import { Fatal, type Speech } from "./speech.js";
import { sizeOf } from "./socket.js";
import { V1Speech } from "./v1Speech.js";
import { V2Speech } from "./v2Speech.js";

/** What `record` needs of a session. */
export interface Recordable {
  /** Every frame that goes over the session's wire, secrets masked. */
  readonly wire$: { subscribe(next: (event: RecordableEvent) => void): { unsubscribe(): void } };
}

/** A frame, as a session's `wire$` tells it. */
export interface RecordableEvent {
  /** `in` is what the server sent. */
  readonly direction: "in" | "out";
  /** When, in milliseconds of the session's clock. */
  readonly at: number;
  /** On which of the session's connections, counted from 1. */
  readonly connection: number;
  /** The frame. */
  readonly data: string | ArrayBuffer;
  /** What a message that is complete with this frame says. */
  readonly message?: unknown;
}

/** For `record`. */
export interface RecordOptions {
  /** The size of the frames that are kept; the message that would go beyond it is left out, and all that follow. @defaultValue 268_435_456 (256 MiB) */
  readonly maxBytes?: number;
}

/** A recording that goes on. */
export interface Recording {
  /** Ends it and gives the file: gzipped, for `MockServer.replay`. It can be asked for again. */
  stop(): Promise<Blob>;
}

const EVERYTHING = Number.POSITIVE_INFINITY;

/**
 * Keeps what goes over a session's wire. The session has masked its secrets already, and of a hello nothing is kept but that it was answered;
 * of what the app uploads only the length.
 *
 * ```ts
 * const recording = record(session);
 * // … what is to be shown
 * const file = await recording.stop();
 * ```
 * @throws TypeError: this is no session
 */
export function record(session: Recordable, options: RecordOptions = {}): Recording {
  if (typeof (session as Recordable | undefined)?.wire$?.subscribe !== "function") throw new TypeError(`record: a session is wanted, got ${describe(session)}`);
  checkOptions("record", options, { maxBytes: [(value) => typeof value === "number" && value > 0, "a number of bytes > 0"] });
  const recorder = new Recorder(options.maxBytes ?? 256 * 1024 * 1024);
  const subscription = session.wire$.subscribe((event) => recorder.note(event));
  let file: Promise<Blob> | undefined;
  return {
    stop() {
      subscription.unsubscribe();
      file ??= writeRecording({ protocol: recorder.protocol ?? "v2", events: recorder.end() });
      return file;
    },
  };
}

class Recorder {
  /** The one that frames of the server came in. */
  protocol: Protocol | undefined;
  readonly #events: RecordedEvent[] = [];
  #connection = 0;
  /** Reads what the client sends, as a server would. */
  #ear: Speech | undefined;
  /** Frames of messages that are not complete: v1's pairs under "", v2's chunks under their id. */
  readonly #partial = new Map<string, FrameIn[]>();
  #bytes = 0;

  readonly #maxBytes: number;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  note(event: RecordableEvent): void {
    if (event.connection !== this.#connection) {
      this.#connection = event.connection;
      this.#ear = undefined;
      this.#partial.clear();
    }
    if (event.direction === "out") return this.#out(event);
    this.protocol ??= typeof event.data === "string" ? "v1" : "v2";
    this.#bytes += sizeOf(event.data);
    if (this.#bytes <= this.#maxBytes) this.#in(event);
  }

  end(): readonly RecordedEvent[] {
    if (this.#bytes > this.#maxBytes) return this.#events; // half a message is none
    const at = this.#events.at(-1)?.at ?? 0;
    for (const frames of this.#partial.values()) this.#events.push({ at, frames });
    return this.#events;
  }

  #out({ at, data }: RecordableEvent): void {
    if (this.#ear?.protocol === "v2" && typeof data === "string") this.#ear = undefined;
    this.#ear ??= typeof data === "string" ? new V1Speech(EVERYTHING, new AttachmentTable()) : new V2Speech(EVERYTHING, EVERYTHING, () => {});
    this.#ear.authenticated = true;
    try {
      const request = this.#ear.hear(data);
      if (!request || typeof request.method !== "string" || request.id.startsWith("system:")) return;
      this.#events.push({ at, request: { id: request.id, method: request.method, args: told(request.args) as unknown[], kwargs: told(request.kwargs) as Record<string, unknown> } });
    } catch (error) {
      if (!(error instanceof Fatal)) throw error; // half a message, when recording began in the middle of one
    }
  }

  #in({ at, data, message }: RecordableEvent): void {
    const key = this.protocol === "v1" ? "" : String(new DataView(data as ArrayBuffer).getUint32(0, true));
    const frames = this.#partial.get(key) ?? [];
    frames.push(data);
    this.#partial.set(key, frames);
    const { id, result } = (message ?? {}) as { id?: string; result?: { clientID?: string } };
    if (id === undefined && !this.#isComplete(frames)) return;
    this.#partial.delete(key);
    if (!id?.startsWith("system:")) this.#events.push(id === undefined ? { at, frames } : { at, id, frames });
    else if (result?.clientID !== undefined) this.#events.push({ at, hello: true });
  }

  /** A message that could not be decoded is one, too. */
  #isComplete(frames: readonly FrameIn[]): boolean {
    const last = frames[frames.length - 1];
    if (typeof last === "string") return !last.includes('"wslink.binary.attachment"');
    if (this.protocol === "v1" || last === undefined) return false;
    const total = last.byteLength < HEADER_BYTES ? 0 : new DataView(last).getUint32(8, true);
    return frames.reduce((sum, frame) => sum + sizeOf(frame) - HEADER_BYTES, 0) >= total;
  }
}

/** A value as it can be written and compared: binaries by their length, what JSON has no word for as text. */
export function told(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, item) => {
      if (isArrayBuffer(item)) return `binary of ${item.byteLength} bytes`;
      if (typeof item === "bigint" || (typeof item === "number" && !Number.isFinite(item))) return String(item);
      return item as unknown;
    }),
  );
}
