import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** Python's way to `ending.py`. */
const LIB = fileURLToPath(new URL("lib", import.meta.url));

export interface ProcessOptions<Ready> {
  readonly cwd?: string | undefined;
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** What the line that it prints when it listens tells; `undefined` for every other line. @defaultValue of `READY {…}` the JSON */
  readonly ready?: (line: string) => Ready | undefined;
  /** What ends it. @defaultValue SIGKILL */
  readonly signal?: NodeJS.Signals;
}

/** A server in a process of its own. */
export interface RunningProcess<Ready> {
  readonly ready: Ready;
  readonly pid: number;
  /** All that it has printed so far, stdout and stderr. */
  log(): string;
  /** Resolves with the exit code when the process has ended and all that it printed is there; null: it was ended by a signal. */
  readonly ended: Promise<number | null>;
  /** Sends a signal (SIGSTOP and SIGCONT too) and waits for nothing. */
  kill(signal: NodeJS.Signals): void;
  /** Ends the process and waits until it is gone; once it is gone already, nothing. */
  stop(): Promise<void>;
}

const running = new Map<ChildProcess, NodeJS.Signals>();
process.once("exit", () => {
  for (const [child, signal] of running) child.kill(signal);
});

const readyLine = (line: string): never | undefined => (line.startsWith("READY ") ? (JSON.parse(line.slice("READY ".length)) as never) : undefined);

/** Starts a server and waits until it listens; it ends with us. */
export async function startProcess<Ready>(
  [command, ...args]: readonly [command: string, ...args: string[]],
  { cwd, env, ready = readyLine, signal = "SIGKILL" }: ProcessOptions<Ready> = {},
): Promise<RunningProcess<Ready>> {
  const PYTHONPATH = [LIB, process.env["PYTHONPATH"]].filter(Boolean).join(delimiter);
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, PYTHONPATH, PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1", ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  running.set(child, signal);
  const ended = once(child, "close").then(([code]: (number | null)[]) => {
    running.delete(child);
    return code ?? null;
  });
  const printed: string[] = [];
  const log = (): string => printed.join("");
  child.stderr.setEncoding("utf8").on("data", (text: string) => printed.push(text));
  const first = await new Promise<Ready>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      printed.push(`${line}\n`);
      const told = ready(line);
      if (told !== undefined) resolve(told);
    });
    child.once("error", reject);
    void ended.then((code) => reject(new Error(`${[command, ...args].join(" ")} ended with ${code} before it was ready:\n${log()}`)));
  });
  return {
    ready: first,
    pid: child.pid as number,
    log,
    ended,
    kill: (sent) => void child.kill(sent),
    async stop() {
      child.stdin.end(); // the launcher's servers end with it
      child.kill(signal);
      await ended;
    },
  };
}
