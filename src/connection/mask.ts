import { HEADER_BYTES } from "../wire/chunks.js";

/** Overwrites secrets in a frame, byte by byte, so that all lengths stay true. A frame without one is given back as it is. */
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
  let bytes = new Uint8Array(frame);
  const hide = (part: Uint8Array, at: number): void => {
    if (!part.every((byte, i) => bytes[at + i] === byte)) return;
    if (bytes.buffer === frame) bytes = bytes.slice();
    bytes.fill(0x2a, at, at + part.length);
  };
  const first = secret[0] as number;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) hide(secret, at);
  // one that two chunks share: its larger part ends the one, or begins the other
  for (let part = secret.length - 1; part * 2 >= secret.length; part--) {
    hide(secret.subarray(0, part), bytes.length - part);
    hide(secret.subarray(-part), HEADER_BYTES);
  }
  return bytes.buffer;
}
