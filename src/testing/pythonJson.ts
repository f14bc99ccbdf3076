import { pythonFloat } from "../wire/pythonFloat.js";
import type { Plain, PlainKey } from "./plain.js";

/** JSON as Python's `json.dumps(value, ensure_ascii=False)` writes it. `reference` gives what stands for a binary. @throws TypeError: a bytes key */
export function pythonJson(value: Plain, reference: (bytes: Uint8Array<ArrayBuffer>) => string): string {
  const write = (item: Plain): string => {
    if (ArrayBuffer.isView(item)) return JSON.stringify(reference(item));
    if (Array.isArray(item)) return `[${item.map(write).join(", ")}]`;
    if (item instanceof Map) return `{${[...item].map(([key, entry]) => `${JSON.stringify(keyText(key))}: ${write(entry)}`).join(", ")}}`;
    if (typeof item === "number") return numberText(item);
    return typeof item === "bigint" ? String(item) : JSON.stringify(item);
  };
  return write(value);
}

function keyText(key: PlainKey): string {
  if (ArrayBuffer.isView(key)) throw new TypeError("keys must be str, int, float, bool or None, not bytes");
  return typeof key === "number" ? numberText(key) : String(key);
}

/** Of a JavaScript number nobody knows whether it is an int; a whole one passes for it, as long as nothing is lost by that. */
const numberText = (value: number): string => (Number.isInteger(value) && !Object.is(value, -0) && Math.abs(value) < 1e21 ? String(value) : pythonFloat(value));
