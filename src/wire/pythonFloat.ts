/** A float as Python's `repr` and `json` write it: `1.0`, `1e+16`, `1e-05`, `NaN`, `-Infinity`. */
export function pythonFloat(value: number): string {
  const size = Math.abs(value);
  const isShort = size < 1e16 && (size >= 1e-4 || size === 0);
  const text = isShort ? (Object.is(value, -0) ? "-0" : String(value)) : value.toExponential().replace(/e(.)(\d)$/, "e$10$2");
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}
