import { ProtocolError } from "../errors.js";

// fatal: bytes that are no UTF-8 are an error, not replacement characters; ignoreBOM: a BOM belongs to the string
const utf8 = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Up to this many bytes, building an ASCII string here is cheaper than a call of TextDecoder. The ids of calls are a little shorter. */
const SHORT_BYTES = 48;

/** UTF-8 as a string. @throws ProtocolError */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  return (end - start <= SHORT_BYTES ? shortAscii(bytes, start, end) : undefined) ?? decodeUtf8(bytes, start, end);
}

function shortAscii(bytes: Uint8Array, start: number, end: number): string | undefined {
  let text = "";
  let i = start;
  // eight at a time: fewer strings on the way, and so fewer ropes
  for (; i + 8 <= end; i += 8) {
    const a = bytes[i] as number;
    const b = bytes[i + 1] as number;
    const c = bytes[i + 2] as number;
    const d = bytes[i + 3] as number;
    const e = bytes[i + 4] as number;
    const f = bytes[i + 5] as number;
    const g = bytes[i + 6] as number;
    const h = bytes[i + 7] as number;
    if ((a | b | c | d | e | f | g | h) > 0x7f) return undefined;
    text += String.fromCharCode(a, b, c, d, e, f, g, h);
  }
  for (; i < end; i++) {
    const byte = bytes[i] as number;
    if (byte > 0x7f) return undefined;
    text += String.fromCharCode(byte);
  }
  return text;
}

function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  try {
    return utf8.decode(bytes.subarray(start, end));
  } catch (cause) {
    throw new ProtocolError(`a str of ${end - start} bytes is not UTF-8, or longer than a string can be`, { cause });
  }
}

/** Keys of maps come again and again: those of up to this many bytes are looked up by their bytes instead of being built anew. */
export const KEY_BYTES = 24;
const keys: ({ readonly bytes: Uint8Array; readonly text: string } | undefined)[] = [];

/** The same as `decodeText`, for a key of at most `KEY_BYTES`. */
export function cachedKey(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  let hash = length;
  for (let i = start; i < end; i++) hash = (hash * 31 + (bytes[i] as number)) & 0xffff;
  const slot = hash & 0xff;
  const known = keys[slot];
  if (known && known.bytes.length === length) {
    let i = 0;
    while (i < length && known.bytes[i] === bytes[start + i]) i++;
    if (i === length) return known.text;
  }
  const text = decodeText(bytes, start, end);
  keys[slot] = { bytes: bytes.slice(start, end), text };
  return text;
}
