import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ensureServers } from "../setup/ensure.mjs";

const SCRIPT = fileURLToPath(new URL("server.py", import.meta.url));

export type Generation = 1 | 2;

export interface RealServerOptions {
  readonly generation: Generation;
  readonly secret?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** A running Python server. */
export interface RealServer {
  readonly url: string;
  readonly generation: Generation;
  readonly pid: number;
  /** The version of wslink that it runs on. */
  readonly wslink: string;
  /** All that it has printed so far, stdout and stderr. */
  log(): string;
  /** Ends the process and waits until it is gone; once it is gone already, nothing. */
  stop(): Promise<void>;
  /** Sends a signal (SIGSTOP and SIGCONT too) and waits for nothing. */
  kill(signal: NodeJS.Signals): void;
  /** Resolves when the process has ended, however. */
  readonly ended: Promise<void>;
}

const children = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

/** Starts `server.py` on a free port, on the real wslink of a generation. */
export async function startServer({ generation, secret, env }: RealServerOptions): Promise<RealServer> {
  const { v1, v2 } = await ensureServers();
  const child = spawn(generation === 1 ? v1 : v2, [SCRIPT], {
    env: { ...process.env, PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1", ...(secret === undefined ? {} : { WSLINK_TEST_SECRET: secret }), ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  children.add(child);
  const ended = once(child, "close").then(() => {
    children.delete(child);
  });
  const printed: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => printed.push(text));
  const { port, wslink } = await new Promise<{ port: number; wslink: string }>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith("READY ")) resolve(JSON.parse(line.slice("READY ".length)));
      printed.push(`${line}\n`);
    });
    child.once("error", reject);
    void ended.then(() => reject(new Error(`the test server (wslink ${generation}.x) ended before it was ready:\n${printed.join("")}`)));
  });
  return {
    url: `ws://127.0.0.1:${port}/ws`,
    generation,
    wslink,
    pid: child.pid as number,
    log: () => printed.join(""),
    kill: (signal) => void child.kill(signal),
    ended,
    async stop() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
