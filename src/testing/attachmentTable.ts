import { isArrayBuffer } from "../check.js";

/**
 * v1's binaries, which a server keeps in tables that all its clients share. On the way out a key is found in a message by
 * its text alone, so `wslink_bin1` is found in `wslink_bin12`, and in prose: pairs are sent that nothing refers to.
 */
export class AttachmentTable {
  readonly #outgoing = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #keys = new WeakMap<Uint8Array, string>();
  readonly #announced: unknown[] = [];
  readonly #incoming = new Map<unknown, ArrayBuffer>();
  #count = 0;

  /** Gives the key that stands for these bytes: for every client the same. */
  add(bytes: Uint8Array<ArrayBuffer>): string {
    const known = this.#keys.get(bytes);
    if (known !== undefined) return known;
    const key = `wslink_bin${this.#count++}`;
    this.#keys.set(bytes, key);
    this.#outgoing.set(key, bytes);
    return key;
  }

  /** What goes out with a text. */
  mentionedIn(text: string): [string, Uint8Array<ArrayBuffer>][] {
    return [...this.#outgoing].filter(([key]) => text.includes(key));
  }

  /** Who mentions a key later gets no bytes. */
  forget(keys: readonly string[]): void {
    for (const key of keys) this.#outgoing.delete(key);
  }

  /** A client's header. */
  announce(keys: readonly unknown[]): void {
    this.#announced.push(...keys);
  }

  /** A client's binary: the oldest header's, whoever sent that. */
  upload(bytes: ArrayBuffer): void {
    if (this.#announced.length > 0) this.#incoming.set(this.#announced.shift(), bytes);
  }

  /** Puts uploads where their keys stand. Each is given once: a second reference stays a key. */
  resolve(value: unknown): unknown {
    if (typeof value === "string" && /^wslink_bin\d+$/.test(value) && this.#incoming.has(value)) {
      const bytes = this.#incoming.get(value);
      this.#incoming.delete(value);
      return bytes;
    }
    if (Array.isArray(value)) for (let i = 0; i < value.length; i++) value[i] = this.resolve(value[i]);
    else if (typeof value === "object" && value !== null && !isArrayBuffer(value)) {
      for (const [key, item] of Object.entries(value)) {
        const resolved = this.resolve(item);
        if (resolved !== item) (value as Record<string, unknown>)[key] = resolved;
      }
    }
    return value;
  }
}
