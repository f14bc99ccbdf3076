/** What a server tells of an exception, in its error's `data`. */
export interface ExceptionData {
  readonly method: string;
  /** As Python's `repr` writes it: `ValueError('no such part')`. */
  readonly exception: string;
  readonly trace: string;
}

export function exceptionData(method: string, thrown: unknown): ExceptionData {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
  const lines = (error.stack ?? "").split("\n").filter((line) => /^\s+at |@/.test(line));
  const trace = ["Traceback (most recent call last):", ...lines.reverse(), `${error.name}: ${error.message}`, ""].join("\n");
  return { method, exception: `${error.name}(${repr(error.message)})`, trace };
}

/** A text as Python's `repr` writes it. */
function repr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t");
  const printable = escaped.replace(/(?! )[\p{C}\p{Z}]/gu, (char) => {
    const code = char.codePointAt(0) as number;
    const [letter, digits] = code < 0x100 ? ["x", 2] : code < 0x10000 ? ["u", 4] : ["U", 8];
    return `\\${letter}${code.toString(16).padStart(digits as number, "0")}`;
  });
  return quote + (quote === "'" ? printable.replaceAll("'", "\\'") : printable) + quote;
}
