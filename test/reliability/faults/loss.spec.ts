import type { SessionOptions } from "wslink-rx";
import { expect, test } from "../../setup/page.js";
import type { Cut } from "../tcpProxy.js";
import { GENERATIONS, Lossy } from "./lossy.js";

const LOST = (code: number | undefined) => JSON.stringify({ name: "ConnectionError", kind: "connection", code, sent: true });

for (const generation of GENERATIONS) {
  test.describe(`1,000 calls in flight on wslink ${generation}.x`, () => {
    let lossy: Lossy;
    test.beforeEach(async ({ page, site }) => {
      lossy = await Lossy.start(page, site, generation);
    });
    test.afterEach(async () => {
      await lossy.stop();
      expect(lossy.uncaught).toEqual([]);
    });

    const reject = async (options: Partial<Omit<SessionOptions, "url">>, lose: () => unknown, codes: (number | undefined)[], waits: boolean) => {
      await lossy.open(options);
      await lossy.callForEver();
      await lose();
      const { ends, order, twice } = await lossy.outcome();
      const code = codes.find((one) => LOST(one) in ends);
      expect(ends).toEqual({ [LOST(code)]: 1_000 });
      expect(twice).toBe(0);
      // the state, then every handler of a call, then what the close event had queued
      const events = order.slice(order.findIndex((step) => /waiting|closed/.test(step)));
      expect(events.slice(0, 2)).toEqual([waits ? "state waiting" : "state closed", "rejected"]);
      expect(events.filter((step) => step === "rejected")).toHaveLength(1);
      if (code !== undefined) expect(events.indexOf("timeout"), "a setTimeout(0) of the close event").toBeGreaterThan(1);
    };

    for (const reconnect of [false, true]) {
      const options = reconnect ? {} : { reconnect: false as const };
      const end = reconnect ? "and the session waits" : "and the session ends";
      test(`reject when the server is killed, ${end}`, () => reject(options, () => lossy.server.kill("SIGKILL"), [1006], reconnect));
      for (const cut of ["fin", "rst"] as const satisfies Cut[]) test(`reject on a ${cut.toUpperCase()}, ${end}`, () => reject(options, () => lossy.proxy.cut(cut), [1006], reconnect));
    }

    for (const cut of ["hole", "half"] as const satisfies Cut[]) {
      test(`reject when nothing comes through any more (${cut}) after busyDeadMs`, () =>
        reject({ liveness: { intervalMs: 100, unresponsiveMs: 100, busyDeadMs: 3_000 } }, () => lossy.proxy.cut(cut), [undefined], true));
    }

    test("reject when the server exits, with the code that it gives", () =>
      reject({ reconnect: false }, () => lossy.inPage.evaluate((module, url) => module.exit(url), lossy.server.url), [1000, 1001, 1006], false));

    test("wait for a server that is stopped, and are answered when it goes on", async () => {
      await lossy.open({ liveness: { intervalMs: 100, unresponsiveMs: 100, deadMs: 3_000 } });
      lossy.server.kill("SIGSTOP");
      await lossy.inPage.evaluate((module) => module.call(1_000, "test.add"));
      await lossy.inPage.evaluate((module) => module.becomes("open", false));
      await lossy.inPage.evaluate(() => new Promise((resolve) => setTimeout(resolve, 4_000))); // longer than deadMs: time that passes is what this is about
      expect(await lossy.inPage.evaluate((module) => module.inFlight())).toBe(1_000);
      lossy.server.kill("SIGCONT");
      const { ends, twice } = await lossy.outcome();
      expect(ends).toEqual({ '{"name":"result"}': 1_000 });
      expect(twice).toBe(0);
      expect(await lossy.inPage.evaluate((module) => module.becomes("open", true))).toMatchObject({ connection: 1 });
    });

    test("of a stopped server reject after busyDeadMs, attempts run into their deadline, and the session comes back", async () => {
      await lossy.open({ connectTimeoutMs: 3_000, liveness: { intervalMs: 100, unresponsiveMs: 100, busyDeadMs: 2_000 } });
      lossy.server.kill("SIGSTOP");
      await lossy.inPage.evaluate((module) => module.call(1_000, "test.add"));
      const { ends } = await lossy.outcome();
      expect(ends).toEqual({ [LOST(undefined)]: 1_000 });
      for (let attempt = 0; attempt < 3; attempt++) await lossy.proxy.next();
      lossy.server.kill("SIGCONT");
      expect(await lossy.inPage.evaluate((module) => module.becomes("open"))).toMatchObject({ connection: 2 });
      expect(await lossy.inPage.evaluate((module) => module.callOnce("test.add", [2, 3]))).toBe(5);
    });

    test("come through a slow line whole, and a round trip is what it is", async () => {
      const { proxy, inPage } = lossy;
      await lossy.open({ url: `${proxy.url}?delay=30&rate=400000` });
      await inPage.evaluate((module) => module.call(200, "test.add"));
      expect(await inPage.evaluate(async (module) => ((await module.callOnce("test.pattern", [100_000])) as ArrayBuffer).byteLength)).toBe(100_000);
      expect(await lossy.outcome()).toMatchObject({ ends: { '{"name":"result"}': 200 }, twice: 0 });
      expect(await inPage.evaluate((module) => module.ping())).toBeGreaterThanOrEqual(60);
    });
  });
}
