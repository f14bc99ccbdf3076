/** Where two values differ, or undefined when they do not. NaN equals NaN, −0 is not 0, binaries are compared by kind and bytes, objects by own keys. */
export function difference(actual: unknown, expected: unknown, path = "value"): string | undefined {
  if (Object.is(actual, expected)) return undefined;
  if (typeof actual !== "object" || typeof expected !== "object" || actual === null || expected === null) return `${path} is ${show(actual)}, expected ${show(expected)}`;
  if (Object.getPrototypeOf(actual) !== Object.getPrototypeOf(expected)) return `${path} is ${show(actual)}, expected ${show(expected)}`;
  if (expected instanceof ArrayBuffer) return bytesDifference(new Uint8Array(actual as ArrayBuffer), new Uint8Array(expected), path);
  if (ArrayBuffer.isView(expected)) return bytesDifference(bytesOf(actual as ArrayBufferView), bytesOf(expected), path);
  const keys = Reflect.ownKeys(expected);
  const others = Reflect.ownKeys(actual);
  if (keys.length !== others.length) return `${path} has the keys ${show(others)}, expected ${show(keys)}`;
  for (const key of keys) {
    if (!Object.hasOwn(actual, key)) return `${path} has no ${String(key)}`;
    const found = difference(own(actual, key), own(expected, key), `${path}.${String(key)}`);
    if (found) return found;
  }
  return undefined;
}

const own = (of: object, key: PropertyKey): unknown => Object.getOwnPropertyDescriptor(of, key)?.value;
const bytesOf = (view: ArrayBufferView) => new Uint8Array(view.buffer, view.byteOffset, view.byteLength);

function bytesDifference(actual: Uint8Array, expected: Uint8Array, path: string): string | undefined {
  if (actual.length !== expected.length) return `${path} has ${actual.length} bytes, expected ${expected.length}`;
  const at = expected.findIndex((byte, i) => actual[i] !== byte);
  return at < 0 ? undefined : `${path} has ${actual[at]} at byte ${at}, expected ${expected[at]}`;
}

export function show(value: unknown): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (value instanceof ArrayBuffer) return `an ArrayBuffer of ${value.byteLength} bytes`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${value.byteLength} bytes`;
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  const text = JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? `${inner}n` : inner)) ?? String(value);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
