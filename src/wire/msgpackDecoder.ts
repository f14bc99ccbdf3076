import { ProtocolError } from "../errors.js";
import { concat } from "./concat.js";
import { Container } from "./container.js";
import { checkLimit, type Limits } from "./limits.js";
import { setKey } from "./setKey.js";
import { Payload } from "./payload.js";
import { pythonFloat } from "./pythonFloat.js";
import { cachedKey, decodeText, KEY_BYTES } from "./text.js";

/** Bytes of a token before its payload, by its first byte. 0 marks what is not part of the protocol: ext types and the one byte that msgpack never uses. */
const HEADER = /* @__PURE__ */ (() => {
  const sizes = new Uint8Array(256).fill(1);
  // c1, bin 8 16 32, ext 8 16 32, float 32 64, uint 8 16 32 64, int 8 16 32 64, fixext 1 2 4 8 16, str 8 16 32, array 16 32, map 16 32
  sizes.set([0, 1, 1, 2, 3, 5, 0, 0, 0, 5, 9, 2, 3, 5, 9, 2, 3, 5, 9, 0, 0, 0, 0, 0, 2, 3, 5, 3, 5, 3, 5], 0xc1);
  return sizes;
})();

/** Engines lay a longer new list out as a table of keys. */
const LARGEST_LIST = 10_000_000;
const NOWHERE = /* @__PURE__ */ new Container(undefined, undefined, undefined, 0);
const NOTHING = /* @__PURE__ */ new Uint8Array(0);

/**
 * A msgpack decoder that can pause between any two bytes: `feed` takes a message piece by piece, and each binary goes
 * once from its pieces into the ArrayBuffer that the user gets. It keeps its own stack, so depth costs no call stack.
 */
export class MsgpackDecoder {
  /** The decoded value, once `feed` said so. */
  value: unknown;
  #bytes: Uint8Array = NOTHING;
  #view: DataView | undefined;
  #pos = 0;
  #received = 0;
  #finished = false;
  #top: Container | undefined;
  #depth: number;
  /** Items of lists that were allocated before they came. */
  #claimed = 0;
  #payload: Payload | undefined;
  /** The beginning of a token that was cut by the end of a piece. */
  #tail: Uint8Array | undefined;
  #attachments = 0;
  readonly #limits: Limits;
  readonly #totalBytes: number;
  readonly #binary: ((bytes: ArrayBuffer) => unknown) | undefined;

  /**
   * @param totalBytes what the message says it has: no str or bin in it can be longer
   * @param depth how many lists and maps the value stands in
   */
  constructor(limits: Limits, totalBytes: number, binary: ((bytes: ArrayBuffer) => unknown) | undefined, depth = 0) {
    this.#depth = depth;
    this.#limits = limits;
    this.#totalBytes = totalBytes;
    this.#binary = binary;
  }

  /**
   * Takes the next bytes, from `start` on, and tells whether the value is complete.
   * @throws ProtocolError, LimitError; the decoder is of no use afterwards.
   */
  feed(bytes: Uint8Array, start = 0): boolean {
    this.#received += bytes.length - start;
    const begin = this.#tail ? this.#feedTail(bytes, start) : start;
    if (begin < bytes.length) this.#run(bytes, begin);
    return this.#finished;
  }

