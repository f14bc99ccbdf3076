import { isArrayBuffer } from "../check.js";
import { setKey } from "../wire/setKey.js";
import { decodeText } from "../wire/text.js";

/** What Python's reader keeps open at most. */
const MAX_DEPTH = 1024;

/** A msgpack ext type, for which JavaScript has no value of its own. */
class ExtType {
  constructor(
    readonly code: number,
    readonly data: ArrayBuffer,
  ) {}
}

/** msgpack as Python's `msgpack.unpackb` reads it: a key is a str or bytes (here its text), and nothing follows. @throws Error, RangeError: it ends too early */
export function readMsgpack(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;

  /** Where the next bytes begin. */
  const next = (size: number): number => {
    at += size;
    if (at > bytes.length) throw new RangeError("incomplete input");
    return at - size;
  };
  const uint = (size: 1 | 2 | 4): number => (size === 1 ? view.getUint8(next(1)) : size === 2 ? view.getUint16(next(2)) : view.getUint32(next(4)));
  const big = (number: bigint): number | bigint => (Number.isSafeInteger(Number(number)) ? Number(number) : number);
  const text = (size: number): string => decodeText(bytes, next(size), at);
  const bin = (size: number): ArrayBuffer => bytes.slice(next(size), at).buffer as ArrayBuffer;
  const ext = (size: number): ExtType => new ExtType(view.getInt8(next(1)), bin(size));

  const list = (size: number, depth: number): unknown[] => {
    const items: unknown[] = [];
    while (items.length < size) items.push(value(depth));
    return items;
  };

  const map = (size: number, depth: number): Record<string, unknown> => {
    const dict = {};
    for (let i = 0; i < size; i++) {
      const key = value(depth);
      if (typeof key !== "string" && !isArrayBuffer(key)) throw new Error(`${typeof key} is not allowed for map key`);
      setKey(dict, typeof key === "string" ? key : new TextDecoder().decode(key), value(depth));
    }
    return dict;
  };

  const value = (outside: number): unknown => {
    const depth = outside + 1;
    if (depth > MAX_DEPTH) throw new Error("too nested");
    const byte = uint(1);
    if (byte < 0x80) return byte;
    if (byte < 0x90) return map(byte & 0x0f, depth);
    if (byte < 0xa0) return list(byte & 0x0f, depth);
    if (byte < 0xc0) return text(byte & 0x1f);
    if (byte >= 0xe0) return byte - 0x100;
    /** Of the three forms that a length may have, the one that this byte means. */
    const size = (first: number): number => uint((1 << (byte - first)) as 1 | 2 | 4);
    switch (byte) {
      case 0xc0:
        return null;
      case 0xc2:
      case 0xc3:
        return byte === 0xc3;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return bin(size(0xc4));
      case 0xc7:
      case 0xc8:
      case 0xc9:
        return ext(size(0xc7));
      case 0xca:
        return view.getFloat32(next(4));
      case 0xcb:
        return view.getFloat64(next(8));
      case 0xcc:
      case 0xcd:
      case 0xce:
        return size(0xcc);
      case 0xcf:
        return big(view.getBigUint64(next(8)));
      case 0xd0:
        return view.getInt8(next(1));
      case 0xd1:
        return view.getInt16(next(2));
      case 0xd2:
        return view.getInt32(next(4));
      case 0xd3:
        return big(view.getBigInt64(next(8)));
      case 0xd9:
      case 0xda:
      case 0xdb:
        return text(size(0xd9));
      case 0xdc:
      case 0xdd:
        return list(uint(byte === 0xdc ? 2 : 4), depth);
      case 0xde:
      case 0xdf:
        return map(uint(byte === 0xde ? 2 : 4), depth);
      case 0xc1:
        throw new Error("Unpack failed: error = -2");
      default:
        return ext(1 << (byte - 0xd4)); // d4 to d8: 1 to 16 bytes
    }
  };

  const whole = value(0);
  if (at < bytes.length) throw new Error("unpack(b) received extra data.");
  return whole;
}
