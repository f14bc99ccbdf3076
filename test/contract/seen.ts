/** Everything that a behaviour saw and where a secret might hide: errors, states, log entries, frames of `wire$`. */
export class Seen {
  readonly counts: Record<string, number> = {};
  readonly leaks: string[] = [];
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  /** Looks at once, so that nothing large is kept. */
  add(kind: string, value: unknown): void {
    this.counts[kind] = (this.counts[kind] ?? 0) + 1;
    if (holds(value, this.#secret)) this.leaks.push(kind);
  }
}

/** Is `needle` anywhere in `value`: in texts, keys, bytes, in what cannot be enumerated, in `JSON.stringify`, `stack` and `cause`? */
export function holds(value: unknown, needle: string, visited = new Set<unknown>()): boolean {
  if (typeof value === "string") return value.includes(needle);
  if (typeof value === "function") return false;
  if (typeof value !== "object" || value === null || visited.has(value)) return false;
  visited.add(value);
  if (value instanceof ArrayBuffer) return latin1(new Uint8Array(value)).includes(needle);
  if (ArrayBuffer.isView(value)) return latin1(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)).includes(needle);
  if ((json(value) ?? "").includes(needle)) return true;
  const texts = value instanceof Error ? [value.message, value.stack, String(value), value.cause] : [];
  const inside = Reflect.ownKeys(value).flatMap((key) => [String(key), Object.getOwnPropertyDescriptor(value, key)?.value]);
  return [...texts, ...inside].some((part) => holds(part, needle, visited));
}

function json(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined; // a cycle or a BigInt: its parts are looked at one by one
  }
}

const latin1 = (bytes: Uint8Array): string => new TextDecoder("latin1").decode(bytes);
