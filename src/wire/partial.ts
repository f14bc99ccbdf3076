import { ProtocolError } from "../errors.js";
import { concat } from "./concat.js";
import { messageOf, protocolError, readId, resultAt } from "./envelope.js";
import { LargeBinaries } from "./largeBinaries.js";
import { checkLimit, type Limits } from "./limits.js";
import type { CodecHost, Interest, Message } from "./message.js";
import { decodeMsgpack } from "./msgpackDecoder.js";

/** What a chunk costs beside its bytes: a frame of one byte is an ArrayBuffer and a view of it too. */
const CHUNK_OVERHEAD = 256;
/** A head that is not complete in so many bytes is not looked for any more. */
const HEAD_BYTES = 1024;

/** No server sends so many out of order; the bound keeps the search of each cheap. */
const MAX_EARLY = 10_000;

interface EarlyChunk {
  readonly offset: number;
  readonly content: Uint8Array;
}

/** A v2 message while its chunks come; most have one. */
export class Partial {
  /** When its last chunk came. */
  heardAt = 0;
  id: string | undefined;
  /** `undefined` until the id is known, or known not to stand where it should. */
  interest: Interest | undefined;
  /** Bytes that came without a gap from the start. */
  loaded = 0;
  /** Bytes of its chunks in memory, and of those the bytes of early ones. */
  #chunks = 0;
  #earlyBytes = 0;
  /** Chunks that came before their turn, in any order; none overlaps another. */
  #early: EarlyChunk[] | undefined;
  /** The head while the id is incomplete; all that is to be decoded of a message of one chunk, or of one with interest `defer`. */
  #kept: Uint8Array[] = [];
  /** Where the result begins in what is kept, when it is what the servers write for a success: its envelope is not decoded then. */
  #result = 0;
  #large: LargeBinaries | undefined;

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

  /** Bytes of memory that it holds, with what was made for a large binary that has not come yet. */
  get held(): number {
    return this.#chunks + (this.#large?.missing ?? 0);
  }

  get complete(): boolean {
    return this.loaded === this.#total;
  }

  /** @throws ProtocolError, LimitError: the message is bad. */
  add(offset: number, total: number, content: Uint8Array): void {
    // read before any check: it tells whose message is bad
    if (offset === 0 && this.id === undefined) this.id = readId(content) ?? undefined;
    checkLimit(this.#limits, "maxMessageBytes", this.#total);
    const refuse = (why: string): ProtocolError => new ProtocolError(`a chunk at ${offset} of ${content.length} bytes, total ${total}: ${why}`);
    if (total !== this.#total) throw refuse(`the message began with total ${this.#total}`);
    if (total === 0 || content.length === 0) throw refuse("it is empty");
    const end = offset + content.length;
    if (end > total) throw refuse("it is out of range");
    if (offset < this.loaded || this.#early?.some((early) => early.offset < end && offset < early.offset + early.content.length)) throw refuse("it overlaps what came before");
    this.#chunks += costOf(content);
    if (offset > this.loaded) {
      this.#early ??= [];
      if (this.#early.push({ offset, content }) > MAX_EARLY) throw refuse(`${MAX_EARLY} came before their turn`);
      this.#earlyBytes += costOf(content);
      return;
    }
    for (let next: Uint8Array | undefined = content; next; next = this.#takeEarly()) this.#append(next);
  }

  /** The early chunk whose turn it is. */
  #takeEarly(): Uint8Array | undefined {
    const at = this.#early?.findIndex((early) => early.offset === this.loaded) ?? -1;
    const content = at < 0 ? undefined : this.#early?.splice(at, 1)[0]?.content;
    if (content) this.#earlyBytes -= costOf(content);
    return content;
  }

  /** The message, once it is complete. */
  message(): Message {
    const id = this.id as string;
    if (this.interest === "skip") return { type: "skipped", id };
    return this.interest === "defer" ? { type: "deferred", id, decode: () => this.#decode() } : this.#decode();
  }

  /** The next bytes in order. */
  #append(content: Uint8Array): void {
    this.loaded += content.length;
    this.#kept.push(content);
    if ((this.interest === undefined && !this.#ask()) || this.interest === "defer") return;
    // what is skipped is let go as soon as its turn comes
    if (this.interest === "skip") this.#chunks = this.#earlyBytes;
    else {
      if (this.complete && !this.#large) return;
      this.#large = this.#scan(this.#large);
    }
    this.#kept = [];
  }

  /** Asks what is to become of the message; false when its head is still incomplete. */
  #ask(): boolean {
    const [first] = this.#kept;
    const head = this.#kept.length === 1 ? (first as Uint8Array) : concat(this.#kept);
    const id = this.id ?? readId(head);
    const result = id ? resultAt(head) : 0;
    if (id !== undefined && !result && this.loaded < HEAD_BYTES && !this.complete) return false;
    if (this.#kept.length > 1) this.#kept = [head];
    this.#result = result;
    this.id = id ?? undefined;
    const interest = this.id === undefined ? "take" : this.#host.wanted(this.id);
    // an error is told, whoever listens
    this.interest = interest === "skip" && !result ? "take" : interest;
    return true;
  }

  /** Whatever is kept passes by. */
  #scan(large: LargeBinaries = new LargeBinaries(this.#total, this.#result, this.#limits)): LargeBinaries {
    for (const piece of this.#kept) large.push(piece);
    return large;
  }

  #decode(): Message {
    const id = this.id;
    const { binary } = this.#host;
    try {
      const large = this.#large ?? (this.#kept.length > 1 ? this.#scan() : undefined);
      const value = decodeMsgpack(large ? large.rest : (this.#kept[0] as Uint8Array), this.#result, this.#limits, binary && ((bytes) => binary(bytes, "v2")), large?.buffers);
      return this.#result > 0 ? { type: "result", id: id as string, value } : messageOf(value);
    } catch (error) {
      return { type: "bad", id, error: protocolError(error) };
    }
  }
}

const costOf = (content: Uint8Array): number => content.length + CHUNK_OVERHEAD;
