import { expect, test } from "../../setup/page.js";
import { GENERATIONS, type InPage, Lossy } from "./lossy.js";

for (const generation of GENERATIONS) {
  test(`a page that was frozen raises no false alarm and hears what came meanwhile (wslink ${generation}.x)`, async ({ page, site }) => {
    const lossy = await Lossy.start(page, site, generation);
    const { inPage } = lossy;
    await lossy.open({ liveness: { intervalMs: 500, unresponsiveMs: 500, deadMs: 3_000 } });
    await inPage.evaluate((module) => module.listen("t"));
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("Page.setWebLifecycleState", { state: "frozen" });
    // the server goes on meanwhile, for longer than deadMs: time that passes is what this is about
    const other = await site.load<InPage>(await page.context().newPage(), "test/reliability/faults/inPage.ts");
    await other.evaluate((module, url) => module.open({ url }), lossy.server.url);
    await other.evaluate((module) => module.callOnce("test.publish", ["t", "while frozen", 3]));
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    await cdp.send("Page.setWebLifecycleState", { state: "active" });
    await page.bringToFront();
    expect(await inPage.evaluate((module) => module.callOnce("test.add", [1, 2]))).toBe(3);
    expect(await inPage.evaluate((module) => module.payloads())).toEqual(["while frozen", "while frozen", "while frozen"]);
    expect(await inPage.evaluate((module) => module.state())).toMatchObject({ status: "open", connection: 1, responsive: true });
    expect(await inPage.evaluate((module) => module.reported())).toEqual([]);
    await lossy.stop();
    expect(lossy.uncaught).toEqual([]);
  });
}

for (const generation of GENERATIONS) {
  test(`uploads of a hidden page go on though its timers do not come (wslink ${generation}.x)`, async ({ page, site }) => {
    const lossy = await Lossy.start(page, site, generation);
    expect(await lossy.inPage.evaluate((module, url) => module.uploadHidden(url, 30, 3_000_000), lossy.server.url)).toBe(90_000_000);
    await lossy.stop();
    expect(lossy.uncaught).toEqual([]);
  });
}

test("a page that goes offline and comes back tries at once, not after its delay", async ({ page, site, context }) => {
  const lossy = await Lossy.start(page, site, 2);
  await lossy.open({ reconnect: { minDelayMs: 600_000, maxDelayMs: 600_000 } });
  await context.setOffline(true);
  lossy.proxy.cut("rst");
  await lossy.inPage.evaluate((module) => module.becomes("waiting"));
  await context.setOffline(false);
  expect(await lossy.inPage.evaluate((module) => module.becomes("open"))).toMatchObject({ connection: 2 });
  await lossy.stop();
});

test("a page that is left takes its session with it", async ({ page, site, context }) => {
  const lossy = await Lossy.start(page, site, 2);
  await lossy.open();
  const other = await site.load<InPage>(await context.newPage(), "test/reliability/faults/inPage.ts");
  await other.evaluate((module, url) => module.open({ url }), lossy.server.url);
  expect(await other.evaluate((module) => module.callOnce("test.clients", [2]))).toBe(2);
  await page.goto(site.html("elsewhere"));
  expect(await other.evaluate((module) => module.callOnce("test.clients", [1]))).toBe(1);
  await lossy.stop();
});

test("a 1009 of a real server names the limit to the call that it is about", async ({ page, site }) => {
  const lossy = await Lossy.start(page, site, 1); // one of 2.x tells how much it takes, and never gets more
  await lossy.open({ reconnect: false, limits: { maxFrameBytes: 5_000_000 } }); // more than the server takes
  expect(await lossy.inPage.evaluate((module) => module.tooLarge(4_500_000))).toEqual(["LimitError maxFrameBytes", "ConnectionError 1009"]);
  await lossy.stop();
});
