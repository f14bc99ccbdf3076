import { LimitError, ProtocolError } from "../errors.js";
import type { Message, WireError } from "./message.js";
import { isRecord } from "../check.js";
import { decodeText } from "./text.js";

/** Publications are named `publish:<topic>:<n>`; the topic itself may hold any character, so it is cut at the last colon. */
export const isPublication = (id: string): boolean => id.startsWith("publish:");
export const topicOf = (id: string): string => id.slice(8, Math.max(8, id.lastIndexOf(":")));

/** What a decoded value is: a message, or something that the protocol does not know. */
export function messageOf(value: unknown): Message {
  const id = isRecord(value) && typeof value["id"] === "string" ? value["id"] : undefined;
  if (id === undefined) return { type: "bad", id, error: new ProtocolError(`a message without an id: ${shape(value)}`) };
  const { error, result } = value as { error?: unknown; result?: unknown };
  if (error !== undefined && error !== null) return { type: "error", id, error: wireError(error) };
  if (result === undefined && !Object.hasOwn(value as object, "result")) return { type: "bad", id, error: new ProtocolError(`message ${id.slice(0, 100)} has neither result nor error`) };
  return { type: "result", id, value: result };
}

function wireError(error: unknown): WireError {
  const { code, message, data }: Record<string, unknown> = isRecord(error) ? error : { data: error };
  return { code: typeof code === "number" ? code : 0, message: typeof message === "string" ? message : shape(error), data };
}

function shape(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  return isRecord(value) ? `keys ${Object.keys(value).slice(0, 8).join(", ")}` : String(value).slice(0, 60);
}

/** What was thrown while a message was decoded, as what it means: the message is bad. */
export const protocolError = (error: unknown, what = "a message could not be decoded"): ProtocolError | LimitError =>
  error instanceof LimitError || error instanceof ProtocolError ? error : new ProtocolError(what, { cause: error });

const key = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0));
/** What stands between the map's head and the id: the servers pack `wslink`, its version, `id` in this order. */
const BEFORE_ID = /* @__PURE__ */ key("\xa6wslink\xa31.0\xa2id");
/** What follows the id of a success. */
const BEFORE_RESULT = /* @__PURE__ */ key("\xa6result");

/**
 * The `id` of a v2 message from its first bytes, without decoding the rest. `undefined` when it does not stand there:
 * then the message is decoded to find out. `null` when the bytes end too early to say.
 */
export function readId(bytes: Uint8Array): string | undefined | null {
  const map = bytes[0] ?? 0x8f;
  if (map <= 0x80 || map > 0x8f) return undefined;
  const at = 1 + BEFORE_ID.length;
  for (let i = 0; i < BEFORE_ID.length; i++) {
    const byte = bytes[1 + i];
    if (byte !== BEFORE_ID[i]) return byte === undefined ? null : undefined;
  }
  const end = endOfString(bytes, at);
  if (typeof end !== "number") return end;
  try {
    return decodeText(bytes, at + headBytes(bytes[at]), end);
  } catch {
    return undefined; // an id that is not UTF-8 is nobody's: decoding the message will say so
  }
}

/**
 * Where the result begins in a message whose id was read, when it is what the servers write for a success: `result` comes third and last. Its envelope need not
 * be decoded then. 0 for all others.
 */
export function resultAt(bytes: Uint8Array): number {
  const end = bytes[0] === 0x83 && endOfString(bytes, 1 + BEFORE_ID.length);
  if (!end) return 0;
  for (let i = 0; i < BEFORE_RESULT.length; i++) if (bytes[end + i] !== BEFORE_RESULT[i]) return 0;
  return end + BEFORE_RESULT.length;
}

/** Where a str of less than 64 KiB ends; `undefined` when there is none, `null` when it is not all here. */
function endOfString(bytes: Uint8Array, at: number): number | undefined | null {
  const head = bytes[at];
  if (head === undefined) return null;
  if (head < 0xa0 || (head > 0xbf && head !== 0xd9 && head !== 0xda)) return undefined;
  const content = at + headBytes(head);
  if (content > bytes.length) return null;
  const length = head <= 0xbf ? head & 0x1f : head === 0xd9 ? (bytes[at + 1] as number) : ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);
  return content + length <= bytes.length ? content + length : null;
}

const headBytes = (head: number | undefined): number => (head === 0xd9 ? 2 : head === 0xda ? 3 : 1);
