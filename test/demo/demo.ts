import { type RunningProcess, startProcess } from "../servers/process.js";
import { ROOT } from "../setup/command.mjs";

/** The demo as a user has it: the process that was started, and the address that it printed. */
export interface Demo extends RunningProcess<unknown> {
  readonly url: string;
}

export interface DemoOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The checkout. */
  readonly cwd?: string;
  /** @defaultValue demo/start.mjs by Node */
  readonly command?: readonly [command: string, ...args: string[]];
}

/** Starts the demo on a free port, unless `env` says otherwise, and waits for the address on a line of its own. */
export async function startDemo({ env, cwd = ROOT, command = [process.execPath, "demo/start.mjs"] }: DemoOptions = {}): Promise<Demo> {
  const started = await startProcess(command, { cwd, env: { PORT: "0", ...env }, signal: "SIGTERM", ready: (line) => line.match(/^http:\/\/\S+$/)?.[0] });
  return { ...started, url: started.ready };
}

/** Does anything listen there? */
export async function listens(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}
