import * as esm from "wslink-rx";
import { BACKENDS, type BackendName } from "./backends.js";
import type { Backend, Library } from "./backend.js";
import { behaviours } from "./behaviours.js";
import { large } from "./behaviours/large.js";
import { Contract } from "./contract.js";
import { Seen } from "./seen.js";
import { Uncaught } from "./uncaught.js";

/** How the built package comes into the page. */
const LIBRARIES = {
  esm: async () => esm as Library,
  standalone: (url = "/dist/standalone.js") => import(url) as Promise<Library>,
  umd: () => byScripts("/dist/umd/wslink-rx.js"),
  "umd, rxjs outside": () => byScripts("/node_modules/rxjs/dist/bundles/rxjs.umd.min.js", "/dist/umd/wslink-rx.external.js"),
} as const satisfies Record<string, () => Promise<Library>>;

export type LibraryName = keyof typeof LIBRARIES;

export interface Outcome {
  /** Undefined: it held. */
  readonly failure: string | undefined;
  readonly assertions: number;
  /** Where a secret was seen since the page was prepared. */
  readonly leaks: readonly string[];
  /** How much was searched: of errors, states, frames, log entries, console lines. */
  readonly searched: Readonly<Record<string, number>>;
}

interface Prepared {
  readonly library: Library;
  readonly backend: Backend;
  readonly secret: string;
  readonly seen: Seen;
}
let prepared: Prepared;

export async function prepare(backend: BackendName, library: LibraryName, secret: string): Promise<void> {
  const seen = new Seen(secret);
  for (const level of ["debug", "info", "log", "warn", "error"] as const) {
    const print = console[level].bind(console);
    console[level] = (...parts: unknown[]) => {
      seen.add("console", parts);
      print(...parts);
    };
  }
  prepared = { library: await LIBRARIES[library](), backend: await BACKENDS[backend](secret), secret, seen };
}

/** Proves one behaviour, and that nothing is left of it afterwards. */
export async function run(name: string): Promise<Outcome> {
  const behaviour = [...behaviours, ...large].find((one) => one.name === name);
  if (!behaviour) throw new Error(`no behaviour is called ${name}`);
  const { library, backend, secret, seen } = prepared;
  const uncaught = new Uncaught();
  const t = new Contract(library, backend, secret, seen, uncaught);
  const failures: unknown[] = [];
  const step = async (work: () => unknown) => {
    try {
      await work();
    } catch (error) {
      failures.push(error);
    }
  };
  await step(() => behaviour.run(t));
  await step(() => t.end());
  await step(() => uncaught.end());
  if (failures.length === 0 && t.assertions === 0) failures.push(new Error("it asserts nothing"));
  const failure = failures.length > 0 ? failures.map((error) => (error instanceof Error ? (error.stack ?? String(error)) : String(error))).join("\n") : undefined;
  return { failure, assertions: t.assertions, leaks: seen.leaks, searched: seen.counts };
}

/** What servers in the page have logged. */
export const logs = (): readonly string[] => prepared.backend.logs?.() ?? [];

/** Shows the secret in every place that is searched, so that the search itself is proved. */
export async function plant(): Promise<Outcome> {
  const { library, backend, seen, secret } = prepared;
  const hidden = Object.defineProperty(new Error("an error"), "detail", { value: { request: [secret] }, enumerable: false });
  seen.add("errors", new Error(`about ${secret}`));
  seen.add("errors", new Error("outside", { cause: new Error("inside", { cause: secret }) }));
  seen.add("errors", hidden);
  seen.add("states", { status: "closed", cause: { [secret]: 1 } });
  seen.add("frames", { direction: "out", data: new TextEncoder().encode(`{"secret":"${secret}"}`).buffer });
  seen.add("log", { level: "warn", message: "m", error: new AggregateError([new Error(secret)]) });
  console.warn(`a warning about ${secret}`);
  console.warn("another", { deep: [secret] });
  const session = await library.connect(backend.shared.options.url, { ...backend.shared.options, secret });
  await session.call("test.mistake", [secret]).catch(() => {}); // the server logs its traceback
  await session.close();
  return { failure: undefined, assertions: 0, leaks: seen.leaks, searched: seen.counts };
}

async function byScripts(...urls: readonly string[]): Promise<Library> {
  for (const src of urls) {
    await new Promise((loaded, failed) => document.head.append(Object.assign(document.createElement("script"), { src, onload: loaded, onerror: failed })));
  }
  return Reflect.get(globalThis, "WslinkRx") as Library;
}
