// The examples of README.md and of the guides in demo/docs. Every `ts` block is type-checked as a module of its own. Marks on its fence:
//   ```ts run        runs in a page against demo/server.py, on both generations where it names a server; it must print what stands behind `// →`, line by line
//   ```ts continues  stands on the code of the `ts` block before it
//   ```html run      the same as a page
// In blocks that run, `ws://localhost:8080/ws` is the test's server, and a path that ends in the name of a built file is that file.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { ROOT, run } from "../setup/command.mjs";
import { expect, test } from "../setup/page.js";
import { type Block, blocksOf, expectedOutput } from "./blocks.js";
import { startDemoServer } from "./demoServer.js";

const GUIDES = join(ROOT, "demo/docs");
const FILES = ["README.md", ...(existsSync(GUIDES) ? readdirSync(GUIDES).map((name) => `demo/docs/${name}`) : [])].filter((name) => name.endsWith(".md") && existsSync(join(ROOT, name)));
const BLOCKS = FILES.flatMap((file) => blocksOf(file, readFileSync(join(ROOT, file), "utf8")));
const RUNNING = BLOCKS.filter((block) => block.marks.includes("run"));

/** Below the repository, so that "wslink-rx" and rxjs are found as in any project of it. */
const FOLDER = ".cache/docs";
const fileOf = (block: Block) => `${block.place.replace(/\W+/g, "-")}.ts`;

test.beforeAll(() => {
  rmSync(join(ROOT, FOLDER), { recursive: true, force: true });
  mkdirSync(join(ROOT, FOLDER), { recursive: true });
  for (const block of BLOCKS.filter((one) => one.language === "ts")) writeFileSync(join(ROOT, FOLDER, fileOf(block)), block.code);
});

test("the README has examples that run, of a module and of a page", () => {
  expect(RUNNING.filter((block) => block.place.startsWith("README.md")).map((block) => block.language)).toEqual(expect.arrayContaining(["ts", "html"]));
});

test("the examples of the docs type-check", async () => {
  writeFileSync(
    join(ROOT, FOLDER, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: {
        strict: true,
        noEmit: true,
        skipLibCheck: true,
        target: "ES2022",
        module: "ESNext",
        moduleResolution: "bundler",
        moduleDetection: "force",
        lib: ["ESNext", "DOM", "DOM.Iterable"],
        types: [],
      },
      include: ["*.ts"],
    }),
  );
  const { code, output } = await run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", join(ROOT, FOLDER), "--pretty", "false"]);
  expect(output).toBe("");
  expect(code).toBe(0);
});

/** What the page printed once it is as much as the example says; an error of the page counts as printed. */
async function printed(page: Page, lines: number, open: () => Promise<unknown>): Promise<string[]> {
  const texts: string[] = [];
  const enough = new Promise<void>((resolve) => {
    const add = (text: string) => {
      texts.push(text);
      if (texts.length >= lines) resolve();
    };
    page.on("console", (message) => add(message.text()));
    page.on("pageerror", (error) => add(String(error)));
  });
  await open();
  await enough;
  return texts.slice(0, lines);
}

const SERVER = "ws://localhost:8080/ws";

for (const generation of [1, 2] as const) {
  test.describe(`on wslink ${generation}.x`, () => {
    let server: Awaited<ReturnType<typeof startDemoServer>>;
    test.beforeAll(async () => {
      server = await startDemoServer(generation);
    });
    test.afterAll(() => server.stop());

    // one that has no server, or a mock of its own, is run once
    for (const block of RUNNING.filter(({ code }) => generation === 2 || code.includes(SERVER))) {
      test(`the example at ${block.place} prints what it says`, async ({ page, site }) => {
        const expected = expectedOutput(block.code);
        expect(expected.length, "the example says what it prints").toBeGreaterThan(0);
        const code = block.code.replaceAll(SERVER, server.url);
        const texts = await printed(page, expected.length, async () => {
          if (block.language === "html")
            return page.goto(
              site.html(
                code
                  .replaceAll(/(["'])[^"'\s]*?(wslink-rx\.js|wslink-rx\.external\.js|testing\.js)\1/g, "$1/dist/umd/$2$1")
                  .replaceAll(/(["'])[^"'\s]*?standalone\.js\1/g, "$1/dist/standalone.js$1")
                  .replaceAll(/(["'])[^"'\s]*?rxjs\.umd\.min\.js\1/g, "$1/node_modules/rxjs/dist/bundles/rxjs.umd.min.js$1"),
              ),
            );
          const file = `${FOLDER}/${generation}-${fileOf(block)}`;
          writeFileSync(join(ROOT, file), code);
          return page.goto(site.html(`<script type="module" src="${await site.bundle(file)}"></script>`));
        });
        expect(texts).toEqual(expected);
      });
    }
  });
}
