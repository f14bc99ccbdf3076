import type { JSHandle } from "@playwright/test";
import { type RealServer, startServer } from "../../servers/real.js";
import { expect, test } from "../../setup/page.js";
import { GENERATIONS, type InPage } from "./lossy.js";

const SECONDS = 90;

/** Busy is not dead. Every wait of 90 s runs at the same time, each on a server of its own. */
test(`a server that is busy for ${SECONDS} s keeps its sessions, by default`, async ({ browser, site }) => {
  test.setTimeout((SECONDS + 60) * 1_000);
  const servers: RealServer[] = [];
  const start = async (generation: 1 | 2): Promise<{ server: RealServer; inPage: JSHandle<InPage> }> => {
    const server = await startServer({ generation });
    servers.push(server);
    return { server, inPage: await site.load<InPage>(await browser.newPage(), "test/reliability/faults/inPage.ts") };
  };

  /** The call that blocks is ours. */
  const own = async (generation: 1 | 2) => {
    const { server, inPage } = await start(generation);
    await inPage.evaluate((module, url) => module.open({ url }), server.url);
    await inPage.evaluate((module) => module.listen("after"));
    const result = await inPage.evaluate((module, seconds) => module.callOnce("test.block", [seconds]), SECONDS);
    await inPage.evaluate((module) => module.callOnce("test.publish", ["after", 1]));
    return [result, await inPage.evaluate((module) => [module.state(), module.statuses(), module.payloads()])];
  };

  /** The call that blocks was ours: nobody waits for it any more. */
  const aborted = async (generation: 1 | 2) => {
    const { server, inPage } = await start(generation);
    await inPage.evaluate((module, url) => module.open({ url }), server.url);
    await inPage.evaluate((module, seconds) => module.callAborted("test.block", [seconds]), SECONDS);
    await inPage.evaluate((module) => module.becomes("open", false));
    await inPage.evaluate((module) => module.becomes("open", true));
    return [await inPage.evaluate((module) => module.callOnce("test.add", [1, 2])), await inPage.evaluate((module) => [module.state(), module.statuses(), module.payloads()])];
  };

  /** Another client blocks the server, and a call of ours waits behind it. */
  const others = async (generation: 1 | 2) => {
    const { server, inPage } = await start(generation);
    const other = await site.load<InPage>(await browser.newPage(), "test/reliability/faults/inPage.ts");
    for (const each of [inPage, other]) await each.evaluate((module, url) => module.open({ url }), server.url);
    const blocking = other.evaluate((module, seconds) => module.callOnce("test.block", [seconds]), SECONDS);
    await other.evaluate((module) => module.emptied());
    const result = await inPage.evaluate((module) => module.callOnce("test.add", [1, 2]));
    await blocking;
    return [result, await inPage.evaluate((module) => [module.state(), module.statuses(), module.payloads()])];
  };

  /** The same with no call of ours in flight: nothing tells it from death, so it takes a `deadMs` of more than the 90 s. */
  const idle = async (generation: 1 | 2) => {
    const { server, inPage } = await start(generation);
    const other = await site.load<InPage>(await browser.newPage(), "test/reliability/faults/inPage.ts");
    await inPage.evaluate((module, url) => module.open({ url, liveness: { deadMs: 120_000 } }), server.url);
    await other.evaluate((module, url) => module.open({ url }), server.url);
    await other.evaluate((module, seconds) => module.callOnce("test.block", [seconds]), SECONDS);
    await inPage.evaluate((module) => module.becomes("open", true));
    return [await inPage.evaluate((module) => module.callOnce("test.add", [1, 2])), await inPage.evaluate((module) => [module.state(), module.statuses(), module.payloads()])];
  };

  try {
    const ends = await Promise.all(GENERATIONS.flatMap((generation) => [own(generation), aborted(generation), others(generation), idle(generation)]));
    const open = { status: "open", connection: 1, responsive: true };
    const statuses = ["idle", "connecting", "open", "open", "open"]; // open, unresponsive, responsive again
    for (const [i, end] of ends.entries()) {
      const isOwn = i % 4 === 0;
      const heard = isOwn ? [1] : [];
      expect(end, `run ${i}`).toEqual([isOwn ? SECONDS : 3, [expect.objectContaining(open), statuses, heard]]);
    }
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
});
