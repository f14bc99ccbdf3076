import { fileURLToPath } from "node:url";
import { ensureServers } from "../setup/ensure.mjs";
import { type RunningProcess, startProcess } from "./process.js";

const SCRIPT = fileURLToPath(new URL("server.py", import.meta.url));

export type Generation = 1 | 2;

export interface RealServerOptions {
  readonly generation: Generation;
  readonly secret?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** A running Python server. */
export interface RealServer extends RunningProcess<unknown> {
  readonly url: string;
  /** The version of wslink that it runs on. */
  readonly wslink: string;
}

/** Starts `server.py` on a free port, on the real wslink of a generation. */
export async function startServer({ generation, secret, env }: RealServerOptions): Promise<RealServer> {
  const { v1, v2 } = await ensureServers();
  const started = await startProcess<{ port: number; wslink: string }>([generation === 1 ? v1 : v2, SCRIPT], {
    env: { ...(secret === undefined ? {} : { WSLINK_TEST_SECRET: secret }), ...env },
  });
  const { port, wslink } = started.ready;
  return { ...started, url: `ws://127.0.0.1:${port}/ws`, wslink };
}
