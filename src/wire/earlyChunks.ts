import { ProtocolError } from "../errors.js";

/** No server sends like that; the bound keeps each insertion cheap. */
const MAX_GAPS = 10_000;

/** The chunks of a message that came before their turn, none of them twice, none over another. */
export class EarlyChunks {
  readonly #chunks = new Map<number, Uint8Array>();
  // Without gaps between them, chunks make a run; the runs stand in order, so that an overlap is found by bisection.
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];

  /** Of a chunk that overlaps none. @throws ProtocolError: too many gaps. */
  add(offset: number, content: Uint8Array): void {
    const starts = this.#starts;
    const ends = this.#ends;
    const end = offset + content.length;
    const at = this.#firstFrom(offset);
    const continues = ends[at - 1] === offset;
    const precedes = starts[at] === end;
    if (continues && precedes) {
      ends.splice(at - 1, 1);
      starts.splice(at, 1);
    } else if (continues) ends[at - 1] = end;
    else if (precedes) starts[at] = offset;
    else {
      if (starts.length === MAX_GAPS) throw new ProtocolError(`a chunk at ${offset}: it leaves more than ${MAX_GAPS} gaps in the message`);
      starts.splice(at, 0, offset);
      ends.splice(at, 0, end);
    }
    this.#chunks.set(offset, content);
  }

  /** Does a chunk of this place overlap what is here? */
  overlaps(offset: number, length: number): boolean {
    const at = this.#firstFrom(offset);
    return (this.#ends[at - 1] ?? 0) > offset || (this.#starts[at] ?? Number.POSITIVE_INFINITY) < offset + length;
  }

  /** Takes out the chunk whose turn it is. */
  take(offset: number): Uint8Array | undefined {
    const chunk = this.#chunks.get(offset);
    if (!chunk) return undefined;
    this.#chunks.delete(offset);
    const starts = this.#starts;
    const ends = this.#ends;
    starts[0] = offset + chunk.length;
    if (starts[0] === ends[0]) {
      starts.shift();
      ends.shift();
    }
    return chunk;
  }

  /** The index of the first run that begins at `offset` or later. */
  #firstFrom(offset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] as number) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
