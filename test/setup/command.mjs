import { spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's top. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Something that the machine lacks. Its message is one line that says what to do. */
export class SetupError extends Error {
  /** @override */
  name = "SetupError";
}

/** Tells what is about to take long. @param {string} line */
export function say(line) {
  console.log(`wslink-rx: ${line}`);
}

/**
 * Runs a command to its end; it rejects for nothing, a command that cannot be started has the code -1.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, timeoutMs?: number, show?: boolean }} [options] `show`: its output goes straight to ours
 * @returns {Promise<{ code: number, output: string }>}
 */
export function run(command, args, { cwd = ROOT, env = {}, timeoutMs = 0, show = false } = {}) {
  return new Promise((resolve) => {
    /** @type {string[]} */
    const output = [];
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: ["ignore", show ? "inherit" : "pipe", show ? "inherit" : "pipe"], timeout: timeoutMs });
    child.stdout?.setEncoding("utf8").on("data", (text) => output.push(text));
    child.stderr?.setEncoding("utf8").on("data", (text) => output.push(text));
    child.once("error", (error) => resolve({ code: -1, output: error.message }));
    child.once("close", (code, signal) => resolve({ code: code ?? -1, output: output.join("") + (signal ? `\nended by ${signal}` : "") }));
  });
}

/** The line of an output that says most about why it failed. @param {string} output */
export function reason(output) {
  const lines = output.split("\n").map((line) => line.trim());
  const told = lines.filter((line) => line !== "");
  const code = told.find((line) => line.startsWith("npm error code")); // its last lines are advice
  return code ?? told.findLast((line) => /error|cannot|unable|no module/i.test(line) && !/complete log/i.test(line)) ?? told.at(-1) ?? "it said nothing";
}

/** The full path of a command in PATH. @param {string} name */
export function which(name) {
  const endings = process.platform === "win32" ? [".exe", ".cmd"] : [""];
  const places = (process.env["PATH"] ?? "").split(delimiter).flatMap((folder) => endings.map((ending) => join(folder, name + ending)));
  return places.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
