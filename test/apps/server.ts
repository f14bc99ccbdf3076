import { dirname, join } from "node:path";
import { type RunningProcess, startProcess } from "../servers/process.js";
import { ROOT } from "../setup/command.mjs";
import { ensureApps } from "./setup.mjs";

/** Starts an app's server (a Python script below test/apps). */
export async function startApp(script: string, generation: 1 | 2, env: Readonly<Record<string, string>> = {}): Promise<RunningProcess<{ readonly port: number }>> {
  const { v1, v2 } = await ensureApps();
  const path = join(ROOT, "test/apps", script);
  return startProcess([generation === 1 ? v1 : v2, path], { cwd: dirname(path), env });
}
