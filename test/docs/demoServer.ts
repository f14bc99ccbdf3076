import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "../setup/command.mjs";
import { ensureServers } from "../setup/ensure.mjs";

/** The demo's server, which the examples of the docs talk to, on a free port. */
export async function startDemoServer(generation: 1 | 2): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const { v1, v2 } = await ensureServers();
  const args = [join(ROOT, "demo/server.py"), "--host", "127.0.0.1", "--port", "0", "--end-with-stdin"];
  const child = spawn(generation === 1 ? v1 : v2, args, { env: { ...process.env, PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1" }, stdio: ["pipe", "pipe", "pipe"] });
  const ended = once(child, "close");
  const printed: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => printed.push(text));
  const port = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = line.match(/port (\d+)$/)?.[1];
      if (found) resolve(found);
    });
    void ended.then(() => reject(new Error(`demo/server.py ended before it was ready:\n${printed.join("")}`)));
  });
  return {
    url: `ws://127.0.0.1:${port}/ws`,
    async stop() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
