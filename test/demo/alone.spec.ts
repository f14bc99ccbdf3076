import { cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { test as base, expect } from "@playwright/test";
import { buildDemo } from "../../demo/build.mjs";
import { serveFiles } from "../../demo/fileServer.mjs";
import { startDemo } from "./demo.js";
import { DemoPage } from "./demoPage.js";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

// The page without a server.
const test = base.extend<{ folder: string; demo: DemoPage }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from this pattern
  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), "wslink-rx-demo-"));
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },
  demo: async ({ page }, use) => {
    const demo = new DemoPage(page);
    await use(demo);
    expect(demo.faults).toEqual([]);
  },
});

test("runs on its own mock server on any file host, in any folder of it, and says so", async ({ folder, demo }) => {
  await cp(await buildDemo(), join(folder, "some/where"), { recursive: true });
  const host = await serveFiles(folder, 0);
  const url = `http://127.0.0.1:${(host.address() as AddressInfo).port}/some/where/`;
  const loaded: string[] = [];
  demo.page.on("request", (request) => loaded.push(request.url()));
  await demo.open(url);
  await expect(demo.text("notice")).toBeVisible();
  await expect(demo.text("notice")).toHaveText(/^No server answers on this host\. This page runs on a mock server inside itself/);
  await demo.connect();
  await demo.press("Add");
  await expect(demo.newest()).toHaveText("sum: 15");
  expect(loaded.filter((one) => !one.startsWith(url) && !one.startsWith("blob:"))).toEqual([]);
  host.closeAllConnections();
  host.close();
});

test("does not put a mock server in the place of one that it was told of", async ({ demo }) => {
  const host = await serveFiles(await buildDemo(), 0);
  const { port } = host.address() as AddressInfo;
  await demo.open(`http://127.0.0.1:${port}/?url=ws://127.0.0.1:${port}/elsewhere`);
  await expect(demo.text("notice")).toBeHidden();
  await demo.press("Connect");
  await expect(demo.newest()).toHaveText(/^ConnectionError: .*elsewhere/);
  await expect(demo.text("state")).toHaveText("closed");
  host.closeAllConnections();
  host.close();
});

test("npm start without Python says what it lacks, and serves the page on its mock server", async ({ folder, demo }) => {
  for (const name of ["src", "demo", "test/setup", "package.json", "package-lock.json"]) await cp(join(ROOT, name), join(folder, name), { recursive: true });
  await symlink(join(ROOT, "node_modules"), join(folder, "node_modules"), "junction");
  const nothing = join(folder, "nothing");
  await mkdir(nothing);
  const started = await startDemo({ cwd: folder, env: { PATH: nothing, Path: nothing, PYTHON: undefined } });
  expect(started.log()).toMatch(/^wslink-rx: .*install Python/m);
  expect(started.log()).toContain("Without a Python server the page runs on a mock server inside itself.");
  await demo.open(started.url);
  await expect(demo.text("notice")).toHaveText(/^This page runs on a mock server inside itself/);
  await demo.connect();
  await demo.press("Multiply");
  await expect(demo.newest()).toHaveText("product: 120");
  await started.stop();
});
