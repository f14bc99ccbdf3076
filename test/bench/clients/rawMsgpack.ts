/** The least of msgpack that the benchmark's messages need, without a check: what the raw client pays for having values at all. */

/** Reads values from the first chunk of a message. */
export class Reader {
  pos = 0;
  /** A binary of which only the beginning stands in this chunk. */
  hole: Uint8Array | undefined;
  filled = 0;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;

  constructor(frame: ArrayBuffer) {
    this.bytes = new Uint8Array(frame);
    this.view = new DataView(frame);
  }

  value(): unknown {
    const { view } = this;
    const byte = view.getUint8(this.pos++);
    if (byte < 0x80) return byte;
    if (byte < 0x90) return this.map(byte & 0x0f);
    if (byte < 0xa0) return this.list(byte & 0x0f);
    if (byte < 0xc0) return this.text(byte & 0x1f);
    if (byte >= 0xe0) return byte - 0x100;
    const at = this.pos;
    switch (byte) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
        return this.binary(this.skip(1, view.getUint8(at)));
      case 0xc5:
        return this.binary(this.skip(2, view.getUint16(at)));
      case 0xc6:
        return this.binary(this.skip(4, view.getUint32(at)));
      case 0xcb:
        return this.skip(8, view.getFloat64(at));
      case 0xcc:
        return this.skip(1, view.getUint8(at));
      case 0xcd:
        return this.skip(2, view.getUint16(at));
      case 0xce:
        return this.skip(4, view.getUint32(at));
      case 0xd9:
        return this.text(this.skip(1, view.getUint8(at)));
      case 0xda:
        return this.text(this.skip(2, view.getUint16(at)));
      case 0xdc:
        return this.list(this.skip(2, view.getUint16(at)));
      case 0xdd:
        return this.list(this.skip(4, view.getUint32(at)));
      case 0xde:
        return this.map(this.skip(2, view.getUint16(at)));
      default:
        throw new Error(`msgpack 0x${byte.toString(16)} is not among the benchmark's messages`);
    }
  }

  private skip(bytes: number, value: number): number {
    this.pos += bytes;
    return value;
  }

  private list(size: number): unknown[] {
    const list: unknown[] = [];
    for (let i = 0; i < size; i++) list.push(this.value());
    return list;
  }

  private map(size: number): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    for (let i = 0; i < size; i++) {
      const key = this.value() as string;
      map[key] = this.value();
    }
    return map;
  }

  private text(length: number): string {
    const start = this.pos;
    this.pos += length;
    if (length > 32) return decoder.decode(this.bytes.subarray(start, this.pos));
    let text = "";
    for (let i = start; i < this.pos; i++) text += String.fromCharCode(this.bytes[i] as number);
    return text;
  }

  /** The one copy. */
  private binary(length: number): ArrayBuffer {
    const start = this.pos;
    this.pos += length;
    if (this.pos <= this.bytes.length) return this.bytes.slice(start, this.pos).buffer as ArrayBuffer;
    const whole = new Uint8Array(length);
    whole.set(this.bytes.subarray(start));
    this.hole = whole;
    this.filled = this.bytes.length - start;
    return whole.buffer;
  }
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Writes values at a position of a buffer that is large enough, and gives the position after them. */
export function write(bytes: Uint8Array, view: DataView, start: number, value: unknown): number {
  let at = start;
  if (typeof value === "string") {
    if (value.length < 32) {
      // short ones are ASCII
      bytes[at++] = 0xa0 | value.length;
      for (let i = 0; i < value.length; i++) bytes[at++] = value.charCodeAt(i);
      return at;
    }
    const { written } = encoder.encodeInto(value, bytes.subarray(at + 3));
    bytes[at] = 0xda;
    view.setUint16(at + 1, written);
    return at + 3 + written;
  }
  if (typeof value === "number") {
    if (Number.isInteger(value) && value >= 0 && value < 0x80) bytes[at++] = value;
    else if (Number.isInteger(value) && value >= 0 && value <= 0xffffffff) {
      bytes[at] = 0xce;
      view.setUint32(at + 1, value);
      at += 5;
    } else {
      bytes[at] = 0xcb;
      view.setFloat64(at + 1, value);
      at += 9;
    }
    return at;
  }
  if (typeof value === "boolean") {
    bytes[at++] = value ? 0xc3 : 0xc2;
    return at;
  }
  if (Array.isArray(value)) {
    bytes[at++] = 0x90 | value.length;
    for (const item of value) at = write(bytes, view, at, item);
    return at;
  }
  const entries = Object.entries(value as object);
  bytes[at++] = 0x80 | entries.length;
  for (const [key, item] of entries) at = write(bytes, view, write(bytes, view, at, key), item);
  return at;
}
