import { spawnSync } from "node:child_process";
import { delimiter } from "node:path";
import { fileURLToPath } from "node:url";
import type { Generation } from "../servers/real.js";
import { ensureServers } from "../setup/ensure.mjs";

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Runs a script of this folder on a generation's Python, with the test server's modules at hand. */
export async function python(generation: Generation, script: "expected.py" | "oracle.py", input: unknown = null): Promise<unknown> {
  const { v1, v2 } = await ensureServers();
  const env = { ...process.env, PYTHONPATH: [here("."), here("../servers")].join(delimiter), PYTHONDONTWRITEBYTECODE: "1", PYTHONIOENCODING: "utf-8:surrogatepass" };
  const { status, stdout, stderr } = spawnSync(generation === 1 ? v1 : v2, [here(script)], { input: JSON.stringify(input), env, encoding: "utf8", maxBuffer: 1e9 });
  if (status !== 0) throw new Error(`${script} failed: ${stderr}`);
  return JSON.parse(stdout);
}
