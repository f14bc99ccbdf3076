import { existsSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ROOT, SetupError, reason, run, say } from "./command.mjs";
import { exclusively } from "./lock.mjs";
import { installSystemPackages } from "./systemPackages.mjs";

const BY_HAND = "install Python 3.10 or newer with venv and pip (Debian: python3-venv).";

/**
 * The Python interpreters of two virtual environments below `.cache/servers`, with wslink 1.x and 2.x as `servers-v1.txt` and `servers-v2.txt` pin them.
 * They are made when they are not there, or when a pin has changed.
 * @returns {Promise<{ v1: string, v2: string }>}
 */
export function ensureServers() {
  const pins = (/** @type {string} */ generation) => fileURLToPath(new URL(`servers-${generation}.txt`, import.meta.url));
  return ensureEnvironments({ folder: ".cache/servers", pins: { v1: pins("v1"), v2: pins("v2") }, proof: "import wslink.server" });
}

/**
 * Makes a virtual environment for each generation of wslink, unless it is there as its pins say.
 * @param {{ folder: string, pins: { v1: string, v2: string }, proof: string }} wanted `pins`: files for `pip install -r`; `proof`: Python code that runs when all is well
 * @returns {Promise<{ v1: string, v2: string }>}
 */
export async function ensureEnvironments({ folder, pins, proof }) {
  const v1 = environment(join(ROOT, folder, "v1"), pins.v1, proof);
  const v2 = environment(join(ROOT, folder, "v2"), pins.v2, proof);
  if (!v1.ready() || !v2.ready()) {
    await exclusively(join(ROOT, `${folder}.lock`), async () => {
      const missing = [v1, v2].filter((one) => !one.ready());
      if (missing.length === 0) return; // another process has made them
      const python = await findPython();
      say(`Installing ${missing.map((one) => one.content).join(" and ")} from PyPI …`);
      const outcomes = await Promise.allSettled(missing.map((one) => one.make(python)));
      for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
    });
  }
  return { v1: v1.python, v2: v2.python };
}

/** @param {string} folder @param {string} pins @param {string} proof */
function environment(folder, pins, proof) {
  const wanted = readFileSync(pins, "utf8");
  const stamp = join(folder, "stamp");
  const python = process.platform === "win32" ? join(folder, "Scripts/python.exe") : join(folder, "bin/python");
  // an environment made by another Python of the system does not see its packages any more
  const expected = () => `${wanted}${realpathSync(python)}\n`;
  return {
    python,
    content: wanted
      .split("\n")
      .filter((line) => /^(wslink|vtk|trame)==/.test(line))
      .join(", "),
    ready: () => existsSync(python) && existsSync(stamp) && readFileSync(stamp, "utf8") === expected(),
    /** @param {string} system */
    async make(system) {
      rmSync(folder, { recursive: true, force: true });
      const made = await run(system, ["-m", "venv", folder]);
      if (made.code !== 0) throw new SetupError(`"${system} -m venv" failed (${reason(made.output)}): ${BY_HAND}`);
      const got = await run(python, ["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "-r", pins]);
      if (got.code !== 0) throw new SetupError(`"pip install -r ${pins}" failed (${reason(got.output)}): run it again where PyPI can be reached.`);
      const imported = await run(python, ["-c", proof]);
      if (imported.code !== 0) throw new SetupError(`"${proof}" fails in ${folder} (${reason(imported.output)}): ${BY_HAND}`);
      writeFileSync(stamp, expected()); // the last step: a half-made environment has none
    },
  };
}

/** A Python that can make virtual environments; the system's packages are installed when none can. */
async function findPython() {
  const found = await usable();
  if (found) return found;
  await installSystemPackages({ "apt-get": "python3 python3-venv", dnf: "python3 python3-pip", apk: "python3 py3-pip", pacman: "python" }, BY_HAND);
  const installed = await usable();
  if (!installed) throw new SetupError(`no Python here can make a virtual environment: ${BY_HAND}`);
  return installed;
}

async function usable() {
  for (const name of [process.env["PYTHON"], "python3", "python", "py"]) {
    // Debian's python3 has venv without ensurepip, which makes environments without pip
    if (name && (await run(name, ["-c", "import sys, venv, ensurepip; assert sys.version_info >= (3, 10)"])).code === 0) return name;
  }
  return undefined;
}
