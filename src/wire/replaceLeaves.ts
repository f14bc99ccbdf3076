import { setKey } from "./setKey.js";

/** The same value with other ones in the places of those that are no list and no object; in place. */
export function replaceLeaves(value: unknown, replace: (leaf: unknown) => unknown): unknown {
  if (typeof value !== "object" || value === null) return replace(value);
  // by index and by name: iterators take several times as long
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) value[i] = replaceLeaves(value[i], replace);
  } else {
    const record = value as Record<string, unknown>;
    for (const key of Object.keys(record)) {
      const replaced = replaceLeaves(record[key], replace);
      if (replaced !== record[key]) setKey(record, key, replaced);
    }
  }
  return value;
}
