import type { Bench } from "./bench.js";

type Generation = 1 | 2;

/** One thing that the legacy client does, and what ours does in its place. */
export interface Clause {
  readonly name: string;
  /** `kept`: the same; `mended`: ours does better; `differs`: ours does otherwise, for a reason that the guide gives; `added`: the legacy client on npm has nothing like it; `left`: ours has nothing like it. */
  readonly kind: "kept" | "mended" | "differs" | "added" | "left";
  /** Where the page stands at its origin. @defaultValue "/404/" */
  readonly at: string;
  /** Whether it needs a server of its own: it ends it, or other clients that come and go would disturb it. */
  readonly ownServer: boolean;
  readonly run: (bench: Bench) => Promise<unknown>;
  /** What the clients do: values as they come out of a page. */
  readonly legacy: (generation: Generation) => unknown;
  readonly ours: (generation: Generation) => unknown;
}

interface More {
  readonly at?: string;
  readonly ownServer?: boolean;
}

/** An expectation that differs between the generations. */
export class ByGeneration {
  constructor(
    readonly v1: unknown,
    readonly v2: unknown,
  ) {}
}
export const by = (v1: unknown, v2: unknown): ByGeneration => new ByGeneration(v1, v2);
const expected = (value: unknown) => (generation: Generation) => (value instanceof ByGeneration ? (generation === 1 ? value.v1 : value.v2) : value);

export function kept(name: string, both: unknown, run: Clause["run"], { at = "/404/", ownServer = false }: More = {}): Clause {
  return { name, kind: "kept", at, ownServer, run, legacy: expected(both), ours: expected(both) };
}

export function mended(name: string, legacy: unknown, ours: unknown, run: Clause["run"], { at = "/404/", ownServer = false }: More = {}): Clause {
  return { name, kind: "mended", at, ownServer, run, legacy: expected(legacy), ours: expected(ours) };
}

export function added(name: string, ours: unknown, run: Clause["run"], { at = "/404/", ownServer = false }: More = {}): Clause {
  return { name, kind: "added", at, ownServer, run, legacy: () => undefined, ours: expected(ours) };
}

export function differs(name: string, legacy: unknown, ours: unknown, run: Clause["run"]): Clause {
  return { ...mended(name, legacy, ours, run), kind: "differs" };
}

export function left(name: string, legacy: unknown, ours: unknown, run: Clause["run"]): Clause {
  return { ...mended(name, legacy, ours, run), kind: "left" };
}
