import type { Plain, PlainKey } from "./plain.js";

const utf8 = /* @__PURE__ */ new TextEncoder();

/** msgpack as Python's `msgpack.packb` writes it: the shortest form of everything, floats in eight bytes. @throws TypeError: an integer of more than 64 bits */
export function pythonMsgpack(value: Plain): Uint8Array<ArrayBuffer>[] {
  const parts: Uint8Array<ArrayBuffer>[] = [];

  /** A first byte and a number behind it. */
  const head = (byte: number, size: 0 | 1 | 2 | 4 | 8 = 0, number: number | bigint = 0): void => {
    const view = new DataView(new ArrayBuffer(1 + size));
    view.setUint8(0, byte);
    if (size === 1) view.setUint8(1, Number(number));
    else if (size === 2) view.setUint16(1, Number(number));
    else if (size === 4) view.setUint32(1, Number(number));
    else if (size === 8) view.setBigUint64(1, BigInt.asUintN(64, BigInt(number)));
    parts.push(new Uint8Array(view.buffer));
  };

  /** The head of a str, bin, list or map; -1 where a form does not exist. */
  const sized = (size: number, fix: number, fixMax: number, one: number, two: number): void => {
    if (size <= fixMax) head(fix | size);
    else if (one >= 0 && size <= 0xff) head(one, 1, size);
    else if (size <= 0xffff) head(two, 2, size);
    else head(two + 1, 4, size);
  };

  const integer = (number: bigint): void => {
    if (number >= 2n ** 64n || number < -(2n ** 63n)) throw new TypeError(`Integer value out of range: ${number}`);
    if (number >= 0n) {
      if (number < 0x80n) head(Number(number));
      else if (number <= 0xffn) head(0xcc, 1, number);
      else if (number <= 0xffffn) head(0xcd, 2, number);
      else if (number <= 0xffffffffn) head(0xce, 4, number);
      else head(0xcf, 8, number);
    } else if (number >= -0x20n) head(Number(number) & 0xff);
    else if (number >= -0x80n) head(0xd0, 1, number & 0xffn);
    else if (number >= -0x8000n) head(0xd1, 2, number & 0xffffn);
    else if (number >= -0x80000000n) head(0xd2, 4, number & 0xffffffffn);
    else head(0xd3, 8, number);
  };

  const float = (number: number): void => {
    const view = new DataView(new ArrayBuffer(9));
    view.setUint8(0, 0xcb);
    view.setFloat64(1, number);
    parts.push(new Uint8Array(view.buffer));
  };

  const write = (item: Plain | PlainKey): void => {
    if (item === null) head(0xc0);
    else if (typeof item === "boolean") head(item ? 0xc3 : 0xc2);
    else if (typeof item === "bigint") integer(item);
    else if (typeof item === "number") {
      const whole = Number.isInteger(item) && !Object.is(item, -0) && item < 2 ** 64 && item >= -(2 ** 63);
      if (whole) integer(BigInt(item));
      else float(item);
    } else if (typeof item === "string") {
      const bytes = utf8.encode(item);
      sized(bytes.length, 0xa0, 31, 0xd9, 0xda);
      parts.push(bytes);
    } else if (ArrayBuffer.isView(item)) {
      sized(item.length, 0, -1, 0xc4, 0xc5);
      parts.push(item);
    } else if (Array.isArray(item)) {
      sized(item.length, 0x90, 15, -1, 0xdc);
      for (const entry of item) write(entry);
    } else {
      sized(item.size, 0x80, 15, -1, 0xde);
      for (const [key, entry] of item) {
        write(key);
        write(entry);
      }
    }
  };

  write(value);
  return parts.filter(({ length }) => length > 0);
}
