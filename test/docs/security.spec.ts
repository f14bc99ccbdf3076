import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { ROOT } from "../setup/command.mjs";

const read = (name: string): string => readFileSync(join(ROOT, name), "utf8");
const specsIn = (text: string): string[] => [...text.matchAll(/`(test\/[\w/.-]+)`/g)].map(([, path]) => path as string);

test("every promise of SECURITY.md names the tests that prove it, and they exist", () => {
  const text = read("SECURITY.md");
  const rows = text.split("\n").filter((line) => /^\| (?!-|it sends|promise|---)/.test(line) && !line.startsWith("|---"));
  expect(rows.length).toBeGreaterThan(10);
  for (const row of rows) {
    const named = specsIn(row.slice(row.lastIndexOf("|", row.length - 2)));
    expect(named, row).not.toEqual([]);
    for (const path of named) expect(existsSync(join(ROOT, path)), path).toBe(true);
  }
});

test("the tests that the guides name exist, and so do their commands", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  for (const name of ["SECURITY.md", "README.md", "demo/docs/reliability.md", "CONTRIBUTING.md"]) {
    const text = read(name);
    for (const path of specsIn(text)) expect(existsSync(join(ROOT, path)), `${path} in ${name}`).toBe(true);
    for (const [, script] of text.matchAll(/npm run ([\w:]+)/g)) expect(scripts, name).toHaveProperty([script as string]);
  }
});

test("the package can be published with provenance, and asks for nothing at run time", () => {
  const manifest = JSON.parse(read("package.json"));
  expect(manifest).toMatchObject({ publishConfig: { access: "public", provenance: true }, license: "BSD-3-Clause" });
  expect(manifest).not.toHaveProperty("dependencies");
  for (const script of ["preinstall", "install", "postinstall", "prepare"]) expect(manifest.scripts).not.toHaveProperty(script);
});
