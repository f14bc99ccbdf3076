import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ROOT, reason, run, SetupError, say } from "../setup/command.mjs";
import { exclusively } from "../setup/lock.mjs";
import { ensureEnvironments } from "../setup/servers.mjs";
import { installSystemPackages } from "../setup/systemPackages.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));

/**
 * What the real apps need: their npm packages, and the Python interpreters of two environments with VTK and trame, on wslink 1.x and 2.x.
 * @returns {Promise<{ v1: string, v2: string }>}
 */
export async function ensureApps() {
  await ensurePackages();
  const pins = { v1: join(HERE, "pins-v1.txt"), v2: join(HERE, "pins-v2.txt") };
  const pythons = await ensureEnvironments({ folder: ".cache/apps", pins, proof: "import vtkmodules.web.wslink, trame.app" });
  await ensureRendering(pythons.v2);
  return pythons;
}

async function ensurePackages() {
  const lock = readFileSync(join(HERE, "package-lock.json"), "utf8");
  const stamp = join(HERE, "node_modules/.stamp");
  const ready = () => existsSync(stamp) && readFileSync(stamp, "utf8") === lock;
  if (ready()) return;
  await exclusively(join(ROOT, ".cache/apps-npm.lock"), async () => {
    if (ready()) return;
    say("Installing the apps' npm packages …");
    const { code, output } = await run("npm", ["ci", "--no-audit", "--no-fund"], { cwd: HERE });
    if (code !== 0) throw new SetupError(`"npm ci" in test/apps failed (${reason(output)}): run it again where the npm registry can be reached.`);
    writeFileSync(stamp, lock);
  });
}

/** VTK renders off screen by EGL, and dies without a word where there is none: so a process of its own tries. @param {string} python */
async function ensureRendering(python) {
  if (await renders(python)) return;
  const byHand = "install EGL and Mesa (Debian: libegl1 libgl1-mesa-dri).";
  await installSystemPackages({ "apt-get": "libegl1 libgl1-mesa-dri", dnf: "mesa-libEGL mesa-dri-drivers", apk: "mesa-egl mesa-dri-gallium", pacman: "mesa" }, byHand);
  if (!(await renders(python))) throw new SetupError(`VTK cannot render off screen here: ${byHand}`);
}

/** @param {string} python */
async function renders(python) {
  return (await run(python, [join(HERE, "vtk/renders.py")])).code === 0;
}
