import { HEADER_BYTES } from "../wire/chunks.js";
import type { FrameIn } from "../wire/message.js";
import { chunked } from "./chunked.js";
import type { Plain } from "./plain.js";
import { pythonMsgpack } from "./pythonMsgpack.js";
import { readMsgpack } from "./readMsgpack.js";
import { Fatal, type RawRequest, requestOf, type ServerFrame, type Speech } from "./speech.js";

/** WSLINK_MSG_OVERHEAD: a frame may be so much larger than maxMsgSize. */
const OVERHEAD_BYTES = 4096;
const MAX_MESSAGE_BYTES = 4 * 1024 ** 3;

/** wslink 2.x: msgpack in chunks. Source: wslink 2.6, `wslink/protocol.py` and `wslink/chunking.py`. */
export class V2Speech implements Speech {
  readonly protocol = "v2";
  readonly hello: Readonly<Record<string, Plain>>;
  readonly maxFrameBytes: number;
  authenticated = false;
  readonly #pending = new Map<number, { readonly content: Uint8Array; received: number }>();

  readonly #maxMsgSize: number;
  readonly #authMsgSize: number;
  readonly #heardText: (text: string) => void;

  /** @param authMsgSize - WSLINK_AUTH_MSG_SIZE: the largest message of a client that has not said hello */
  constructor(maxMsgSize: number, authMsgSize: number, heardText: (text: string) => void) {
    this.#maxMsgSize = maxMsgSize;
    this.#authMsgSize = authMsgSize;
    this.#heardText = heardText;
    this.hello = { maxMsgSize };
    this.maxFrameBytes = maxMsgSize + OVERHEAD_BYTES;
  }

  hear(frame: FrameIn): RawRequest | undefined {
    if (typeof frame === "string") {
      this.#heardText(frame);
      return undefined;
    }
    const message = this.#chunk(frame);
    return message && unpacked(message);
  }

  /** As the server does it: a chunk that comes twice is counted twice, and nobody looks whether all places were filled. */
  #chunk(frame: ArrayBuffer): Uint8Array | undefined {
    const header = new Uint8Array(HEADER_BYTES);
    header.set(new Uint8Array(frame, 0, Math.min(HEADER_BYTES, frame.byteLength)));
    const view = new DataView(header.buffer);
    const [id, offset, total] = [view.getUint32(0, true), view.getUint32(4, true), view.getUint32(8, true)];
    const content = new Uint8Array(frame, Math.min(HEADER_BYTES, frame.byteLength));
    const pending = this.#pending.get(id) ?? this.#allocate(id, total);
    if (total !== pending.content.length) throw new Fatal(`Total size in chunk header for message ${id} does not match total size declared by previous chunk.`);
    if (content.length > 0 && offset + content.length > total) throw new Fatal("memoryview assignment: lvalue and rvalue have different structures");
    pending.content.set(content, content.length > 0 ? offset : 0);
    pending.received += content.length;
    if (pending.received < total) return undefined;
    this.#pending.delete(id);
    return pending.content;
  }

  #allocate(id: number, total: number): { readonly content: Uint8Array; received: number } {
    if (total > (this.authenticated ? MAX_MESSAGE_BYTES : this.#authMsgSize)) throw new Fatal(`Total size for message ${id} exceeds the allocation limit allowed.`);
    const fresh = { content: new Uint8Array(total), received: 0 };
    this.#pending.set(id, fresh);
    return fresh;
  }

  say(message: Map<string, Plain>): ServerFrame[] {
    return chunked(pythonMsgpack(message), Math.max(this.#maxMsgSize, HEADER_BYTES + 1));
  }
}

function unpacked(bytes: Uint8Array): RawRequest | undefined {
  const message = parsed(bytes);
  return message === null ? undefined : requestOf(message);
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return readMsgpack(bytes);
  } catch (cause) {
    throw new Fatal("the message is no msgpack", { cause });
  }
}
