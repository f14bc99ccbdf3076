/**
 * The arguments of a call as they were when it was made: plain values and copies of the binaries, still without
 * a protocol, because a call may wait for a connection. Both encoders work from it and need no checks of their own.
 */

import { ARRAY, check, isRecord, type Kind, show, tagOf } from "../check.js";
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
    return this.source instanceof Uint8Array ? this.source.byteLength : this.source.size;
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

const REFUSED = /^((Weak)?(Map|Set)|WeakRef|Promise|RegExp|Error|Symbol)$/;
const BOXED = /^(Number|String|Boolean|BigInt)$/;
/** No buffer, no Date: of those the server would see no argument at all. */
const KWARGS: Kind = [(value) => tagOf(value) === "Object", "an object"];
const BUFFER: Kind = [(value) => tagOf(Object(value)) === "ArrayBuffer", "an ArrayBuffer"];

/**
 * Copies `args` and `kwargs`. ArrayBuffers in `transfer` are moved instead, and only when all the rest was found good.
 * @throws TypeError that names path and value: Map, Set, function, symbol, cycle, too deep, a BigInt of more than 64 bits.
 */
export function snapshot(args: unknown, kwargs: unknown, maxDepth: number, transfer: readonly ArrayBuffer[] = []): Snapshot {
  check("args", args, ARRAY);
  check("kwargs", kwargs, KWARGS);
  transfer.forEach((buffer, i) => {
    if (isDetached(check(`transfer[${i}]`, buffer, BUFFER))) throw new TypeError(`transfer[${i}] is detached: ${show(buffer)}`);
  });
  const moving = new Set<ArrayBufferLike>(transfer);
  const walk = new Walk(maxDepth, moving);
  const tree = { args: walk.value(args, "args"), kwargs: walk.value(kwargs, "kwargs") };
  const { binaries, bigInt, oddNumber } = walk;
  if (moving.size > 0) move([...moving] as ArrayBuffer[], binaries);
  return { ...tree, binaries, bigInt, oddNumber };
}

/** Takes buffers away from the caller. */
function move(buffers: ArrayBuffer[], binaries: readonly Binary[]): void {
  const moved = binaries.filter(({ source }) => source instanceof Uint8Array && buffers.includes(source.buffer));
  try {
    // views come out of it as views of the moved buffers
    const views = structuredClone(
      moved.map(({ source }) => source),
      { transfer: buffers },
    );
    views.forEach((view, i) => {
      (moved[i] as Binary).source = view;
    });
  } catch (cause) {
    throw new TypeError("a buffer of transfer cannot be moved", { cause }); // one of a WebAssembly memory
  }
}

const NONE: readonly Binary[] = [];
/** Deeper values are rare enough to be copied; and it ends at once where something contains itself. */
const BORROWED_DEPTH = 16;

/**
 * The caller's own `args` and `kwargs` where they are of JSON's values alone: for a call that is encoded before the caller runs on, since a copy
 * costs more than the encoding does. `undefined` for all others: `snapshot` knows them, or says what is wrong.
 */
export function borrow(args: unknown, kwargs: unknown, maxDepth: number): Snapshot | undefined {
  const depth = Math.min(BORROWED_DEPTH, maxDepth);
  try {
    const fits = Array.isArray(args) && isRecord(kwargs) && isPlain(args, depth) && isPlain(kwargs, depth);
    if (fits) return { args, kwargs, binaries: NONE, bigInt: undefined, oddNumber: false };
  } catch {} // a getter or a proxy that throws
  return undefined;
}

/** NaN, an infinity, or a whole number that is no int on the wire, since it may have been rounded. */
const isOdd = (value: number): boolean => !Number.isSafeInteger(value) && (!Number.isFinite(value) || Number.isInteger(value));

function isPlain(value: unknown, depth: number): boolean {
  if (typeof value === "number") return !isOdd(value);
  if (typeof value !== "object") return typeof value === "string" || typeof value === "boolean";
  if (value === null) return true;
  if (depth === 0 || (value as { toJSON?: unknown }).toJSON !== undefined) return false;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) if (!isPlain(value[i], depth - 1)) return false;
    return true;
  }
  if (Object.getPrototypeOf(value) !== Object.prototype) return false;
  for (const key of Object.keys(value)) if (!isPlain((value as Record<string, unknown>)[key], depth - 1)) return false;
  return true;
}

/** By its brand: one of an iframe is a Blob too. */
export const isBlob = (value: unknown): value is Blob => /^(Blob|File)$/.test(tagOf(value));

class Walk {
  readonly binaries: Binary[] = [];
  bigInt: string | undefined;
  oddNumber = false;
  readonly #path: (string | number)[] = [];
  /** Those that contain the value at hand. A list: most values are a few deep, and a Set costs more than it saves. */
  readonly #ancestors: object[] = [];
  readonly #maxDepth: number;
  readonly #moving: ReadonlySet<ArrayBufferLike>;

