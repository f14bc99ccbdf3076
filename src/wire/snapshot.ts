/**
 * The arguments of a call as they were when it was made: plain values and copies of the binaries, still without
 * a protocol, because a call may wait for a connection. Both encoders work from it and need no checks of their own.
 */

import { ARRAY, check, isArrayBuffer, isBlob, type Kind, show, tagOf } from "../check.js";
import { setKey } from "./setKey.js";

/** A binary within a snapshot. A Blob is immutable, so it is kept and read when it is sent. */
export class Binary {
  source: Uint8Array<ArrayBuffer> | Blob;
  /** On v1: what stands in its place in the text. */
  key = "";

  constructor(source: Uint8Array<ArrayBuffer> | Blob) {
    this.source = source;
  }

  get size(): number {
    return ArrayBuffer.isView(this.source) ? this.source.byteLength : this.source.size;
  }

  toJSON(): string {
    return this.key;
  }
}

export interface Snapshot {
  readonly args: unknown;
  readonly kwargs: unknown;
  readonly binaries: readonly Binary[];
  /** Where the first BigInt stands, and which it is: v1 has no way to send one. */
  readonly bigInt: string | undefined;
  /** There is a number somewhere that JSON has no word for, or one that Python would read as another kind of number. */
  readonly oddNumber: boolean;
}

const REFUSED = /^((Weak)?(Map|Set)|WeakRef|Promise|RegExp|Error|Symbol|AbortSignal)$/;
const BOXED = /^(Number|String|Boolean|BigInt)$/;
/** No buffer, no Date: of those the server would see no argument at all. */
const KWARGS: Kind = [(value) => tagOf(value) === "Object" || isOption(value), "an object"];
/** Options of a call that stand in the place of kwargs, or among them, are told as that. */
const isOption = (value: unknown): boolean => typeof value === "function" || tagOf(value) === "AbortSignal";
const BUFFER: Kind = [isArrayBuffer, "an ArrayBuffer"];

/**
 * Copies `args` and `kwargs`. ArrayBuffers in `transfer` are moved instead, and only when all the rest was found good.
 * @param signal may be aborted by code of the caller's that reading the arguments runs: then nothing is moved
 * @throws TypeError that names path and value: Map, Set, function, symbol, cycle, too deep, a BigInt of more than 64 bits.
 */
export function snapshot(args: unknown, kwargs: unknown, maxDepth: number, transfer: readonly ArrayBuffer[] = [], signal?: AbortSignal): Snapshot {
  check("args", args, ARRAY);
  check("kwargs", kwargs, KWARGS);
  transfer.forEach((buffer, i) => {
    const path = `transfer[${i}]`;
    new Walk(0, transfer).copy(check(path, buffer, BUFFER), path);
  });
  const walk = new Walk(maxDepth, transfer);
  let copies: unknown[];
  try {
    copies = [walk.copy(args, "args"), walk.copy(kwargs, "kwargs")];
  } catch (cause) {
    throw walk.refusal ?? new TypeError(`${walk.at} cannot be read`, { cause });
  }
  signal?.throwIfAborted();
  const { binaries, bigInt, oddNumber } = walk;
  if (transfer.length > 0) move([...new Set(transfer)], binaries);
  return { args: copies[0], kwargs: copies[1], binaries, bigInt, oddNumber };
}

/** Takes buffers away from the caller. */
function move(buffers: ArrayBuffer[], binaries: readonly Binary[]): void {
  const moved = binaries.filter(({ source }) => ArrayBuffer.isView(source) && buffers.includes(source.buffer));
  try {
    // views come out of it as views of the moved buffers
    const views = structuredClone(
      moved.map(({ source }) => source),
      { transfer: buffers },
    );
    (views as Uint8Array<ArrayBuffer>[]).forEach((view, i) => {
      // no socket of a browser takes a view of memory that can be resized
      (moved[i] as Binary).source = (view.buffer as { resizable?: boolean }).resizable ? view.slice() : view;
    });
  } catch (cause) {
    throw new TypeError("a buffer of transfer cannot be moved", { cause }); // one of a WebAssembly memory
  }
}

/** NaN, an infinity, or a whole number that is no int on the wire, since it may have been rounded. */
const isOdd = (value: number): boolean => !Number.isSafeInteger(value) && !(value % 1); // NaN is what an infinity leaves too

