/** Deeper than this nothing is sent. Above the session's own `maxDepth`, which tells the path. */
const MAX_DEPTH = 1_000;
/** What the legacy client sent as a dict of their own keys. */
const AS_DICT = new Set(["Map", "Set", "WeakMap", "WeakSet", "Promise", "RegExp", "Error"]);
const tagOf = (value: object): string => Object.prototype.toString.call(value).slice(8, -1);

/**
 * Arguments as the legacy client took them, for a session that is stricter: functions and symbols are left out, a Map, a Set, an
 * Error is the dict of its own keys, and `replace` may put something in the place of a text. What need not change is not copied.
 */
export function sendable(value: unknown, replace: (text: string) => unknown): unknown {
  try {
    return changed(value, replace, 0);
  } catch {
    return value; // a cycle, say: the session refuses it, and tells where it is
  }
}

function changed(value: unknown, replace: (text: string) => unknown, depth: number): unknown {
  if (typeof value === "string") return replace(value);
  if (typeof value === "function" || typeof value === "symbol") return undefined;
  if (typeof value !== "object" || value === null) return value;
  // at the first path that is too deep: objects that know each other have too many paths to walk them all
  if (depth > MAX_DEPTH) throw new RangeError("too deep");
  const tag = tagOf(value);
  if (ArrayBuffer.isView(value) || tag === "ArrayBuffer" || tag === "Blob" || tag === "File" || typeof (value as Date).toJSON === "function") return value;
  return Array.isArray(value) ? changedList(value, replace, depth) : changedDict(value, replace, depth, AS_DICT.has(tag));
}

function changedList(list: readonly unknown[], replace: (text: string) => unknown, depth: number): unknown {
  let copy: unknown[] | undefined;
  // by index: a list of entries takes ten times as long
  for (let i = 0; i < list.length; i++) {
    const item = list[i];
    if (typeof item === "number") continue;
    const sent = changed(item, replace, depth + 1);
    if (sent === item) continue;
    copy ??= [...list];
    copy[i] = sent;
  }
  return copy ?? list;
}

function changedDict(dict: object, replace: (text: string) => unknown, depth: number, copied: boolean): unknown {
  let copy = copied ? ({ ...dict } as Record<string, unknown>) : undefined;
  for (const [key, item] of Object.entries(dict)) {
    const sent = changed(item, replace, depth + 1);
    if (sent === item) continue;
    copy ??= { ...dict } as Record<string, unknown>;
    copy[key] = sent;
  }
  return copy ?? dict;
}
