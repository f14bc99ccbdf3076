import { isArrayBuffer } from "../check.js";
import type { FrameIn, Protocol } from "../wire/message.js";
import type { Plain } from "./plain.js";

/** A frame that a server sends. */
export type ServerFrame = string | Uint8Array<ArrayBuffer>;

/** What the server cannot take: it logs a traceback and the connection is gone, without a closing handshake. */
export class Fatal extends Error {}

/** A request as it came, its `args` and `kwargs` whatever the client put there. */
export interface RawRequest {
  readonly id: string;
  readonly method: unknown;
  readonly args: unknown[];
  readonly kwargs: Record<string, unknown>;
}

/** How a server of one protocol reads and writes, one for each connection. */
export interface Speech {
  readonly protocol: Protocol;
  /** Larger frames are refused with 1009, in bytes. */
  readonly maxFrameBytes: number;
  /** Takes a frame, and gives the request that it completes. @throws Fatal */
  hear(frame: FrameIn): RawRequest | undefined;
  /** From now on larger messages are taken. */
  authenticated: boolean;
  /** Further keys of the hello's result. */
  readonly hello: Readonly<Record<string, Plain>>;
  /** The frames of a message, in their order. @throws TypeError: it cannot be serialised */
  say(message: Map<string, Plain>): ServerFrame[];
}

/** Lists and dicts within each other in a message: more are beyond Python's recursion limit when the server copies it for its log. */
const MAX_NESTING = 491;

function isDeeper(value: unknown, left: number): boolean {
  if (typeof value !== "object" || value === null || isArrayBuffer(value)) return false;
  return left === 0 || Object.values(value).some((item) => isDeeper(item, left - 1));
}

/** Python's `key in value`, and `value[key]` where it is. */
export function look(value: unknown, key: string): { readonly found: unknown } | undefined {
  if (typeof value !== "object" || value === null || isArrayBuffer(value)) {
    if (typeof value !== "string") throw new Fatal(`argument of type '${typeof value}' is not iterable`);
    if (value.includes(key)) throw new Fatal("string indices must be integers");
    return undefined;
  }
  if (Array.isArray(value)) {
    if (value.includes(key)) throw new Fatal("list indices must be integers or slices, not str");
    return undefined;
  }
  return Object.hasOwn(value, key) ? { found: (value as Record<string, unknown>)[key] } : undefined;
}

/** A decoded message as a request, or undefined when it has no id. @throws Fatal */
export function requestOf(message: unknown): RawRequest | undefined {
  if (isDeeper(message, MAX_NESTING)) throw new Fatal("maximum recursion depth exceeded");
  // the server strips secrets for its log first, and goes through `args` for that
  const args = look(message, "args")?.found;
  const iterable = look(message, "args") === undefined || typeof args === "string" || (typeof args === "object" && args !== null);
  if (!iterable) throw new Fatal(`'${typeof args}' object is not iterable`);
  const id = look(message, "id");
  if (!id) return undefined;
  const method = look(message, "method");
  if (!method) throw new Fatal("KeyError: 'method'");
  if (typeof id.found !== "string") throw new Fatal(`'${typeof id.found}' object has no attribute 'split'`);
  const kwargs = look(message, "kwargs")?.found;
  const isDict = typeof kwargs === "object" && kwargs !== null && !Array.isArray(kwargs) && !isArrayBuffer(kwargs);
  return { id: id.found, method: method.found, args: Array.isArray(args) ? args : [], kwargs: isDict ? (kwargs as Record<string, unknown>) : {} };
}
