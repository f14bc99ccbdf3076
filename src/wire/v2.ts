import { NEVER } from "../check.js";
import { LimitError, ProtocolError } from "../errors.js";
import { cutChunks, HEADER_BYTES, writeHeader } from "./chunks.js";
import { protocolError } from "./envelope.js";
import type { Limits } from "./limits.js";
import type { Codec, CodecHost, FrameIn, Outgoing, Request } from "./message.js";
import { MsgpackEncoder } from "./msgpackEncoder.js";
import { Partial } from "./partial.js";

/** wslink 2.x: msgpack in chunked binary frames. Takes chunks in any order and interleaving. */
export class V2Codec implements Codec {
  readonly protocol = "v2";
  maxFrameBytes: number = NEVER;
  /** Messages of which not all chunks have come, the one heard last at the end. */
  readonly #partials = new Map<number, Partial>();
  /** Chunk ids of bad messages: what still comes of those is swallowed. */
  readonly #dead = new Set<number>();
  /** Counted on, so that two messages on their way never have the same. */
  #chunkId: number = Math.random() * 2 ** 32;

  readonly #host: CodecHost;
  readonly #limits: Limits;

  constructor(host: CodecHost, limits: Limits) {
    this.#host = host;
    this.#limits = limits;
  }

  encode({ id, method, args }: Request): Outgoing {
    const { maxFrameBytes } = this;
    const segments = MsgpackEncoder.encode({ wslink: "1.0", id, method, args: args.args, kwargs: args.kwargs }, HEADER_BYTES);
    const [first] = segments as [Uint8Array<ArrayBuffer>];
    const totalBytes = segments.reduce((sum, s) => sum + (ArrayBuffer.isView(s) ? s.length : s.size), -HEADER_BYTES);
    if (totalBytes > 0xffffffff) throw new LimitError("maxMessageBytes", totalBytes, 0xffffffff, `bytes of a call of ${method}`);
    const chunks = Math.ceil(totalBytes / (maxFrameBytes - HEADER_BYTES)) || 1;
    this.#chunkId = (this.#chunkId + 1) >>> 0;
    if (segments.length === 1 && chunks === 1) {
      // small calls: the encoder's bytes are the frame
      writeHeader(first, this.#chunkId, 0, totalBytes);
      return { frames: [first].values(), totalBytes: first.length };
    }
    segments[0] = first.subarray(HEADER_BYTES);
    return { frames: cutChunks(segments, totalBytes, maxFrameBytes, this.#chunkId), totalBytes: totalBytes + chunks * HEADER_BYTES };
  }

  push(frame: FrameIn, nowMs: number): void {
    if (this.#partials.size > 0) this.#expire(nowMs);
    if (typeof frame === "string") return this.#bad(undefined, new ProtocolError("a text frame on protocol v2"));
    // without a chunk header nobody knows which message a frame belongs to: nothing after it can be trusted
    if (frame.byteLength < HEADER_BYTES) return this.#bad(undefined, new ProtocolError(`a frame of ${frame.byteLength} bytes has no chunk header`), true);
    const header = new DataView(frame);
    const chunkId = header.getUint32(0, true);
    const offset = header.getUint32(4, true);
    const total = header.getUint32(8, true);
    // a bad message's id may be taken over by a new message, whose first chunk shows it
    if (this.#dead.size > 0 && this.#dead.has(chunkId)) {
      if (offset > 0) return;
      this.#dead.delete(chunkId);
    }
    const partial = this.#partials.get(chunkId) ?? new Partial(chunkId, total, this.#host, this.#limits);
    this.#chunk(partial, offset, total, new Uint8Array(frame, HEADER_BYTES), nowMs);
  }

  #chunk(partial: Partial, offset: number, total: number, content: Uint8Array, nowMs: number): void {
    const host = this.#host;
    const { loaded } = partial;
    try {
      partial.add(offset, total, content);
    } catch (error) {
      return this.#drop(partial, error);
    }
    if (partial.complete) this.#partials.delete(partial.chunkId);
    else this.#keep(partial, nowMs);
    const { id, interest } = partial;
    if (interest === "report" && id !== undefined && partial.loaded > loaded) host.deliver({ type: "progress", id, loadedBytes: partial.loaded, totalBytes: total });
    if (partial.complete) host.deliver(partial.message(), total);
  }

  #keep(partial: Partial, nowMs: number): void {
    partial.heardAt = nowMs;
    this.#partials.delete(partial.chunkId);
    this.#partials.set(partial.chunkId, partial);
    const { maxPartialBytes, maxPartialMessages } = this.#limits;
    let held = 0;
    for (const one of this.#partials.values()) held += one.held;
    for (const oldest of this.#partials.values()) {
      const { size } = this.#partials;
      if (held > maxPartialBytes) this.#giveUp(oldest, "maxPartialBytes", held);
      else if (size > maxPartialMessages) this.#giveUp(oldest, "maxPartialMessages", size);
      else return;
      held -= oldest.held;
    }
  }

  #expire(nowMs: number): void {
    for (const oldest of this.#partials.values()) {
      const ageMs = nowMs - oldest.heardAt;
      if (ageMs <= this.#limits.maxPartialAgeMs) return;
      this.#giveUp(oldest, "maxPartialAgeMs", ageMs);
    }
  }

  #giveUp(partial: Partial, limit: "maxPartialBytes" | "maxPartialMessages" | "maxPartialAgeMs", value: number): void {
    this.#drop(partial, new LimitError(limit, value, this.#limits[limit], "a message in parts"));
  }

  /** A bad message is reported once. */
  #drop(partial: Partial, error: unknown): void {
    this.#partials.delete(partial.chunkId);
    this.#dead.add(partial.chunkId);
    if (this.#dead.size > this.#limits.maxPartialMessages) this.#dead.delete(this.#dead.values().next().value as number);
    this.#bad(partial.id, error);
  }

  #bad(id: string | undefined, error: unknown, fatal?: true): void {
    this.#host.deliver({ type: "bad", id, error: protocolError(error), ...(fatal && { fatal }) });
  }
}
