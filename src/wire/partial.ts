import { ProtocolError } from "../errors.js";
import { concat } from "./concat.js";
import { EarlyChunks } from "./earlyChunks.js";
import { messageOf, protocolError, readId, resultAt } from "./envelope.js";
import { checkLimit, type Limits } from "./limits.js";
import type { CodecHost, Interest, Message } from "./message.js";
import { MsgpackDecoder } from "./msgpackDecoder.js";

/** What a chunk costs beside its bytes: a frame of one byte is an ArrayBuffer and a view of it too. */
const CHUNK_OVERHEAD = 256;
/** A head that is not complete in so many bytes is not looked for any more. */
const HEAD_BYTES = 1024;

/** A v2 message while its chunks come. */
export class Partial {
  /** When its last chunk came. */
  heardAt = 0;
  id: string | undefined;
  /** `undefined` until the id is known, or known not to stand where it should. */
  interest: Interest | undefined;
  /** Bytes that came without a gap from the start. */
  loaded = 0;
  /** Bytes that were decoded. */
  #fed = 0;
  /** Bytes of memory that it may hold. */
  held = 0;
  #early: EarlyChunks | undefined;
  #decoder: MsgpackDecoder | undefined;
  /** What is not decoded: the head while the id is incomplete, all of it with interest `defer`. */
  #kept: Uint8Array[] = [];

  readonly #total: number;
  readonly #host: CodecHost;
  readonly #limits: Limits;

  constructor(
    readonly chunkId: number,
    total: number,
    host: CodecHost,
    limits: Limits,
  ) {
    this.#total = total;
    this.#host = host;
    this.#limits = limits;
  }

  get complete(): boolean {
    return this.loaded === this.#total;
  }

  /** @throws ProtocolError, LimitError: the message is bad. */
  add(offset: number, total: number, content: Uint8Array): void {
    // read before any check: it tells whose message is bad
    if (offset === 0 && this.id === undefined) this.id = readId(content) ?? undefined;
    checkLimit(this.#limits, "maxMessageBytes", this.#total, "bytes of a message");
    const refuse = (why: string): ProtocolError => new ProtocolError(`a chunk at ${offset} of ${content.length} bytes, total ${total}: ${why}`);
    if (total !== this.#total) throw refuse(`the message began with total ${this.#total}`);
    if (total === 0 || content.length === 0) throw refuse("it is empty");
    if (offset + content.length > total) throw refuse("it is out of range");
    if (offset < this.loaded || this.#early?.overlaps(offset, content.length)) throw refuse("it overlaps what came before");
    this.held += content.length + CHUNK_OVERHEAD;
    if (offset > this.loaded) {
      this.#early ??= new EarlyChunks();
      this.#early.add(offset, content);
      return;
    }
    for (let next: Uint8Array | undefined = content; next; next = this.#early?.take(this.loaded)) this.#append(next);
  }

  /** The message, once it is complete. */
  message(): Message {
    const decoder = this.#decoder;
    const host = this.#host;
    const kept = this.#kept;
    const limits = this.#limits;
    const { interest } = this;
    const id = this.id as string;
    if (interest === "skip") return { type: "skipped", id };
    if (interest === "defer") return { type: "deferred", id, decode: () => decode(kept, id, host, limits) };
    return messageOf((decoder as MsgpackDecoder).value);
  }

  /** The next bytes in order. */
  #append(content: Uint8Array): void {
    this.loaded += content.length;
    this.#kept.push(content);
    if (this.interest === undefined && !this.#ask()) return;
    if (this.interest === "defer") return;
    const kept = this.#kept;
    this.#kept = [];
    if (this.interest === "skip")
      this.held = 0; // of what is skipped nothing is held
    else for (const piece of kept) this.#feed(piece);
  }

  /** Asks what is to become of the message; false when its head is still incomplete. */
  #ask(): boolean {
    const kept = this.#kept;
    const { loaded } = this;
    const head = loaded <= HEAD_BYTES ? concat(kept, loaded) : (kept[0] as Uint8Array);
    const id = readId(head);
    const isResult = resultAt(head, 0) > 0;
    if (id !== undefined && !isResult && loaded < HEAD_BYTES && !this.complete) return false;
    this.id = id ?? undefined;
    this.interest = this.id === undefined ? "take" : this.#host.wanted(this.id);
    // an error is told, whoever listens
    if (this.interest === "skip" && !isResult) this.interest = "take";
    return true;
  }

  #feed(content: Uint8Array): void {
    this.#decoder ??= decoderFor(this.#total, this.#host, this.#limits);
    this.#fed += content.length;
    if (this.#decoder.feed(content) !== (this.#fed === this.#total)) throw new ProtocolError(`a message of ${this.#total} bytes ends elsewhere`);
  }
}

/** Decodes a whole message from its pieces, the first from `start` on. Never throws. */
export function decode(pieces: readonly Uint8Array[], id: string | undefined, host: CodecHost, limits: Limits, start = 0): Message {
  try {
    const total = pieces.reduce((sum, piece) => sum + piece.length, -start);
    const result = id !== undefined && pieces.length === 1 ? resultAt(pieces[0] as Uint8Array, start) : 0;
    const decoder = decoderFor(total, host, limits, result > 0);
    let begin = result || start;
    let finished = false;
    for (const piece of pieces) {
      finished = decoder.feed(piece, begin);
      begin = 0;
    }
    if (!finished) throw new ProtocolError(`a message of ${total} bytes ends too early`);
    return result > 0 ? { type: "result", id: id as string, value: decoder.value } : messageOf(decoder.value);
  } catch (error) {
    return { type: "bad", id, error: protocolError(error) };
  }
}

function decoderFor(total: number, { binary }: CodecHost, limits: Limits, inEnvelope = false): MsgpackDecoder {
  return new MsgpackDecoder(limits, total, binary ? (bytes) => binary(bytes, "v2") : undefined, inEnvelope ? 1 : 0);
}
