import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The demo as a user has it: the process that was started, and the address that it printed. */
export interface Demo {
  readonly url: string;
  /** All that it has printed so far. */
  output(): string;
  /** Resolves with the exit code when the process has ended and all that it printed is there; null: it was ended by a signal. */
  readonly ended: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
  /** Ends it, and waits until it is gone. */
  stop(): Promise<void>;
}

export interface DemoOptions {
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** The checkout. */
  readonly cwd?: string;
  /** @defaultValue demo/start.mjs by Node */
  readonly command?: readonly [command: string, ...args: string[]];
}

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGTERM");
});

/** Starts the demo on a free port, unless `env` says otherwise, and waits for the address on a line of its own. */
export async function startDemo({ env, cwd = ROOT, command = [process.execPath, "demo/start.mjs"] }: DemoOptions = {}): Promise<Demo> {
  const [program, ...args] = command;
  const child = spawn(program, args, { cwd, env: { ...process.env, PORT: "0", ...env }, stdio: ["ignore", "pipe", "pipe"] });
  running.add(child);
  const printed: string[] = [];
  const ended = once(child, "close").then(([code]: (number | null)[]) => {
    running.delete(child);
    return code ?? null;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => printed.push(text));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      printed.push(`${line}\n`);
      if (/^http:\/\/\S+$/.test(line)) resolve(line);
    });
    child.once("error", reject);
    void ended.then((code) => reject(new Error(`the demo ended with ${code}:\n${printed.join("")}`)));
  });
  return {
    url,
    ended,
    output: () => printed.join(""),
    kill: (signal) => void child.kill(signal),
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** Does anything listen there? */
export async function listens(url: string): Promise<boolean> {
  return fetch(url).then(
    () => true,
    () => false,
  );
}
