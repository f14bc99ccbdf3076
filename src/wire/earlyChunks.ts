import { ProtocolError } from "../errors.js";

/** No server sends like that; the bound keeps each insertion cheap. */
const MAX_EARLY = 100_000;

/** The chunks of a message that came before their turn, none of them twice, none over another. */
export class EarlyChunks {
  readonly #chunks = new Map<number, Uint8Array>();
  /** Where they begin, in order, so that an overlap is found by bisection. */
  readonly #offsets: number[] = [];

  /** Of a chunk that overlaps none. @throws ProtocolError: too many. */
  add(offset: number, content: Uint8Array): void {
    if (this.#offsets.length === MAX_EARLY) throw new ProtocolError(`a chunk at ${offset}: ${MAX_EARLY} came before their turn`);
    this.#offsets.splice(this.#firstFrom(offset), 0, offset);
    this.#chunks.set(offset, content);
  }

  /** Does a chunk of this place overlap what is here? */
  overlaps(offset: number, length: number): boolean {
    const at = this.#firstFrom(offset);
    const before = this.#offsets[at - 1] ?? 0;
    return before + (this.#chunks.get(before)?.length ?? 0) > offset || (this.#offsets[at] ?? Number.POSITIVE_INFINITY) < offset + length;
  }

  /** Takes out the chunk whose turn it is. */
  take(offset: number): Uint8Array | undefined {
    const chunk = this.#chunks.get(offset);
    if (this.#chunks.delete(offset)) this.#offsets.shift();
    return chunk;
  }

  /** The index of the first that begins at `offset` or later. */
  #firstFrom(offset: number): number {
    let low = 0;
    let high = this.#offsets.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#offsets[middle] as number) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
