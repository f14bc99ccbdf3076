// The example of demo/docs/testing.md for Playwright. (`npm run test:apps` has those for Vitest and Jest in the real ones; those in `ts` blocks run with all other docs.)
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { blocksOf } from "../docs/blocks.js";
import { ROOT } from "../setup/command.mjs";
import { expect, test } from "../setup/page.js";

const FILE = "demo/docs/testing.md";
const BLOCKS = blocksOf(FILE, readFileSync(join(ROOT, FILE), "utf8"));
const example = (mark: string): string => BLOCKS.find(({ marks }) => marks.includes(mark))?.code ?? "";

/** The app of the example for Playwright: it makes its session itself. */
const APP = `<button onclick="add()">sum</button><p></p><script src="/dist/umd/wslink-rx.js"></script><script>
  async function add() {
    const session = await WslinkRx.connect("ws://localhost:1/ws");
    document.querySelector("p").textContent = await session.call("sum", [1, 2]);
  }
</script>`;

test("the example for Playwright passes", async ({ page, site }) => {
  const code = example("playwright")
    .replace(/^import .*$/m, "")
    .replace('"node_modules/wslink-rx/dist/umd/testing.js"', JSON.stringify(join(ROOT, "dist/umd/testing.js")))
    .replace('page.goto("/")', `page.goto(${JSON.stringify(site.html(APP))})`);
  // Its `test` only notes: a test that is made by code without a file has no place, and Playwright's reporters need one.
  const examples: ((fixtures: { page: typeof page }) => Promise<void>)[] = [];
  new Function("test", "expect", code)((_: string, body: (typeof examples)[number]) => examples.push(body), expect);
  expect(examples).toHaveLength(1);
  for (const body of examples) await body({ page });
});
