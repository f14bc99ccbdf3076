import { isBlob, tagOf } from "../check.js";

/** A value as a Python server could hold it. A dict is a Map, so that a key may be anything, `__proto__` too. */
export type Plain = null | boolean | number | bigint | string | Uint8Array<ArrayBuffer> | Plain[] | Map<PlainKey, Plain>;
export type PlainKey = null | boolean | number | bigint | string | Uint8Array<ArrayBuffer>;

/** Python's own writers give up not much deeper. */
const MAX_DEPTH = 500;
const HALF_A_PAIR = /\p{Surrogate}/u;
const REFUSED = new Set(["Set", "WeakMap", "WeakSet", "Promise", "RegExp", "Error"]);

/**
 * A copy of what a handler returned or a test publishes. The same binary found twice stays one.
 * @throws TypeError that names path and value: what no server could send. RangeError: where only its writer notices, in the middle of it
 */
export function plain(input: unknown, root: string): Plain {
  const path: (string | number)[] = [];
  const ancestors = new Set<object>();
  const binaries = new Map<object, Uint8Array<ArrayBuffer>>();

  const refuse = (value: unknown, why = "cannot be sent", Kind: typeof TypeError | typeof RangeError = TypeError): never => {
    const where = path.reduce<string>((text, part) => text + (typeof part === "number" ? `[${part}]` : `.${part}`), root);
    throw new Kind(`${where} ${why}: ${describe(value)}`);
  };

  const text = (value: string): string => (HALF_A_PAIR.test(value) ? refuse(value, "holds half a surrogate pair", RangeError) : value);

  const bytes = (value: object): Uint8Array<ArrayBuffer> | undefined => {
    const isView = ArrayBuffer.isView(value);
    if (!isView && !/^(Shared)?ArrayBuffer$/.test(tagOf(value))) return undefined;
    const known = binaries.get(value);
    if (known) return known;
    const copy = (isView ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : new Uint8Array(value as ArrayBuffer)).slice() as Uint8Array<ArrayBuffer>;
    binaries.set(value, copy);
    return copy;
  };

  const key = (value: unknown): PlainKey => {
    if (typeof value === "string") return text(value);
    if (value === null || ["number", "boolean", "bigint"].includes(typeof value)) return value as PlainKey;
    return (typeof value === "object" && bytes(value as object)) || refuse(value, "is no key");
  };

  const inside = (value: object, copy: () => Plain): Plain => {
    if (ancestors.has(value)) refuse(value, "contains itself", RangeError);
    if (ancestors.size >= MAX_DEPTH) refuse(value, `is nested deeper than ${MAX_DEPTH}`, RangeError);
    ancestors.add(value);
    const result = copy();
    ancestors.delete(value);
    return result;
  };

  const at = (where: string | number, value: unknown): Plain => {
    path.push(where);
    const result = walk(value);
    path.pop();
    return result;
  };

  const walk = (value: unknown): Plain => {
    if (value === undefined || value === null) return null;
    if (typeof value === "string") return text(value);
    if (typeof value === "bigint" || typeof value === "boolean" || typeof value === "number") return value;
    if (typeof value !== "object") return refuse(value);
    const binary = bytes(value);
    if (binary) return binary;
    if (typeof (value as { toJSON?: unknown }).toJSON === "function") return walk((value as { toJSON(): unknown }).toJSON());
    if (isBlob(value)) return refuse(value, "must be read first");
    if (REFUSED.has(tagOf(value))) return refuse(value);
    if (Array.isArray(value)) return inside(value, () => Array.from(value, (item, i) => at(i, item)));
    if (tagOf(value) === "Map") return inside(value, () => new Map([...(value as Map<unknown, unknown>)].map(([k, item]) => [key(k), at(String(k), item)])));
    return inside(value, () => new Map(Object.entries(value).flatMap(([k, item]) => (item === undefined ? [] : [[text(k), at(k, item)] as const]))));
  };

  return walk(input);
}

/** A value as it may stand in a message. */
export function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === "function") return `a function${value.name ? ` ${value.name}` : ""}`;
  if (typeof value === "bigint") return `${value}n`;
  return typeof value === "object" && value !== null ? `a ${tagOf(value)}` : String(value);
}
