/** What may be given for something: a test, and the words for an error. */
// biome-ignore lint/suspicious/noExplicitAny: a test takes whatever it is given
export type Kind = readonly [test: (value: any) => boolean, words: string];

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export const STRING: Kind = [(value) => typeof value === "string", "a string"];
export const FUNCTION: Kind = [(value) => typeof value === "function", "a function"];
export const OBJECT: Kind = [isRecord, "an object"];
export const ARRAY: Kind = [Array.isArray, "an array"];
export const FLAG: Kind = [(value) => typeof value === "boolean", "true or false"];
export const FINITE: Kind = [(value) => Number.isFinite(value) && value >= 0, "a finite number ≥ 0"];

/** Of times: not at all. Of limits: none. */
export const NEVER: number = Number.POSITIVE_INFINITY;

/** How many, or how large. A fraction of a byte would be lost where a message is cut. */
/* @__NO_SIDE_EFFECTS__ */
export const count = (least: number): Kind => [(value) => (Number.isInteger(value) || value === NEVER) && value >= least, `an integer ≥ ${least}, or Infinity`];
export const COUNT: Kind = count(0);

/** The longest delay of the platform's timers: a longer one makes them fire at once. */
const LONGEST_MS = 2 ** 31 - 1;
const isTime = (value: unknown): boolean => FINITE[0](value) && (value as number) <= LONGEST_MS;
export const TIME: Kind = [isTime, "a time of 0 to 2147483647 ms"];
export const TIME_OR_NEVER: Kind = [(value) => isTime(value) || value === NEVER, `${TIME[1]}, or Infinity`];

/* @__NO_SIDE_EFFECTS__ */
export const just = (...values: unknown[]): Kind => [(value) => values.includes(value), values.map(show).join(" or ")];
/* @__NO_SIDE_EFFECTS__ */
export const either = (...kinds: Kind[]): Kind => [(value) => kinds.some(([test]) => test(value)), kinds.map(([, words]) => words).join(" or ")];
/* @__NO_SIDE_EFFECTS__ */
export const having = (...methods: string[]): Kind => [(value) => isRecord(value) && methods.every((name) => FUNCTION[0](value[name])), `an object with ${methods.join(", ")}`];

/** Gives `value` back. @throws TypeError that names the path and the value received. */
export function check<T>(path: string, value: T, [test, words]: Kind): T {
  // the value of a secret is nobody's business
  if (!test(value)) throw new TypeError(`${path} must be ${words}, got ${path.includes("secret") ? typeof value : show(value)}`);
  return value;
}

/** A text in which addresses stand without user, password, query and fragment: those may be private. */
export const redacted = (text: string): string => text.replace(/(\w:\/\/|^(?!\w+:\/\/))(?:[^\s/?#]*@)?([^\s?#'"]*)[^\s'"]*/g, "$1$2");

/** `value` as it may stand in a message. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return `function ${value.name}`;
  return typeof value === "object" && value !== null ? `a ${tagOf(value)}` : String(value);
}

/** `Map`, `ArrayBuffer`, …: what the platform calls an object, of whichever realm. */
export const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

/** By its brand, of whichever realm: test environments have typed arrays and buffers of their own. */
export const isArrayBuffer = (value: unknown): value is ArrayBuffer => tagOf(value) === "ArrayBuffer";

/** By its brand: one of an iframe is a Blob too. Those of happy-dom have none. */
export const isBlob = (value: object): value is Blob => /^(Blob|File)$/.test(tagOf(value)) || (typeof (value as Blob).arrayBuffer === "function" && typeof (value as Blob).size === "number");

/** Options with every default filled in. */
export type Complete<T> = { readonly [Name in keyof T]-?: Exclude<T[Name], undefined> };

/** Of every option there is its default and its kind. */
export type Table<T> = { readonly [Name in keyof T]-?: readonly [byDefault: T[Name], kind: Kind] };

/** Checks options against the table of all there are, and fills in the defaults; `undefined` is not given, and of times that may be never 0 means that. @throws TypeError */
export function filled<T extends object>(path: string, given: object, table: Table<T>): T {
  const all: Record<string, unknown> = {};
  const known = Object.keys(table);
  for (const name of Object.keys(check(path, given, OBJECT))) if (!known.includes(name)) throw new TypeError(`${path}.${name} is not an option; there are ${known.join(", ")}`);
  for (const name in table) {
    const [byDefault, kind] = table[name];
    const value = (given as T)[name];
    all[name] = value === undefined ? byDefault : check(`${path}.${name}`, value, kind);
    if (kind === TIME_OR_NEVER) all[name] ||= NEVER;
  }
  return all as T;
}
