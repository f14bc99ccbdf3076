import { expect, test } from "../setup/page.js";

for (const protocol of ["v1", "v2"] as const) {
  test(`a mock of ${protocol} serves an app in a page, by the global WebSocket, and a recording of it does too`, async ({ page, site }) => {
    const inPage = await site.load<typeof import("./inPage.js")>(page, "test/testing/inPage.ts");
    expect(await inPage.evaluate((module, protocol) => module.run(protocol), protocol)).toEqual({
      standsIn: true,
      restored: true,
      elsewhere: true,
      order: ["frame 3", "after", "frame 4", "after"],
      echoed: "blob",
      replayed: "blob",
    });
  });
}

for (const protocol of ["v1", "v2"] as const) {
  test(`a page whose clock stands: a mock of ${protocol} takes no time, and what waits comes when the test lets time pass`, async ({ page, site }) => {
    await page.clock.install();
    const inPage = await site.load<typeof import("./inPage.js")>(page, "test/testing/inPage.ts");
    await page.clock.pauseAt(Date.now() + 3_600_000);
    const slow = await inPage.evaluateHandle((module, protocol) => module.slowly(protocol), protocol);
    await page.clock.runFor(3_599_999);
    expect(await slow.evaluate(({ seen }) => seen)).toEqual([]);
    await page.clock.runFor(1);
    expect(await slow.evaluate(({ seen }) => seen)).toEqual(["late"]);
    await slow.evaluate(({ lose }) => lose());
    const later = async () => {
      await page.clock.runFor(100); // by little steps: a retry, too, has its time limits
      return slow.evaluate(({ state }) => state());
    };
    await expect.poll(later, { intervals: [0] }).toMatchObject({ status: "open", connection: 2 });
    expect(await slow.evaluate(({ end }) => end())).toBe("again");
  });
}

test("the built script gives the global WslinkRxTesting", async ({ page, site }) => {
  await page.goto(site.html('<script src="/dist/umd/wslink-rx.js"></script><script src="/dist/umd/testing.js"></script>'));
  const sum = await page.evaluate(async () => {
    const { WslinkRx, WslinkRxTesting } = globalThis as unknown as { WslinkRx: typeof import("wslink-rx"); WslinkRxTesting: typeof import("wslink-rx/testing") };
    const server = new WslinkRxTesting.MockServer().rpc("add", ([a, b]) => a + b);
    const session = await WslinkRx.connect(server.url, { webSocket: server.webSocket });
    return session.call("add", [20, 22]);
  });
  expect(sum).toBe(42);
});
