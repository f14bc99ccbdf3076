import { concat } from "./concat.js";

/** A peer's claim of a size is believed up to so many times of what has really come: a header alone makes nobody allocate a gigabyte. */
const CREDIT = 64;

/** A str or bin whose bytes come piece by piece. */
export class Payload {
  #filled = 0;
  /** The final place, allocated once the claimed length is credible; until then the pieces as they came. */
  #target: Uint8Array<ArrayBuffer> | undefined;
  #pieces: Uint8Array[] = [];

  readonly #length: number;

  constructor(
    readonly binary: boolean,
    length: number,
  ) {
    this.#length = length;
  }

  /** Takes its next bytes out of `bytes` from `pos` on and gives where they end. `received`: bytes that came of the message. */
  take(bytes: Uint8Array, pos: number, received: number): number {
    const part = bytes.subarray(pos, pos + this.#length - this.#filled);
    if (!this.#target && this.#length <= received * CREDIT) {
      this.#target = concat(this.#pieces, this.#length);
      this.#pieces = [];
    }
    if (this.#target) this.#target.set(part, this.#filled);
    else this.#pieces.push(part);
    this.#filled += part.length;
    return pos + part.length;
  }

  /** All the bytes, once they are here. */
  get bytes(): Uint8Array<ArrayBuffer> | undefined {
    return this.#filled === this.#length ? this.#target : undefined;
  }
}
