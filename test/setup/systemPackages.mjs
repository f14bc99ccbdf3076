import { join } from "node:path";
import { ROOT, reason, run, SetupError, say, which } from "./command.mjs";
import { exclusively } from "./lock.mjs";

/** How each package manager installs without asking. */
const MANAGERS = {
  "apt-get": { before: ["update"], install: ["install", "-y", "--no-install-recommends"] },
  dnf: { before: undefined, install: ["install", "-y"] },
  apk: { before: undefined, install: ["add"] },
  pacman: { before: undefined, install: ["-Sy", "--noconfirm"] },
};

/**
 * Installs packages of the system.
 * @param {Record<keyof typeof MANAGERS, string>} names the packages of each manager, separated by spaces
 * @param {string} otherwise what a person can do when it does not work: the end of a sentence
 */
export function installSystemPackages(names, otherwise) {
  return exclusively(join(ROOT, ".cache/packages.lock"), () => install(names, otherwise)); // a package manager runs but once
}

/** @param {Record<keyof typeof MANAGERS, string>} names @param {string} otherwise */
async function install(names, otherwise) {
  const manager = /** @type {(keyof typeof MANAGERS)[]} */ (Object.keys(MANAGERS)).find(which);
  if (!manager) throw new SetupError(`no package manager that is known here: ${otherwise}`);
  const byHand = `${manager} ${MANAGERS[manager].install.join(" ")} ${names[manager]}`;
  const root = process.getuid?.() === 0;
  if (!root && (!which("sudo") || (await run("sudo", ["-n", "true"])).code !== 0)) throw new SetupError(`${byHand} needs root: run it, or ${otherwise}`);
  say(`Installing ${names[manager]} with ${manager} (a minute or more) …`);
  const { before, install } = MANAGERS[manager];
  for (const args of [...(before ? [before] : []), [...install, ...names[manager].split(" ")]]) {
    const asRoot = root ? [manager, ...args] : ["sudo", "-n", "DEBIAN_FRONTEND=noninteractive", manager, ...args];
    const { code, output } = await run(/** @type {string} */ (asRoot[0]), asRoot.slice(1), { env: { DEBIAN_FRONTEND: "noninteractive" } });
    if (code !== 0 && args !== before) throw new SetupError(`${byHand} failed (${reason(output)}): run it by hand, or ${otherwise}`);
  }
}
