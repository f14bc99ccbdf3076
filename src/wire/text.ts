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
