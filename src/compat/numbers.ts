/** Messages of which every BigInt has been replaced: several subscribers get the same one. */
const converted = new WeakSet<object>();

/** The legacy client gives 64-bit integers as Numbers, rounded: a value of a 2.x server with every BigInt in it replaced, in place. 1.x has none. */
export function numbers(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null || converted.has(value)) return value;
  replaceIn(value);
  converted.add(value);
  return value;
}

function replaceIn(value: object): void {
  if (ArrayBuffer.isView(value)) return;
  // by index: a list of names takes eight times as long
  if (Array.isArray(value)) for (let i = 0; i < value.length; i++) replaceAt(value, i);
  else for (const key of Object.keys(value)) replaceAt(value as Record<string, unknown>, key);
}

function replaceAt<Key extends string | number>(holder: Record<Key, unknown>, key: Key): void {
  const item = holder[key];
  if (typeof item === "bigint") holder[key] = Number(item);
  else if (typeof item === "object" && item !== null) replaceIn(item);
}
