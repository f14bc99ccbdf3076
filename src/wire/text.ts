import { ProtocolError } from "../errors.js";

// fatal: bytes that are no UTF-8 are an error, not replacement characters; ignoreBOM: a BOM belongs to the string
const utf8 = /* @__PURE__ */ new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Up to this many bytes, building an ASCII string here is cheaper than a call of TextDecoder. */
const SHORT_BYTES = 24;

/** UTF-8 as a string. @throws ProtocolError */
export function decodeText(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  let i = end - start > SHORT_BYTES ? end : start;
  for (; i < end && (bytes[i] as number) < 0x80; i++) text += String.fromCharCode(bytes[i] as number);
  return text.length === end - start ? text : decodeUtf8(bytes, start, end);
}

function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  try {
    return utf8.decode(bytes.subarray(start, end));
  } catch (cause) {
    throw new ProtocolError(`a str of ${end - start} bytes is no UTF-8`, { cause });
  }
}

/** Keys of maps come again and again: those of up to this many bytes are looked up by their bytes instead of being built anew. */
const KEY_BYTES = 24;
const keys: ({ readonly bytes: Uint8Array; readonly text: string } | undefined)[] = [];

/** The same as `decodeText`, for a key. */
export function decodeKey(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start;
  const slot = (length + (bytes[start] as number) * 31 + (bytes[end - 1] as number) * 7) & 0xff;
  const known = keys[slot];
  if (known?.bytes.length === length) {
    let i = 0;
    while (i < length && known.bytes[i] === bytes[start + i]) i++;
    if (i === length) return known.text;
  }
  const text = decodeText(bytes, start, end);
  if (length <= KEY_BYTES) keys[slot] = { bytes: bytes.slice(start, end), text };
  return text;
}
