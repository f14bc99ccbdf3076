/** A fenced block of a Markdown file. */
export interface Block {
  /** `README.md:12`, where it begins. */
  readonly place: string;
  readonly language: string;
  /** The further words of the fence: ```` ```ts run ```` has `run`. */
  readonly marks: readonly string[];
  readonly code: string;
}

/** The fenced blocks of a Markdown text. One marked `continues` holds the code of the blocks before it, from the last that is not marked so. */
export function blocksOf(file: string, text: string): Block[] {
  const blocks: Block[] = [];
  for (const found of text.matchAll(/^```(\S+)([^\n]*)\n([\s\S]*?)^```$/gm)) {
    const [, language = "", marks = "", code = ""] = found;
    const line = text.slice(0, found.index).split("\n").length;
    const block = { place: `${file}:${line}`, language, marks: marks.trim().split(/\s+/), code };
    const before = blocks.findLast((one) => one.language === language);
    blocks.push(block.marks.includes("continues") && before ? { ...block, code: before.code + code } : block);
  }
  return blocks;
}

/** What a block says that it prints, in this order: the texts behind `// →`. */
export function expectedOutput(code: string): string[] {
  return [...code.matchAll(/\/\/ → (.*)$/gm)].map((found) => (found[1] ?? "").trim());
}
