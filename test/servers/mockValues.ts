/** What `values.py` holds, and how it tells what it got, for the mock server. */

/** `length` bytes which differ at every position: little-endian words that count up from `seed`. */
export function pattern(length: number, seed = 0): ArrayBuffer {
  return Uint32Array.from({ length: Math.ceil(length / 4) }, (_, i) => seed + i).buffer.slice(0, length);
}

const bytes = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(text, (char) => char.charCodeAt(0));

function nest(depth: number): unknown {
  let value: unknown = "bottom";
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

/** What no server can send. */
export function unserialisable(kind: string): unknown {
  const circle: unknown[] = [];
  circle.push(circle);
  const kinds: Record<string, unknown> = { object: { object: Symbol("object") }, circle, "half a pair": ["\ud800"], "half a pair as a key": { "\udc00": 1 }, "too deep": nest(2000) };
  return kinds[kind];
}

export const VALUES: Readonly<Record<string, unknown>> = {
  nothing: null,
  scalars: [null, true, false, 0, -1, 1.5, -0, "", "text", "ü€𝄞", "\x00"],
  floats: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e308, 5e-324],
  nan: Number.NaN,
  "nan in text": ["NaN", "a NaN, b", Number.NaN, 'Infinity"', Number.NEGATIVE_INFINITY, "\\"],
  "safe integers": [2 ** 53 - 1, -(2 ** 53 - 1), 2 ** 32, -(2 ** 31), 65536, -129],
  "big integers": [2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n), 2n ** 64n - 1n],
  "odd keys": new Map<unknown, number>([
    [null, 1],
    [true, 2],
    [false, 3],
    [7, 4],
    [-7, 5],
    [2n ** 64n - 1n, 6],
    [bytes("bytes \xc3\xbc"), 7],
    ["", 8],
    ["text", 9],
  ]),
  // JavaScript does not know 1.0 from 1: as text, which is what arrives anyway
  "float keys": { "1.5": 1, "1.0": 2, "1e+16": 3, "1e+22": 4, "1e-07": 5, "0.0001": 6, "123456789.125": 7, "-2.5e-10": 8, "1000000000000000.0": 9 },
  "not a number keys": new Map([
    [Number.NaN, 1],
    [Number.POSITIVE_INFINITY, 2],
    [Number.NEGATIVE_INFINITY, 3],
  ]),
  proto: JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1, "plain": {"__proto__": null}}'),
  tuple: [1, [2, 3], []],
  empties: [[], {}, "", [[]], { a: {} }],
  deep: nest(300),
  "error as a result": { error: { code: -1, message: "an application's own" } },
  "long text": "0123456789abcdef".repeat(65536),
  wide: Array.from({ length: 70000 }, (_, i) => i),
  "many keys": Object.fromEntries(Array.from({ length: 70000 }, (_, i) => [`key${i}`, i])),
};

const SAME = bytes("the same");

export const BINARIES: Readonly<Record<string, unknown>> = {
  whole: bytes("\x00\x01\xfe\xff"),
  nested: { image: { blob: bytes("abc"), size: [1, 2] }, list: [bytes("d"), { e: bytes("ef") }] },
  list: [bytes("1"), bytes("22"), bytes(""), bytes("333")],
  twice: { first: SAME, second: [SAME] },
  empty: bytes(""),
  bytearray: bytes("array").buffer,
  memoryview: bytes("xviewx").subarray(1, 5),
  floats: new Float32Array([0.5, -1.25, 3]),
  "odd sizes": [1, 255, 256, 257, 65535, 65536, 65537].map((size) => pattern(size)),
  many: Array.from({ length: 40 }, (_, i) => new Uint8Array([i])),
};

export async function sha256(data: ArrayBuffer): Promise<string> {
  return [...new Uint8Array(await crypto.subtle.digest("SHA-256", data))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What arrived, as text: `int 3`, `str a`, `NoneType None`, `bytes <length> <sha256>`; lists and dicts keep their shape. */
export async function report(value: unknown): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map(report));
  if (value instanceof ArrayBuffer) return `bytes ${value.byteLength} ${await sha256(value)}`;
  if (typeof value === "object" && value !== null) return new Map(await Promise.all(Object.entries(value).map(async ([key, item]) => [`str ${key}`, await report(item)] as const)));
  if (value === null) return "NoneType None";
  if (typeof value === "boolean") return `bool ${value ? "True" : "False"}`;
  if (typeof value === "string") return `str ${value}`;
  return isInt(value as number | bigint) ? `int ${BigInt(value as number | bigint)}` : `float ${floatText(value as number)}`;
}

const isInt = (value: number | bigint): boolean => typeof value === "bigint" || Number.isSafeInteger(value);

/** As Python's `str` writes it. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
  if (Number.isInteger(value)) return Math.abs(value) < 1e16 ? `${value}.0` : value.toExponential();
  return String(value).replace(/e([+-])(\d)$/, "e$10$2");
}

/** Every binary in `value`: where it stands, its length and its sha256. */
export async function digests(value: unknown, path = ""): Promise<{ path: string; length: number; sha256: string }[]> {
  if (value instanceof ArrayBuffer) return [{ path, length: value.byteLength, sha256: await sha256(value) }];
  if (typeof value !== "object" || value === null) return [];
  return (await Promise.all(Object.entries(value).map(([key, item]) => digests(item, path ? `${path}.${key}` : key)))).flat();
}
