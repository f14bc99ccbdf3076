import type { PlaceOptions, Trouble } from "./backend.js";

export interface Address {
  readonly id: number;
  readonly url: string;
}

/** What Node does for the page, which can start no server itself. */
export interface Host {
  /** The real Python server of a generation. */
  start(generation: 1 | 2, options: PlaceOptions): Promise<Address>;
  trouble(kind: Trouble): Promise<Address>;
  log(id: number): Promise<string>;
  stop(id: number): Promise<void>;
}

/** The name under which the page finds it. */
export const HOST = "contractHost";

/** The host as the page sees it: one exposed function, told what to do. */
export function hostInPage(): Host {
  const ask = (Reflect.get(globalThis, HOST) as (method: keyof Host, args: unknown[]) => Promise<never>).bind(globalThis);
  return {
    start: (...args) => ask("start", args),
    trouble: (...args) => ask("trouble", args),
    log: (...args) => ask("log", args),
    stop: (...args) => ask("stop", args),
  };
}