  constructor(maxDepth: number, moving: ReadonlySet<ArrayBufferLike>) {
    this.#maxDepth = maxDepth;
    this.#moving = moving;
  }

  value(input: unknown, key: string | number): unknown {
    switch (typeof input) {
      case "number":
        if (isOdd(input)) this.oddNumber = true;
        return input;
      case "string":
      case "boolean":
        return input;
      case "undefined":
        return undefined;
      case "bigint":
        if (input < -(2n ** 63n) || input >= 2n ** 64n) this.#refuse(key, input, "is more than 64 bits");
        this.bigInt ??= `${this.#at(key)} is the BigInt ${show(input)}`;
        return input;
      case "object":
        return input === null ? null : this.#object(input, key);
      default:
        return this.#refuse(key, input);
    }
  }

  #object(input: object, key: string | number): unknown {
    if (Array.isArray(input) || Object.getPrototypeOf(input) === Object.prototype) return this.#container(input, key);
    const binary = this.#binary(input, key);
    if (binary) return binary;
    const tag = tagOf(input);
    if (REFUSED.test(tag)) this.#refuse(key, input);
    if (BOXED.test(tag)) return this.value(input.valueOf(), key);
    return this.#container(input, key);
  }

  /** A list or an object, or what its `toJSON` says it is. */
  #container(input: object, key: string | number): unknown {
    let source = input;
    const toJSON = this.#read(input, "toJSON", key);
    if (typeof toJSON === "function") {
      let json: unknown;
      try {
        json = toJSON.call(input, String(key));
      } catch (cause) {
        throw this.#unreadable(key, cause);
      }
      if (typeof json !== "object" || json === null) return this.value(json, key);
      const binary = this.#binary(json, key);
      if (binary) return binary;
      source = json; // it is not asked again: it may be the same
    }
    if (this.#ancestors.includes(source)) this.#refuse(key, source, "contains itself");
    if (this.#path.length > this.#maxDepth) this.#refuse(key, source, `is nested deeper than limits.maxDepth (${this.#maxDepth})`);
    this.#ancestors.push(source);
    this.#path.push(key);
    const copy = Array.isArray(source) ? this.#list(source) : this.#record(source);
    this.#path.pop();
    this.#ancestors.pop();
    return copy;
  }

  #read(from: object, name: string | number, at: string | number): unknown {
    try {
      return (from as Record<string | number, unknown>)[name];
    } catch (cause) {
      throw this.#unreadable(at, cause);
    }
  }

  #unreadable(at: string | number, cause: unknown): TypeError {
    return new TypeError(`${this.#at(at)} cannot be read`, { cause });
  }

  #list(input: readonly unknown[]): unknown[] {
    const copy = new Array<unknown>(input.length);
    for (let i = 0; i < input.length; i++) copy[i] = this.value(this.#read(input, i, i), i) ?? null;
    return copy;
  }

  #record(input: object): object {
    const copy: Record<string, unknown> = {};
    for (const key of Object.keys(input)) {
      const value = this.value(this.#read(input, key, key), key);
      if (value !== undefined) setKey(copy, key, value);
    }
    return copy;
  }

  #binary(input: object, key: string | number): Binary | undefined {
    let source: Uint8Array<ArrayBuffer> | Blob;
    if (ArrayBuffer.isView(input)) source = this.#bytes(input.buffer, input.byteOffset, input.byteLength, key);
    else if (isBlob(input)) source = input;
    else if (/^(Shared)?ArrayBuffer$/.test(tagOf(input))) source = this.#bytes(input as ArrayBuffer, 0, (input as ArrayBuffer).byteLength, key);
    else return undefined;
    const binary = new Binary(source);
    this.binaries.push(binary);
    return binary;
  }

  #bytes(buffer: ArrayBufferLike, offset: number, length: number, key: string | number): Uint8Array<ArrayBuffer> {
    if (isDetached(buffer)) this.#refuse(key, buffer, "is detached");
    const view = new Uint8Array(buffer as ArrayBuffer, offset, length);
    return this.#moving.has(buffer) ? view : view.slice();
  }

  #at(key: string | number): string {
    const [first, ...rest] = [...this.#path, key];
    return first + rest.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`)).join("");
  }

  #refuse(key: string | number, input: unknown, why = "cannot be sent"): never {
    throw new TypeError(`${this.#at(key)} ${why}: ${show(input)}`);
  }
}

function isDetached(buffer: ArrayBufferLike): boolean {
  if (buffer.byteLength > 0) return false;
  try {
    new Uint8Array(buffer);
    return false;
  } catch {
    return true;
  }
}
