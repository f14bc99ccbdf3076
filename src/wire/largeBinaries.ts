import { ProtocolError } from "../errors.js";
import { concat } from "./concat.js";
import { checkLimit, type Limits } from "./limits.js";

/** From so many bytes on a binary is filled from its chunks; a smaller one is copied once more, which costs less than what it would need beside. */
export const LARGE_BYTES: number = 64 * 1024;
/** A peer's claim of a size is believed up to so many times of what has really come: a header alone makes nobody allocate a gigabyte. */
const CREDIT = 64;

/** Bytes of a token, by its first byte; 0: the length of a str or bin follows. */
const SIZES = /* @__PURE__ */ Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0xa0 && byte < 0xc0) return 1 + (byte & 0x1f);
  // c4 to df: bin, ext, float 32 64, uint 8 16 32 64, int 8 16 32 64, fixext, str, array 16 32, map 16 32
  return [0, 0, 0, 1, 1, 1, 5, 9, 2, 3, 5, 9, 2, 3, 5, 9, 1, 1, 1, 1, 1, 0, 0, 0, 3, 5, 3, 5][byte - 0xc4] ?? 1;
});

/**
 * Follows the tokens of a message while its chunks pass. Each large binary goes once from its chunks into the ArrayBuffer that the user gets; all else is kept,
 * and decoded when the message is complete.
 */
export class LargeBinaries {
  readonly buffers: ArrayBuffer[] = [];
  #rest: Uint8Array[] = [];
  #received = 0;
  /** Bytes that are still to pass, of a token or before the first. */
  #skip: number;
  /** Bytes of a length that are still to come, and what it is so far. */
  #digits = 0;
  #length = 0;
  #isBinary = false;
  /** Bytes of a large binary that are still to come; the place for all, once its length is credible; until then the pieces as they came. */
  #missing = 0;
  #target: Uint8Array<ArrayBuffer> | undefined;
  #pieces: Uint8Array[] = [];

  readonly #total: number;
  readonly #limits: Limits;

  /**
   * @param total bytes of the message: no str or bin in it can be longer
   * @param start where its value begins
   */
  constructor(total: number, start: number, limits: Limits) {
    this.#total = total;
    this.#skip = start;
    this.#limits = limits;
  }

  /** All that is not in `buffers`. */
  get rest(): Uint8Array {
    return concat(this.#rest);
  }

  /** Bytes of memory that wait for the rest of a binary. */
  get missing(): number {
    return this.#target ? this.#missing : 0;
  }

  /** Takes the next bytes. @throws ProtocolError, LimitError */
  push(chunk: Uint8Array): void {
    const end = chunk.length;
    this.#received += end;
    let kept = 0;
    let pos = this.#skip;
    while (pos < end) {
      if (this.#missing > 0) kept = pos = this.#fill(chunk, pos);
      else if (this.#digits > 0) {
        this.#length = this.#length * 256 + (chunk[pos++] as number);
        if (--this.#digits > 0) continue;
        if (this.#begin())
          this.#rest.push(chunk.slice(kept, pos)); // a part of the chunk would keep all of it
        else pos += this.#length;
      } else {
        const byte = chunk[pos] as number;
        const size = SIZES[byte] as number;
        pos += size || 1;
        if (size > 0) continue;
        this.#isBinary = byte < 0xd0;
        this.#digits = 1 << (byte - (this.#isBinary ? 0xc4 : 0xd9));
        this.#length = 0;
      }
    }
    this.#skip = pos - end;
    if (this.#missing === 0) this.#rest.push(kept > 0 ? chunk.slice(kept) : chunk);
  }

  /** The length of a str or bin is known. Is it a large binary? */
  #begin(): boolean {
    if (this.#length > this.#total) throw new ProtocolError(`a str or bin of ${this.#length} bytes in a message of ${this.#total}`);
    if (!this.#isBinary || this.#length < LARGE_BYTES) return false;
    checkLimit(this.#limits, "maxAttachmentBytes", this.#length);
    this.#missing = this.#length;
    return true;
  }

  /** Takes bytes of a large binary and gives where they end. */
  #fill(chunk: Uint8Array, pos: number): number {
    const part = chunk.subarray(pos, pos + this.#missing);
    if (!this.#target && this.#length <= this.#received * CREDIT) {
      this.#target = concat(this.#pieces, this.#length);
      this.#pieces = [];
    }
    if (this.#target) this.#target.set(part, this.#length - this.#missing);
    else this.#pieces.push(part);
    this.#missing -= part.length;
    if (this.#missing === 0 && this.#target) {
      this.buffers.push(this.#target.buffer);
      this.#target = undefined;
    }
    return pos + part.length;
  }
}
