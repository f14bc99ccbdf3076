import type { Contract } from "./contract.js";

/** One thing that holds on every backend. It runs in a page, on the built files. */
export interface Behaviour {
  readonly name: string;
  run(t: Contract): Promise<void>;
}

/** A theme: sentences and what proves them. */
export function theme(name: string, list: Record<string, (t: Contract) => Promise<void>>): Behaviour[] {
  return Object.entries(list).map(([sentence, run]) => ({ name: `${name}: ${sentence}`, run }));
}
