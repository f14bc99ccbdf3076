import type { Backend } from "./backend.js";
import { mockBackend } from "./mockBackend.js";
import { realBackend } from "./realBackend.js";

/** Every target of the contract, made in the page. A new one is a line here, and a spec file that calls `contract` with its name. */
export const BACKENDS = {
  "mock v1": (secret: string) => mockBackend("v1", secret),
  "mock v2": (secret: string) => mockBackend("v2", secret),
  "real v1": (secret: string) => realBackend("v1", secret),
  "real v2": (secret: string) => realBackend("v2", secret),
} as const satisfies Record<string, (secret: string) => Promise<Backend>>;

export type BackendName = keyof typeof BACKENDS;
