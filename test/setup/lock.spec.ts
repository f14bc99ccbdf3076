import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { run } from "./command.mjs";
import { exclusively } from "./lock.mjs";

let folder: string;
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "wslink-rx-lock-"));
});
test.afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A process that writes "in" and "out" while it holds the lock, or dies in it. */
const holder = (dies: boolean) =>
  run(process.execPath, [
    "--input-type=module",
    "-e",
    `import { appendFileSync } from "node:fs";
     import { exclusively } from ${JSON.stringify(new URL("lock.mjs", import.meta.url).href)};
     await exclusively(${JSON.stringify(join(folder, "lock"))}, async () => {
       appendFileSync(${JSON.stringify(join(folder, "log"))}, "in\\n");
       if (${dies}) process.kill(process.pid, "SIGKILL");
       await new Promise((later) => setImmediate(later));
       appendFileSync(${JSON.stringify(join(folder, "log"))}, "out\\n");
     });`,
  ]);
const log = () => readFileSync(join(folder, "log"), "utf8").trim().split("\n");

test("processes that want one lock run one after the other", async () => {
  const ended = await Promise.all([holder(false), holder(false), holder(false), holder(false)]);
  expect(ended.map(({ code, output }) => code || output)).toEqual(["", "", "", ""]);
  expect(log()).toEqual(["in", "out", "in", "out", "in", "out", "in", "out"]);
});

test("the lock of a process that was killed is taken by the others", async () => {
  await holder(true);
  const ended = await Promise.all([holder(false), holder(false)]);
  expect(ended.map(({ code, output }) => code || output)).toEqual(["", ""]);
  expect(log()).toEqual(["in", "in", "out", "in", "out"]);
});

test("a lock is free again after work that failed", async () => {
  const lock = join(folder, "lock");
  await expect(exclusively(lock, () => Promise.reject(new Error("failed")))).rejects.toThrow("failed");
  writeFileSync(lock, "", { flag: "wx" }); // it is gone
  expect(readFileSync(lock, "utf8")).toBe("");
});
