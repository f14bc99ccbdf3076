import { arch, cpus, release, totalmem, type } from "node:os";
import { ensureChromium } from "../setup/ensure.mjs";
import { run } from "../setup/command.mjs";

/** On what was measured, in one paragraph. */
export async function machine(rounds: number): Promise<string> {
  const { output } = await run(await ensureChromium(), ["--version"]);
  const browser = /(Chromium|Chrome)[^\d]*[\d.]+/.exec(output)?.[0] ?? "Chromium";
  const [cpu] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${new Date().toISOString().slice(0, 10)}, ${rounds} rounds, medians with their ranges. ${browser}, Node ${process.versions.node}, ${type()} ${release()} ${arch()}, ${cpus().length} × ${cpu?.model.trim()}, ${memory} GB. Everything on loopback: server, network process and renderer share these cores.`;
}