class Walk {
  readonly binaries: Binary[] = [];
  bigInt: string | undefined;
  oddNumber = false;
  /** What we found wrong; what else is thrown comes of code of the caller's: a getter, a `toJSON`, a Proxy. */
  refusal: TypeError | undefined;
  /** Where the value at hand stands. */
  readonly #path: (string | number)[] = [];
  /** Those that contain it. A list: most values are a few deep, and a Set costs more than it saves. */
  readonly #ancestors: object[] = [];
  readonly #maxDepth: number;
  readonly #moving: readonly ArrayBufferLike[];

  constructor(maxDepth: number, moving: readonly ArrayBufferLike[]) {
    this.#maxDepth = maxDepth;
    this.#moving = moving;
  }

  get at(): string {
    return this.#path.map((part, i) => (typeof part === "number" ? `[${part}]` : i === 0 ? part : `.${part}`)).join("");
  }

  copy(input: unknown, name: string): unknown {
    this.#path[0] = name;
    return this.#value(input);
  }

  #value(input: unknown): unknown {
    switch (typeof input) {
      case "number":
        if (isOdd(input)) this.oddNumber = true;
        return input;
      case "string":
      case "boolean":
      case "undefined":
        return input;
      case "bigint":
        if (input < -(2n ** 63n) || input >= 2n ** 64n) this.#refuse(input, "is more than 64 bits");
        this.bigInt ??= `${this.at} is the BigInt ${show(input)}`;
        return input;
      case "object":
        return input === null ? null : this.#object(input);
      default:
        return this.#refuse(input);
    }
  }

  #object(input: object): unknown {
    let source = input;
    if (!Array.isArray(input) && Object.getPrototypeOf(input) !== Object.prototype) {
      const tag = tagOf(input);
      if (REFUSED.test(tag)) this.#refuse(input);
      if (BOXED.test(tag)) return this.#value(input.valueOf());
      const binary = this.#binary(input);
      if (binary) return binary;
    }
    const { toJSON } = input as { toJSON?: unknown };
    if (typeof toJSON === "function") {
      source = toJSON.call(input, String(this.#path.at(-1)));
      if (typeof source !== "object" || source === null) return this.#value(source);
      const binary = this.#binary(source);
      if (binary) return binary; // any other is not asked for its toJSON again: it may be the same
    }
    if (this.#ancestors.includes(source)) this.#refuse(source, "contains itself");
    if (this.#ancestors.length > this.#maxDepth) this.#refuse(source, `is nested deeper than limits.maxDepth (${this.#maxDepth})`);
    this.#ancestors.push(source);
    const copy = Array.isArray(source) ? this.#list(source) : this.#record(source);
    this.#ancestors.pop();
    return copy;
  }

  #list(input: readonly unknown[]): unknown[] {
    const copy = new Array<unknown>(input.length);
    const depth = this.#path.length;
    for (let i = 0; i < input.length; i++) {
      this.#path[depth] = i;
      copy[i] = this.#value(input[i]) ?? null;
    }
    this.#path.length = depth;
    return copy;
  }

  #record(input: object): object {
    const copy: Record<string, unknown> = {};
    const depth = this.#path.length;
    for (const key of Object.keys(input)) {
      this.#path[depth] = key;
      const value = this.#value((input as Record<string, unknown>)[key]);
      if (value !== undefined) setKey(copy, key, value);
    }
    this.#path.length = depth;
    return copy;
  }

  #binary(input: object): Binary | undefined {
    let source: Uint8Array<ArrayBuffer> | Blob;
    if (ArrayBuffer.isView(input)) source = this.#bytes(input.buffer, input.byteOffset, input.byteLength);
    else if (isBlob(input)) source = input;
    else if (/^(Shared)?ArrayBuffer$/.test(tagOf(input))) source = this.#bytes(input as ArrayBuffer);
    else return undefined;
    const binary = new Binary(source);
    this.binaries.push(binary);
    return binary;
  }

  #bytes(buffer: ArrayBufferLike, offset?: number, length?: number): Uint8Array<ArrayBuffer> {
    let view: Uint8Array<ArrayBuffer>;
    try {
      view = new Uint8Array(buffer as ArrayBuffer, offset, length);
    } catch {
      this.#refuse(buffer, "is detached");
    }
    return this.#moving.includes(buffer) ? view : view.slice();
  }

  #refuse(input: unknown, why = "cannot be sent"): never {
    const isMisplaced = isOption(input) && (this.#path[0] === "kwargs" || typeof input !== "function");
    this.refusal = new TypeError(`${this.at} ${why}: ${show(input)}${isMisplaced ? "; options are the fourth argument" : ""}`);
    throw this.refusal;
  }
}
