// The examples of demo/docs/testing.md on the real Vitest and the real Jest, as a project has them: files of its own, and the package in its node_modules.
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { blocksOf } from "../../docs/blocks.js";
import { ROOT, run } from "../../setup/command.mjs";
import { expect, test } from "../../setup/page.js";

const PROJECT = join(ROOT, ".cache/runners");
const INSTALLED = join(ROOT, "test/apps/node_modules");
const GUIDE = "demo/docs/testing.md";
const BLOCKS = blocksOf(GUIDE, readFileSync(join(ROOT, GUIDE), "utf8"));

const RUNNERS = [
  { name: "vitest", file: "example.test.js", command: ["vitest/vitest.mjs", "run", "--reporter=json", "--outputFile=results.json"] },
  { name: "jest", file: "example.test.cjs", command: ["jest/bin/jest.js", "--json", "--outputFile=results.json", "--rootDir=.", "--testMatch=**/*.test.cjs"] },
] as const;

for (const { name, file, command } of RUNNERS) {
  test(`the example for ${name} passes in it`, async () => {
    const code = BLOCKS.find(({ marks }) => marks.includes(name))?.code ?? "";
    const titles = [...code.matchAll(/^test\("([^"]+)"/gm)].map(([, title]) => title);
    expect(titles.length).toBeGreaterThan(0);
    const folder = join(PROJECT, name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(join(folder, "node_modules"), { recursive: true });
    symlinkSync(join(INSTALLED, name), join(folder, "node_modules", name));
    symlinkSync(ROOT, join(folder, "node_modules/wslink-rx"));
    writeFileSync(join(folder, "package.json"), "{}");
    writeFileSync(join(folder, file), code);
    const [script, ...args] = command;
    const { code: exit, output } = await run(process.execPath, [join(INSTALLED, script), ...args], { cwd: folder });
    expect(exit, output).toBe(0);
    const { testResults } = JSON.parse(readFileSync(join(folder, "results.json"), "utf8")) as { testResults: { assertionResults: { title: string; status: string }[] }[] };
    expect(testResults.flatMap(({ assertionResults }) => assertionResults.map(({ title, status }) => `${status} ${title}`))).toEqual(titles.map((title) => `passed ${title}`));
  });
}
