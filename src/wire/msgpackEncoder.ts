import { Binary } from "./snapshot.js";

const utf8 = /* @__PURE__ */ new TextEncoder();

/** A binary of up to this many bytes is copied into the message; a larger one stays where it is until it is sent. */
const INLINE_BYTES = 1024;

/** Small messages are written here first: allocating costs more than writing does. Encoding never waits, so that one is enough. */
const scratch = /* @__PURE__ */ new Uint8Array(4096);

/** A string of up to this many characters is written here if it is ASCII; a call of TextEncoder costs more. */
const SHORT_LENGTH = 48;

/**
 * Writes plain values (see snapshot.ts) as msgpack. The result is a list of segments, so that large binaries and Blobs
 * are referred to instead of copied.
 */
export class MsgpackEncoder {
  readonly #segments: (Uint8Array<ArrayBuffer> | Blob)[] = [];
  #bytes = scratch;
  #view = new DataView(scratch.buffer);
  #pos = 0;

  /** @param before bytes to leave free at the beginning of the first segment */
  static encode(value: unknown, before: number): (Uint8Array<ArrayBuffer> | Blob)[] {
    const encoder = new MsgpackEncoder();
    encoder.#pos = before;
    encoder.#value(value);
    encoder.#cut();
    return encoder.#segments;
  }

  #cut(): void {
    if (this.#pos > 0) this.#segments.push(this.#bytes.slice(0, this.#pos));
    this.#pos = 0;
  }

  /** Makes room for `size` bytes and gives where they begin. */
  #room(size: number): number {
    const start = this.#pos;
    this.#pos += size;
    if (this.#pos > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(this.#pos, this.#bytes.length * 2));
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return start;
  }

  #value(value: unknown): void {
    if (typeof value === "number") this.#number(value);
    else if (typeof value === "string") this.#string(value);
    else if (value === null) this.#byte(0xc0);
    else if (typeof value === "boolean") this.#byte(value ? 0xc3 : 0xc2);
    else if (typeof value === "bigint") this.#bigInt(value);
    else if (Array.isArray(value)) {
      this.#size(value.length, 0x90, 15, 0, 0xdc);
      for (const item of value) this.#value(item);
    } else if (value instanceof Binary) this.#binary(value);
    else {
      const keys = Object.keys(value as object);
      this.#size(keys.length, 0x80, 15, 0, 0xde);
      for (const key of keys) {
        this.#string(key);
        this.#value((value as Record<string, unknown>)[key]);
      }
    }
  }

  /** Writes a byte, and gives where the next `more` bytes go: room is made for them. */
  #byte(byte: number, more = 0): number {
    const at = this.#room(1 + more);
    this.#bytes[at] = byte;
    return at + 1;
  }

  #uint16(head: number, value: number): void {
    const at = this.#byte(head, 2);
    this.#view.setUint16(at, value);
  }

  #uint32(head: number, value: number): void {
    const at = this.#byte(head, 4);
    this.#view.setUint32(at, value);
  }

  #all(bytes: Uint8Array): void {
    const at = this.#room(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** The head of a str, bin, list or map: its size in the first byte, in one byte (`small8`, where there is one), in two or four. */
  #size(size: number, fix: number, fixMax: number, small8: number, big16: number): void {
    if (size <= fixMax) this.#byte(fix | size);
    else if (small8 && size <= 0xff) {
      this.#byte(small8);
      this.#byte(size);
    } else if (size <= 0xffff) this.#uint16(big16, size);
    else this.#uint32(big16 + 1, size);
  }

  #string(value: string): void {
    if (value.length <= SHORT_LENGTH && this.#shortAscii(value)) return;
    const bytes = utf8.encode(value);
    this.#size(bytes.length, 0xa0, 31, 0xd9, 0xda);
    this.#all(bytes);
  }

  #shortAscii(value: string): boolean {
    const { length } = value;
    const start = this.#pos;
    this.#size(length, 0xa0, 31, 0xd9, 0xda);
    const at = this.#room(length);
    const bytes = this.#bytes;
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code > 0x7f) {
        this.#pos = start;
        return false;
      }
      bytes[at + i] = code;
    }
    return true;
  }

  #binary(value: Binary): void {
    this.#size(value.size, 0, -1, 0xc4, 0xc5);
    const { source } = value;
    if (ArrayBuffer.isView(source) && source.length <= INLINE_BYTES) this.#all(source);
    else if (value.size > 0) {
      this.#cut();
      this.#segments.push(source);
    }
  }

  #number(value: number): void {
    // larger whole numbers may have been rounded: they are floats
    if (!Number.isSafeInteger(value)) {
      const at = this.#byte(0xcb, 8);
      this.#view.setFloat64(at, value);
    } else if (value >= 0) {
      if (value < 0x80) this.#byte(value);
      else if (value <= 0xffff) this.#uint16(0xcd, value);
      else if (value <= 0xffffffff) this.#uint32(0xce, value);
      else this.#bigInt(BigInt(value));
    } else if (value >= -0x20) this.#byte(value & 0xff);
    else if (value >= -0x80000000) {
      this.#uint32(0xd2, value);
    } else this.#bigInt(BigInt(value));
  }

  #bigInt(value: bigint): void {
    const at = this.#byte(value < 0n ? 0xd3 : 0xcf, 8);
    this.#view.setBigInt64(at, value);
  }
}
