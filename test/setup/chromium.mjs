import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ROOT, SetupError, run, say, which } from "./command.mjs";
import { exclusively } from "./lock.mjs";
import { installSystemPackages } from "./systemPackages.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge"];
const ELSEWHERE = ["/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", "/Applications/Chromium.app/Contents/MacOS/Chromium", "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe"];

/** @type {Promise<string> | undefined} */
let found;

/**
 * The path of a Chromium: the one in the environment variable CHROME, one that is installed, else Playwright's own, else the system's package manager's.
 * @returns {Promise<string>}
 */
export function ensureChromium() {
  found ??= find();
  return found;
}

async function find() {
  const named = process.env["CHROME"];
  if (named) {
    const path = existsSync(named) ? named : which(named);
    if (path) return path;
    throw new SetupError(`CHROME=${named} is no program: give it the path of a Chromium, or unset it.`);
  }
  return (await installed()) ?? (await exclusively(join(ROOT, ".cache/chromium.lock"), async () => (await installed()) ?? (await playwrights()) ?? (await systems())));
}

async function installed() {
  for (const path of [...NAMES.map(which), ...ELSEWHERE]) if (path && (await starts(path))) return path;
  return undefined;
}

/** A program of that name may be a stub that asks for a snap, or lack its libraries. @param {string} path */
async function starts(path) {
  return existsSync(path) && (process.platform === "win32" || (await run(path, ["--version"], { timeoutMs: 30_000 })).code === 0);
}

async function playwrights() {
  const require = createRequire(import.meta.url);
  /** @type {typeof import("@playwright/test")} */
  const { chromium } = require("@playwright/test");
  if (await starts(chromium.executablePath())) return chromium.executablePath();
  say("Downloading Playwright's Chromium …");
  const cli = join(require.resolve("@playwright/test/package.json"), "../cli.js");
  await run(process.execPath, [cli, "install", "chromium", "--no-shell"], { timeoutMs: 300_000 });
  return (await starts(chromium.executablePath())) ? chromium.executablePath() : undefined;
}

async function systems() {
  const byHand = "install Chromium or Chrome and set CHROME to its path.";
  await installSystemPackages({ "apt-get": "chromium", dnf: "chromium", apk: "chromium", pacman: "chromium" }, byHand);
  const path = await installed();
  if (!path) throw new SetupError(`the package manager's chromium does not start: ${byHand}`);
  return path;
}
