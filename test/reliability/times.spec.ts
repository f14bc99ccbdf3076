import { expect, test } from "@playwright/test";
import { type CallOptions, Session, type SessionOptions } from "wslink-rx";
import { Lab, settled } from "./lab.js";

const LONGEST = 2 ** 31 - 1;
const WRONG = [-1, 2 ** 31, 1e12, Number.NaN, Number.NEGATIVE_INFINITY, "5000", null, true];

/** Every option that is a time: its path, how it is given, and whether it has a never. */
const TIMES: [path: string, give: (ms: never) => Partial<SessionOptions>, never: boolean][] = [
  ["options.connectTimeoutMs", (connectTimeoutMs) => ({ connectTimeoutMs }), true],
  ["options.callTimeoutMs", (callTimeoutMs) => ({ callTimeoutMs }), true],
  ["options.reconnect.minDelayMs", (minDelayMs) => ({ reconnect: { minDelayMs } }), false],
  ["options.reconnect.maxDelayMs", (maxDelayMs) => ({ reconnect: { maxDelayMs } }), false],
  ["options.reconnect.stableMs", (stableMs) => ({ reconnect: { stableMs } }), false],
  ["options.liveness.intervalMs", (intervalMs) => ({ liveness: { intervalMs } }), true],
  ["options.liveness.unresponsiveMs", (unresponsiveMs) => ({ liveness: { unresponsiveMs } }), true],
  ["options.liveness.deadMs", (deadMs) => ({ liveness: { deadMs } }), true],
  ["options.liveness.busyDeadMs", (busyDeadMs) => ({ liveness: { busyDeadMs } }), true],
  ["options.limits.maxPartialAgeMs", (maxPartialAgeMs) => ({ limits: { maxPartialAgeMs } }), false],
  ["options.limits.maxQueuedMs", (maxQueuedMs) => ({ limits: { maxQueuedMs } }), false],
];

for (const [path, give, never] of TIMES)
  test(`${path} is a time${never ? ", or never" : ""}`, async () => {
    const make = (ms: unknown) => new Session({ url: "ws://fake/ws", ...give(ms as never) });
    for (const wrong of WRONG) expect(() => make(wrong), String(wrong)).toThrow(new RegExp(`^${path.replaceAll(".", "\\.")} must be a time of 0 to 2147483647 ms.*, got `));
    if (!never) expect(() => make(Number.POSITIVE_INFINITY)).toThrow(TypeError);
    // what is allowed is no "at once": the session opens, a call is answered, and nothing storms
    for (const ms of [LONGEST, 1e9, ...(never ? [Number.POSITIVE_INFINITY, 0] : [])]) {
      const lab = await Lab.open(give(ms as never));
      const call = lab.call("work");
      await lab.clock.advance(1_000);
      expect(call.settled, `${ms}: a call`).toBe(0);
      lab.socket.reply(lab.socket.calls[0]?.id ?? "", "done");
      await settled();
      expect(call.value).toBe("done");
      expect(lab.network.sockets, `${ms}: sockets`).toHaveLength(1);
      for (const timer of lab.clock.timers) expect(timer.at - lab.clock.now(), `${ms}: a timer that the platform would fire at once`).toBeLessThanOrEqual(LONGEST);
      await lab.session.close();
      await lab.expectNothingLeft();
    }
  });

test("timeoutMs of a call and of a ping is a time, or never", async () => {
  const lab = await Lab.open();
  for (const wrong of WRONG) {
    const options = { timeoutMs: wrong } as CallOptions;
    await expect(lab.session.call("work", [], {}, options), String(wrong)).rejects.toThrow(/^work: options\.timeoutMs must be a time .*, got /);
    await expect(lab.session.ping(options), String(wrong)).rejects.toThrow(/timeoutMs must be a time .*, got /);
  }
  expect(lab.socket.calls).toHaveLength(0);
  for (const timeoutMs of [0, Number.POSITIVE_INFINITY, LONGEST]) {
    const call = lab.call("work", [], {}, { timeoutMs });
    await lab.clock.advance(60_000);
    expect(call.settled, String(timeoutMs)).toBe(0);
  }
  await lab.session.close();
  await lab.expectNothingLeft();
});
