/**
 * Is a value that was made of a JSON text nested deeper than `maxDepth` lists and objects? The platform's parser takes any depth, which whoever walks the value then suffers.
 * A text of few brackets cannot be: that is found in no time, where a walk of a long list of numbers takes a third of the time of parsing it.
 */
export const deeperThan = (value: unknown, text: string, maxDepth: number): boolean =>
  text.length > 2 * maxDepth && text.split("[", maxDepth).length + text.split("{", maxDepth).length > maxDepth && walk(value, maxDepth);

/** Goes down as far as `maxDepth` at most. */
function walk(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (depth <= 0) return true;
  // by index and by name: iterators and lists of values take several times as long
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (walk(value[i], depth - 1)) return true;
  } else for (const key in value) if (walk((value as Record<string, unknown>)[key], depth - 1)) return true;
  return false;
}
