import { ProtocolError } from "../errors.js";
import { LARGE_BYTES } from "./largeBinaries.js";
import { checkLimit, type Limits } from "./limits.js";
import { pythonFloat } from "./pythonFloat.js";
import { setKey } from "./setKey.js";
import { decodeKey, decodeText } from "./text.js";

/**
 * A msgpack value, which has to be all that there is from `start` on.
 * @param start where it begins; behind 0 it stands in the envelope
 * @param large the large binaries, in their order, where their bytes do not stand in the message any more
 * @throws ProtocolError, LimitError
 */
export function decodeMsgpack(bytes: Uint8Array, start: number, limits: Limits, binary?: (bytes: ArrayBuffer) => unknown, large?: readonly ArrayBuffer[]): unknown {
  return new Decoder(bytes, start, limits, binary, large).whole();
}

class Decoder {
  #pos: number;
  /** The envelope is not counted. */
  #depth: number;
  /** Items of all lists and maps: each has a byte of its own at least. */
  #claimed = 0;
  #attachments = 0;
  #large = 0;
  #view: DataView | undefined;

  readonly #bytes: Uint8Array;
  readonly #limits: Limits;
  readonly #binary: ((bytes: ArrayBuffer) => unknown) | undefined;
  readonly #buffers: readonly ArrayBuffer[] | undefined;

  constructor(bytes: Uint8Array, start: number, limits: Limits, binary: ((bytes: ArrayBuffer) => unknown) | undefined, large: readonly ArrayBuffer[] | undefined) {
    this.#bytes = bytes;
    this.#pos = start;
    this.#depth = start > 0 ? 1 : 0;
    this.#limits = limits;
    this.#binary = binary;
    this.#buffers = large;
  }

  whole(): unknown {
    const value = this.#value();
    const left = this.#bytes.length - this.#pos;
    if (left > 0) throw new ProtocolError(`${left} bytes follow after the end of a message`);
    return value;
  }

  #value(): unknown {
    const byte = this.#bytes[this.#skip(1)] as number;
    if (byte < 0x80) return byte;
    if (byte < 0x90) return this.#map(byte & 0x0f);
    if (byte < 0xa0) return this.#list(byte & 0x0f);
    if (byte < 0xc0) return this.#text(byte & 0x1f);
    if (byte >= 0xe0) return byte - 0x100;
    if (byte === 0xc0) return null;
    if (byte === 0xc2) return false;
    if (byte === 0xc3) return true;
    const view = this.#numbers;
    if (byte === 0xcb) return view.getFloat64(this.#skip(8));
    if (byte === 0xca) return view.getFloat32(this.#skip(4));
    if (byte === 0xcf) return integer(view.getBigUint64(this.#skip(8)));
    if (byte === 0xd3) return integer(view.getBigInt64(this.#skip(8)));
    if (byte >= 0xde) return this.#map(this.#uint(2 << (byte - 0xde)));
    if (byte >= 0xdc) return this.#list(this.#uint(2 << (byte - 0xdc)));
    if (byte >= 0xd9) return this.#text(this.#uint(1 << (byte - 0xd9)));
    if (byte >= 0xcc && byte <= 0xce) return this.#uint(1 << (byte - 0xcc));
    if (byte >= 0xd0 && byte <= 0xd2) {
      // a signed number: its first bit is carried to the front
      const size = 1 << (byte - 0xd0);
      return (this.#uint(size) << (32 - 8 * size)) >> (32 - 8 * size);
    }
    if (byte >= 0xc4 && byte <= 0xc6) return this.#bin(this.#uint(1 << (byte - 0xc4)));
    throw new ProtocolError(`msgpack byte 0x${byte.toString(16)} (ext type or unused) has no meaning here`);
  }

  get #numbers(): DataView {
    this.#view ??= new DataView(this.#bytes.buffer, this.#bytes.byteOffset, this.#bytes.byteLength);
    return this.#view;
  }

  /** Goes `length` bytes on and gives where they begin. */
  #skip(length: number): number {
    const start = this.#pos;
    this.#pos += length;
    if (this.#pos > this.#bytes.length) throw new ProtocolError(`a message of ${this.#bytes.length} bytes ends too early`);
    return start;
  }

  #uint(size: number): number {
    const at = this.#skip(size);
    return size === 1 ? (this.#bytes[at] as number) : size === 2 ? this.#numbers.getUint16(at) : this.#numbers.getUint32(at);
  }

  /** Goes into a list or map; what it is said to hold is not believed where it has no place in the message. */
  #enter(items: number): void {
    this.#claimed += items;
    if (this.#claimed > this.#bytes.length) this.#skip(this.#claimed);
    checkLimit(this.#limits, "maxDepth", this.#depth++);
  }

  #list(size: number): unknown[] {
    this.#enter(size);
    const list: unknown[] = [];
    while (list.length < size) {
      // what long lists are made of needs no further look
      const isFloat = this.#bytes[this.#pos] === 0xcb;
      list.push(isFloat ? this.#numbers.getFloat64(this.#skip(9) + 1) : this.#value());
    }
    this.#depth--;
    return list;
  }

  #map(size: number): object {
    this.#enter(size * 2);
    const map: Record<string, unknown> = {};
    for (let i = 0; i < size; i++) setKey(map, this.#key(), this.#value());
    this.#depth--;
    return map;
  }

  /** A key that is no str is written as Python's json writes it. */
  #key(): string {
    const byte = this.#bytes[this.#pos] as number;
    if (byte >= 0xa0 && byte < 0xc0) {
      const start = this.#skip(1 + (byte & 0x1f)) + 1;
      return decodeKey(this.#bytes, start, this.#pos);
    }
    if (byte >= 0xc4 && byte <= 0xc6) {
      this.#pos++;
      const bytes = this.#buffer(this.#uint(1 << (byte - 0xc4)));
      return decodeText(new Uint8Array(bytes), 0, bytes.byteLength);
    }
    const key = this.#value();
    if (typeof key === "object" && key !== null) throw new ProtocolError("a map key is a list or a map");
    return byte === 0xca || byte === 0xcb ? pythonFloat(key as number) : String(key);
  }

  #text(length: number): string {
    const start = this.#skip(length);
    return decodeText(this.#bytes, start, this.#pos);
  }

  #bin(length: number): unknown {
    checkLimit(this.#limits, "maxAttachmentBytes", length);
    checkLimit(this.#limits, "maxAttachments", ++this.#attachments);
    const buffer = this.#buffer(length);
    return this.#binary ? this.#binary(buffer) : buffer;
  }

  /** The bytes of a bin, in a buffer of their own. */
  #buffer(length: number): ArrayBuffer {
    const large = length >= LARGE_BYTES ? this.#buffers?.[this.#large++] : undefined;
    // one that never became whole is missing here too
    return large ?? (this.#bytes.slice(this.#skip(length), this.#pos).buffer as ArrayBuffer);
  }
}

/** One that is no safe integer as a Number stays a BigInt. */
const integer = (value: bigint): number | bigint => (Number.isSafeInteger(Number(value)) ? Number(value) : value);
