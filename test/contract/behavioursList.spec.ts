import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "@playwright/test";
import { checkList } from "./behavioursList.js";
import type { Results } from "./results.js";

const NAMES = ["calls: add", "calls: a | b", "topics: hear"];
const results = (holds: (backend: string, name: string) => boolean = () => true, names = NAMES): Results =>
  new Map(["mock v1", "mock v2", "real v1", "real v2"].map((backend) => [backend, new Map(names.map((name) => [name, holds(backend, name)]))]));

test("a whole run is compared with the file, and renews it only when it is told to", () => {
  const file = test.info().outputPath("list.md");
  expect(checkList(results(), file, false, NAMES)).toContain("`npm run specs -- contract -u` renews it");
  expect(existsSync(file)).toBe(false);
  expect(checkList(results(), file, true, NAMES)).toBeUndefined();
  const text = readFileSync(file, "utf8");
  expect(text).toContain("\n## Calls\n\n| behaviour | mock v1 | mock v2 | wslink 1.12 | wslink 2.6 |\n| --- | --- | --- | --- | --- |\n| add | holds | holds | holds | holds |\n| a \\| b |");
  expect(checkList(results(), file, false, NAMES)).toBeUndefined();
  writeFileSync(file, text.replace("| hear | holds", "| hear | **does not**"));
  expect(checkList(results(), file, false, NAMES)).toMatch(/from line \d+ on \("\| hear \| \*\*does not\*\* .*" for "\| hear \| holds /);
  writeFileSync(file, `${text}| more |`);
  expect(checkList(results(), file, false, NAMES)).toContain("| more |");
});

test("a part of the tests says nothing, nor does a failed one, which the run tells itself", () => {
  const file = test.info().outputPath("list.md");
  expect(checkList(results(undefined, NAMES.slice(1)), file, true, NAMES)).toBeUndefined();
  expect(
    checkList(
      results((backend) => backend !== "real v1"),
      file,
      false,
      NAMES,
    ),
  ).toBeUndefined();
  expect(existsSync(file)).toBe(false);
  checkList(
    results((backend, name) => backend !== "real v1" || name !== "topics: hear"),
    file,
    true,
    NAMES,
  );
  expect(readFileSync(file, "utf8")).toContain("| hear | holds | holds | **does not** | holds |");
});
