/** JSON as Python writes and reads it: with bare `NaN`, `Infinity` and `-Infinity`. */

import { replaceLeaves } from "./replaceLeaves.js";
import { Binary } from "./snapshot.js";

/**
 * Parses Python's JSON. The normal case is the platform's own parser; only a text that it refuses is looked at again.
 * @param inspect gets the value before anything else walks it: it may be nested as deep as the text is long
 */
export function parsePythonJson(text: string, inspect: (value: unknown) => void = () => {}): unknown {
  let value: unknown;
  let nan: number | undefined;
  try {
    value = JSON.parse(text);
  } catch (error) {
    // stands for NaN in a text that the platform's parser shall read: one among 2⁵², so no peer can send it on purpose
    nan = -(1 + Math.random()) * 1e-301;
    const replaced = replaceBareNumbers(text, nan);
    if (replaced === undefined) throw error;
    value = JSON.parse(replaced);
  }
  inspect(value);
  return nan === undefined ? value : replaceLeaves(value, (leaf) => (leaf === nan ? Number.NaN : leaf));
}

/** Replaces what stands bare outside of strings; `undefined` when there is nothing to replace. */
function replaceBareNumbers(text: string, nan: number): string | undefined {
  let out = "";
  let done = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) i = closingQuote(text, i + 1);
    // outside of strings, JSON has no word with a capital N or I
    else if (code === 0x4e && text.startsWith("NaN", i)) {
      // blanks keep what stands around it from becoming a part of the number
      out += `${text.slice(done, i)} ${nan} `;
      i += 2;
      done = i + 1;
    } else if (code === 0x49 && text.startsWith("Infinity", i)) {
      // 1e999 is JSON for Infinity; a minus must touch it
      out += `${text.slice(done, i)}${text[i - 1] === "-" ? "" : " "}1e999 `;
      i += 7;
      done = i + 1;
    }
  }
  return done > 0 ? out + text.slice(done) : undefined;
}

/** The position of the quote that ends a string whose content begins at `start`. */
export function closingQuote(text: string, start: number): number {
  for (let i = start; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) return i;
    if (code === 0x5c) i++;
  }
  return text.length;
}

/** Writes plain values. `odd`: there are numbers among them that the platform would write otherwise (see `Snapshot.oddNumber`). */
export function stringifyPythonJson(value: unknown, odd: boolean): string {
  const text = odd ? write(value) : JSON.stringify(value);
  // Half a surrogate pair is no text: on v2 it cannot be sent, and a server that sends it back would fail.
  return text.includes("\\ud") ? text.replace(/\\(?:ud[89a-f][0-9a-f]{2}|.)/g, (found) => (found.length > 2 ? "\ufffd" : found)) : text;
}

function write(value: unknown): string {
  // with a point or an exponent it is a float in Python
  if (typeof value === "number") return Number.isSafeInteger(value) ? String(value) : String(value).replace(/^-?\d+$/, "$&.0");
  if (typeof value !== "object" || value === null || value instanceof Binary) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
  return `{${Object.entries(value)
    .map(([key, item]) => `${JSON.stringify(key)}:${write(item)}`)
    .join(",")}}`;
}
