// The examples of demo/docs/testing.md on the real Vitest and the real Jest.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { blocksOf } from "../../docs/blocks.js";
import { ROOT } from "../../setup/command.mjs";
import { expect, test } from "../../setup/page.js";
import { runProject } from "./project.js";

const GUIDE = "demo/docs/testing.md";
const BLOCKS = blocksOf(GUIDE, readFileSync(join(ROOT, GUIDE), "utf8"));

for (const [runner, file] of [
  ["vitest", "example.test.js"],
  ["jest", "example.test.cjs"],
] as const) {
  test(`the example for ${runner} passes in it`, async () => {
    const code = BLOCKS.find(({ marks }) => marks.includes(runner))?.code ?? "";
    const titles = [...code.matchAll(/^test\("([^"]+)"/gm)].map(([, title]) => title);
    expect(titles.length).toBeGreaterThan(0);
    expect(await runProject({ name: runner, runner, files: { [file]: code } })).toEqual(titles.map((title) => `passed ${title}`));
  });
}
