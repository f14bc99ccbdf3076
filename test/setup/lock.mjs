import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

/**
 * Runs `work` while no other process that asked for the same lock does. A lock whose owner is dead counts for nothing.
 * @template T
 * @param {string} path the lock's file
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function exclusively(path, work) {
  mkdirSync(dirname(path), { recursive: true });
  while (!take(path)) {
    if (!existsSync(path) || clearDead(path)) continue;
    await wait(100); // the owner is another process: there is no event to wait for
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
  }
}

/** @param {string} path */
function take(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "EEXIST") return false;
    throw error;
  }
}

/** Renaming before removing: of several that find a dead owner one clears the lock, and the others find it gone. @param {string} path */
function clearDead(path) {
  try {
    const owner = Number(readFileSync(path, "utf8"));
    if (owner === 0 || alive(owner)) return false; // an empty file is one that is being written
    const aside = `${path}.${process.pid}`;
    renameSync(path, aside);
    rmSync(aside);
    return true;
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === "ENOENT") return true;
    throw error;
  }
}

/** @param {number} pid */
function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === "EPERM";
  }
}
