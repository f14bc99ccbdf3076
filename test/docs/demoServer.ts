import { join } from "node:path";
import { startProcess } from "../servers/process.js";
import { ROOT } from "../setup/command.mjs";
import { ensureServers } from "../setup/ensure.mjs";

/** The demo's server, which the examples of the docs talk to, on a free port. */
export async function startDemoServer(generation: 1 | 2): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const { v1, v2 } = await ensureServers();
  const command = [generation === 1 ? v1 : v2, join(ROOT, "demo/server.py"), "--host", "127.0.0.1", "--port", "0", "--end-with-stdin"] as const;
  const { ready: port, stop } = await startProcess(command, { ready: (line) => line.match(/port (\d+)$/)?.[1] });
  return { url: `ws://127.0.0.1:${port}/ws`, stop };
}
