import type { Protocol } from "../../src/wire/message.js";

/** A value as `values_tagged.py` writes it. */
export type Tagged = null | boolean | string | number | readonly Tagged[] | { int: string } | { float: string } | { bytes: string } | { dict: readonly (readonly [string, Tagged])[] };

const FLOATS: Readonly<Record<string, number>> = { nan: Number.NaN, inf: Number.POSITIVE_INFINITY, "-inf": Number.NEGATIVE_INFINITY };

/** What a user of a protocol shall get for a value of Python's. */
export function pythonValue(tagged: Tagged, protocol: Protocol): unknown {
  if (typeof tagged !== "object" || tagged === null) return tagged;
  if (Array.isArray(tagged)) return tagged.map((item) => pythonValue(item, protocol));
  const one = tagged as Exclude<Tagged, null | boolean | string | number | readonly Tagged[]>;
  if ("int" in one) return protocol === "v2" ? BigInt(one.int) : Number(one.int);
  if ("float" in one) return FLOATS[one.float] ?? Number(one.float);
  if ("bytes" in one) return Uint8Array.from(Buffer.from(one.bytes, "base64")).buffer;
  return Object.fromEntries(one.dict.map(([key, item]) => [key, pythonValue(item, protocol)]));
}
