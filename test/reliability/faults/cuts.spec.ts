import type { SessionOptions } from "wslink-rx";
import { expect, test } from "../../setup/page.js";
import type { Cut } from "../tcpProxy.js";
import { GENERATIONS, Lossy } from "./lossy.js";

/** Short, but not so short that a busy machine is taken for a line that is cut. */
const QUICK: Partial<SessionOptions> = { connectTimeoutMs: 3_000, liveness: { intervalMs: 300, unresponsiveMs: 300, deadMs: 1_500, busyDeadMs: 1_500 } };
/** Where the browser tells the end, nothing of ours need. */
const PATIENT: Partial<SessionOptions> = { connectTimeoutMs: 30_000 };

for (const generation of GENERATIONS) {
  const protocol = `v${generation}` as const;
  test.describe(`a small exchange with wslink ${generation}.x, cut after each of its bytes`, () => {
    let lossy: Lossy;
    test.beforeEach(async ({ page, site }) => {
      lossy = await Lossy.start(page, site, generation);
    });
    test.afterEach(async () => {
      await lossy.stop();
      expect(lossy.uncaught).toEqual([]);
    });

    for (const direction of ["up", "down"] as const) {
      for (const cut of ["fin", "rst", "hole", "half"] as const satisfies Cut[]) {
        test(`${direction}, by ${cut}`, async () => {
          const silent = cut === "hole" || cut === "half";
          const options = silent ? { ...QUICK, protocol } : { ...PATIENT, protocol };
          const stride = cut === "fin" ? 1 : 5; // the bytes are the same, however the line ends
          const { ends, wrong } = await lossy.inPage.evaluate((module, [url, query, options, lanes, stride]) => module.cutEverywhere(url, query, options, lanes, stride), [
            lossy.proxy.url,
            { cut, direction },
            options,
            silent ? 20 : 5,
            stride,
          ] as const);
          expect(wrong).toEqual([]);
          expect(ends["open"], "cut before the session was open").toBeGreaterThan(5 / stride);
          expect(ends["call"], "cut amid the calls").toBeGreaterThan(5 / stride);
          expect(ends["whole"], "not cut any more").toBeGreaterThan(0);
        });

        // a browser puts off what it opens after some failed handshakes, so it is not each of their bytes
        test(`${direction}, by ${cut}, amid the handshake`, async () => {
          const { ends, wrong } = await lossy.inPage.evaluate((module, [places, url, query, options]) => module.cutSomewhere(places, url, query, options), [
            [0, 1, 16, 100] as number[],
            lossy.proxy.url,
            { cut, direction, handshake: "yes" },
            { ...QUICK, protocol },
          ] as const);
          expect(wrong).toEqual([]);
          expect(ends).toEqual({ open: 4 });
        });
      }
    }
  });
}
