import { once } from "node:events";
import { createServer } from "node:net";
import { expect, test } from "@playwright/test";
import { listens, startDemo } from "./demo.js";
import { DemoPage } from "./demoPage.js";

// However `npm start` ends, the Python server ends with it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"] as const) {
  test(`${signal} ends the demo and its server`, async () => {
    const demo = await startDemo();
    expect(await listens(demo.url)).toBe(true);
    demo.kill(signal);
    expect(await demo.ended).toBe(signal === "SIGKILL" ? null : 0);
    await expect.poll(() => listens(demo.url)).toBe(false);
  });
}

test("npm start prints where the page is, and a signal to npm ends the server", async () => {
  const demo = await startDemo({ command: ["npm", "start"] });
  expect(await (await fetch(demo.url)).text()).toContain("<title>wslink-rx");
  expect(demo.log()).toContain("wslink 2.x");
  await demo.stop();
  await expect.poll(() => listens(demo.url)).toBe(false);
});

test("ends when the page asks the server to quit", async ({ page }) => {
  const demo = await startDemo();
  const shown = new DemoPage(page);
  await shown.open(demo.url);
  await shown.connect();
  await shown.press("Server quit");
  expect(await demo.ended).toBe(0);
  expect(await listens(demo.url)).toBe(false);
});

test("takes another port when the one it wants is taken", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address() as { port: number };
  const demo = await startDemo({ env: { PORT: String(port) } });
  expect(new URL(demo.url).port).not.toBe(String(port));
  expect(await listens(demo.url)).toBe(true);
  await demo.stop();
  holder.close();
});

test("takes the port it is told when that is free", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  const { port } = holder.address() as { port: number };
  holder.close();
  await once(holder, "close");
  const demo = await startDemo({ env: { PORT: String(port) } });
  expect(demo.url).toBe(`http://127.0.0.1:${port}/`);
  await demo.stop();
});

for (const [name, value, allowed] of [
  ["WSLINK", "3", "1 or 2"],
  ["PORT", "web", "a number from 0 to 65535"],
  ["PORT", "65536", "a number from 0 to 65535"],
] as const) {
  test(`refuses ${name}=${value} in one line`, async () => {
    await expect(startDemo({ env: { [name]: value } })).rejects.toThrow(`ended with 1 before it was ready:\nwslink-rx: ${name}=${value}: it must be ${allowed}.\n`);
  });
}
