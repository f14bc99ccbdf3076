import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT } from "../setup/command.mjs";
import { ensureApps } from "./setup.mjs";

/** Starts an app's server (a Python script below test/apps) and waits for its line `READY {"port": …}`. */
export async function startApp(script: string, generation: 1 | 2, env: Readonly<Record<string, string>> = {}): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const { v1, v2 } = await ensureApps();
  const path = join(ROOT, "test/apps", script);
  const child = spawn(generation === 1 ? v1 : v2, [path], {
    cwd: dirname(path),
    env: { ...process.env, PYTHONUNBUFFERED: "1", PYTHONDONTWRITEBYTECODE: "1", ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  const ended = once(child, "close");
  const printed: string[] = [];
  child.stderr.setEncoding("utf8").on("data", (text: string) => printed.push(text));
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith("READY ")) resolve((JSON.parse(line.slice("READY ".length)) as { port: number }).port);
      printed.push(`${line}\n`);
    });
    child.once("error", reject);
    void ended.then(() => reject(new Error(`${script} ended before it was ready:\n${printed.join("")}`)));
  });
  return {
    port,
    async stop() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
