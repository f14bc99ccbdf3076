import { ProtocolError } from "../errors.js";
import { checkLimit, type Limits } from "./limits.js";

/** v1's binaries between their arrival and the message that refers to them. */
export class AttachmentStore {
  readonly #waiting = new Map<string, { readonly bytes: ArrayBuffer; readonly since: number }>();
  #heldBytes = 0;

  readonly #limits: Limits;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** @throws LimitError, after the oldest gave way. */
  add(key: string, bytes: ArrayBuffer, nowMs: number): void {
    checkLimit(this.#limits, "maxAttachmentBytes", bytes.byteLength);
    this.#remove(key);
    this.#waiting.set(key, { bytes, since: nowMs });
    this.#heldBytes += bytes.byteLength;
    const { maxAttachments, maxPartialBytes } = this.#limits;
    const { size } = this.#waiting;
    const heldBytes = this.#heldBytes;
    for (const oldest of this.#waiting.keys()) {
      if (this.#waiting.size <= maxAttachments && this.#heldBytes <= maxPartialBytes) break;
      this.#remove(oldest);
    }
    checkLimit(this.#limits, "maxAttachments", size);
    checkLimit(this.#limits, "maxPartialBytes", heldBytes);
  }

  /** Pairs that belong to nothing come in normal use (the servers find keys by substring), so they go silently. */
  expire(nowMs: number): void {
    for (const [key, { since }] of this.#waiting) {
      if (nowMs - since <= this.#limits.maxPartialAgeMs) return; // they stand in the order of their age
      this.#remove(key);
    }
  }

  /**
   * Takes out what a message refers to; what it merely mentions stays, for a later message. The text is read once, however much is waiting.
   * Gives nothing when it refers to nothing.
   */
  takeReferred(text: string): Map<string, ArrayBuffer> | undefined {
    if (!text.includes('"wslink_bin')) return undefined;
    const taken = new Map<string, ArrayBuffer>();
    if (this.#waiting.size === 0) return taken;
    // to its end, where it begins anew; matchAll would make a regular expression each time
    for (let match = REFERENCE.exec(text); match; match = REFERENCE.exec(text)) {
      const key = match[1] as string;
      const found = this.#waiting.get(key);
      if (!found) continue;
      taken.set(key, found.bytes);
      this.#remove(key);
    }
    return taken;
  }

  #remove(key: string): void {
    this.#heldBytes -= this.#waiting.get(key)?.bytes.byteLength ?? 0;
    this.#waiting.delete(key);
  }
}

/** A key that stands as a whole value, not as the key of an object. Within a string its quotes would be escaped. */
const REFERENCE = /"(wslink_bin\d+)"(?!\s*:)/g;
const KEY = /^wslink_bin\d+$/;

export const isAttachmentKey = (value: unknown): value is string => typeof value === "string" && KEY.test(value);

/** What a message lacks, in words. */
export function missingBytes(id: string, missing: ReadonlySet<string>): ProtocolError {
  return new ProtocolError(`${id.slice(0, 100)} refers to ${[...missing].slice(0, 3).join(", ")}, whose bytes never came, or holds a text that looks like a reference`);
}
