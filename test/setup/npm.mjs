import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, SetupError, reason, run, say } from "./command.mjs";
import { exclusively } from "./lock.mjs";

/** Installs the npm packages unless what stands in node_modules is what package-lock.json asks for. */
export async function ensureNpm() {
  if (installed()) return;
  await exclusively(join(ROOT, ".cache/npm.lock"), async () => {
    if (installed()) return; // by the process that was waited for
    say("Installing the npm packages …");
    const { code, output } = await npm(["ci", "--include=dev", "--no-audit", "--no-fund"]);
    if (code !== 0) throw new SetupError(`"npm ci" failed (${reason(output)}): run it where the npm registry can be reached.`);
  });
}

/**
 * Runs npm: the one that runs us, if one does.
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export function npm(args, options) {
  const script = process.env["npm_execpath"];
  return script?.endsWith("npm-cli.js") ? run(process.execPath, [script, ...args], options) : run(process.platform === "win32" ? "npm.cmd" : "npm", args, options);
}

function installed() {
  const record = join(ROOT, "node_modules/.package-lock.json"); // npm writes it last
  if (!existsSync(record)) return false;
  const there = packages(record);
  return Object.entries(packages(join(ROOT, "package-lock.json"))).every(([path, wanted]) => path === "" || wanted.optional || there[path]?.version === wanted.version);
}

/** @param {string} lock @returns {Record<string, { version?: string, optional?: boolean }>} */
function packages(lock) {
  return JSON.parse(readFileSync(lock, "utf8")).packages;
}
