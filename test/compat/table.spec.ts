import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { ROOT } from "../setup/command.mjs";
import { CLAUSES } from "./clauses.js";

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const guide = read("demo/docs/migrating.md");

test("the guide's table is the list of clauses, and no two have the same name", () => {
  const rows = [...guide.matchAll(/^\| (kept|mended|differs|added|left) *\| (.*?) *\|$/gm)].map(([, kind, name]) => ({ kind, name }));
  expect(rows).toEqual(CLAUSES.map(({ kind, name }) => ({ kind, name })));
  expect(new Set(CLAUSES.map(({ name }) => name)).size).toBe(CLAUSES.length);
});

test("the guide's ways to put it in place of the legacy client are the tests of them", () => {
  const rows = [...guide.matchAll(/^\| in place *\| (.*?) *\|$/gm)].map(([, name]) => name);
  expect(rows).toEqual([...read("test/compat/alias.spec.ts").matchAll(/^test\("(.*?)", async/gm)].map(([, name]) => name));
});
