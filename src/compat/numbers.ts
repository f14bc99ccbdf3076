/** The legacy client gives 64-bit integers as Numbers, rounded: a value with every BigInt in it replaced, in place. */
export function numbers(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value) || value instanceof Blob) return value;
  const items = value as Record<string, unknown>;
  for (const key of Object.keys(items)) {
    const item = items[key];
    if (typeof item === "bigint") items[key] = Number(item);
    else if (typeof item === "object") numbers(item);
  }
  return value;
}