  /** Completes a token whose header was cut, from a copy of a few bytes; gives where the bytes go on that it did not take. */
  #feedTail(bytes: Uint8Array, start: number): number {
    const tail = this.#tail as Uint8Array;
    const begin = Math.min(start + (HEADER[tail[0] as number] as number) - tail.length, bytes.length);
    this.#tail = undefined;
    this.#run(concat([tail, bytes.subarray(start, begin)], tail.length + begin - start), 0);
    return begin;
  }

  #run(bytes: Uint8Array, start: number): void {
    const end = bytes.length;
    this.#bytes = bytes;
    this.#view = undefined;
    this.#pos = start;
    if (this.#payload) this.#fill();
    while (this.#pos < end) {
      const pos = this.#pos;
      const top = this.#top;
      const byte = bytes[pos] as number;
      const next = pos + (HEADER[byte] as number);
      if (next > end) {
        this.#tail = bytes.slice(pos);
        this.#pos = end;
        return;
      }
      this.#pos = next;
      const { list, left, size } = top ?? NOWHERE;
      if (list && left > 1 && (byte < 0x80 || byte === 0xcb)) {
        // what long lists are made of, with nothing to be asked about the place
        list[size - left] = byte < 0x80 ? byte : this.#dataView().getFloat64(pos + 1);
        (top as Container).left = left - 1;
      } else if (this.#finished) throw new ProtocolError(`${end - pos} bytes follow after the end of a message`);
      else this.#token(byte, pos + 1);
    }
  }

  #dataView(): DataView {
    this.#view ??= new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
    return this.#view;
  }

  /** A whole token but for its payload, which begins at `pos`; its numbers stand at `at`. */
  #token(byte: number, at: number): void {
    if (byte < 0x80) return this.#put(byte);
    if (byte < 0x90) return this.#open(true, byte & 0x0f);
    if (byte < 0xa0) return this.#open(false, byte & 0x0f);
    if (byte < 0xc0) return this.#text(byte & 0x1f);
    if (byte >= 0xe0) return this.#put(byte - 0x100);
    if (byte === 0xc0) return this.#put(null);
    if (byte === 0xc2) return this.#put(false);
    if (byte === 0xc3) return this.#put(true);
    const bits = ((HEADER[byte] as number) - 1) * 8;
    if (bits < 0) throw new ProtocolError(`msgpack byte 0x${byte.toString(16)} (ext type or unused) is not part of the protocol`);
    const view = this.#dataView();
    if (byte === 0xca) return this.#float(view.getFloat32(at));
    if (byte === 0xcb) return this.#float(view.getFloat64(at));
    if (byte === 0xcf) return this.#put(integer(view.getBigUint64(at)));
    if (byte === 0xd3) return this.#put(integer(view.getBigInt64(at)));
    const number = bits === 8 ? view.getUint8(at) : bits === 16 ? view.getUint16(at) : view.getUint32(at);
    if (byte >= 0xdc) return this.#open(byte >= 0xde, number);
    if (byte >= 0xd9) return this.#text(number);
    if (byte < 0xcc) return this.#bin(number);
    // a signed number: its first bit is carried to the front
    this.#put(byte < 0xd0 ? number : (number << (32 - bits)) >> (32 - bits));
  }

  /** Begins a list or map. Nothing is allocated for what it is said to hold. */
  #open(isMap: boolean, size: number): void {
    const top = this.#top;
    if (top?.wantsKey) throw new ProtocolError("a map key is a list or a map");
    // the envelope is not counted
    checkLimit(this.#limits, "maxDepth", this.#depth, "nesting of a message");
    const list = isMap ? undefined : this.#list(size);
    const map = isMap ? {} : undefined;
    if (size === 0) return this.#put(list ?? map);
    this.#depth++;
    this.#top = new Container(top, list, map, isMap ? size * 2 : size);
  }

  /** Each item has a byte of its own at least: as long as the lists together have no more items than bytes came, their sizes are believed. */
  #list(size: number): unknown[] {
    if (this.#claimed + size > this.#received || size > LARGEST_LIST) return [];
    this.#claimed += size;
    return new Array(size);
  }

  #float(value: number): void {
    this.#put(this.#top?.wantsKey ? pythonFloat(value) : value);
  }

  /** A finished value: into its container, and a container that became full into its own. */
  #put(input: unknown): void {
    let value = input;
    for (let top = this.#top; top; top = this.#top) {
      if (top.list) top.list[top.size - top.left] = value;
      else if (top.left % 2 === 0) {
        // a key that is no str is written as Python's json writes it
        top.key = typeof value === "string" ? value : String(value);
      } else setKey(top.map as Record<string, unknown>, top.key, value);
      if (--top.left > 0) return;
      this.#depth--;
      this.#top = top.parent;
      value = top.list ?? top.map;
    }
    this.value = value;
    this.#finished = true;
  }

  #text(length: number): void {
    const start = this.#pos;
    const end = start + length;
    if (end > this.#bytes.length) return this.#later(false, length);
    this.#pos = end;
    this.#put(this.#top?.wantsKey && length <= KEY_BYTES ? cachedKey(this.#bytes, start, end) : decodeText(this.#bytes, start, end));
  }

  #bin(length: number): void {
    checkLimit(this.#limits, "maxAttachmentBytes", length, "bytes of a binary");
    checkLimit(this.#limits, "maxAttachments", ++this.#attachments, "binaries of a message");
    const start = this.#pos;
    if (start + length > this.#bytes.length) return this.#later(true, length);
    this.#pos = start + length;
    this.#putBin(this.#bytes.slice(start, this.#pos));
  }

  /** A binary, unless it is a key: those become text. */
  #putBin(bytes: Uint8Array): void {
    if (this.#top?.wantsKey) this.#put(decodeText(bytes, 0, bytes.length));
    else this.#put(this.#binary ? this.#binary(bytes.buffer as ArrayBuffer) : bytes.buffer);
  }

  /** A str or bin of which only the first part has come. */
  #later(binary: boolean, length: number): void {
    if (length > this.#totalBytes) throw new ProtocolError(`a str or bin of ${length} bytes in a message of ${this.#totalBytes}`);
    this.#payload = new Payload(binary, length);
    this.#fill();
  }

  #fill(): void {
    const payload = this.#payload as Payload;
    this.#pos = payload.take(this.#bytes, this.#pos, this.#received);
    const { bytes, binary } = payload;
    if (!bytes) return;
    this.#payload = undefined;
    if (binary) this.#putBin(bytes);
    else this.#put(decodeText(bytes, 0, bytes.length));
  }
}

const integer = (value: bigint): number | bigint => (value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value);
