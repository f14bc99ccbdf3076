import { HEADER_BYTES } from "../wire/chunks.js";

/** A shorter part of a secret at the border of a chunk is left: it stands in many a text that has nothing to do with the secret. */
const MIN_PART = 2;

/**
 * Overwrites secrets in a frame, byte by byte, so that all lengths stay true. Of a secret that several chunks share, a part ends the first, or is all of one,
 * or begins the last.
 */
export function mask<F extends string | ArrayBuffer>(frame: F, secrets: Iterable<string>): F {
  let masked: string | ArrayBuffer = frame;
  for (const secret of secrets) masked = typeof masked === "string" ? maskText(masked, secret) : maskBytes(masked, new TextEncoder().encode(secret));
  return masked as F;
}

/** A secret stands in JSON escaped, with or without the characters beyond ASCII. */
function maskText(text: string, secret: string): string {
  const json = JSON.stringify(secret).slice(1, -1);
  const ascii = json.replace(/[^\0-\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return [secret, json, ascii].reduce((masked, form) => masked.replaceAll(form, "*".repeat(form.length)), text);
}

function maskBytes(frame: ArrayBuffer, secret: Uint8Array): ArrayBuffer {
  const bytes = new Uint8Array(frame.slice());
  const { length } = bytes;
  /** Hides the secret, or what the frame has of it, where it stands at `at`; it is compared from `from` on. */
  const hide = (at: number, from = at): void => {
    const end = Math.min(length, at + secret.length);
    if (end - from < Math.min(MIN_PART, length - HEADER_BYTES)) return;
    for (let i = from; i < end; i++) if (bytes[i] !== secret[i - at]) return;
    bytes.fill(0x2a, from, end);
  };
  for (let before = secret.length - 1; before > 0; before--) hide(HEADER_BYTES - before, HEADER_BYTES);
  const first = secret[0] as number;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) hide(at);
  return bytes.buffer;
}
