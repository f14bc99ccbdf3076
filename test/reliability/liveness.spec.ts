import { expect, test } from "@playwright/test";
import { encode } from "@msgpack/msgpack";
import { chunks } from "./fakeNetwork.js";
import { Lab, settled, watch } from "./lab.js";

/** Everything that the session would say of a server that answers nothing any more. */
const silence = (lab: Lab): void => lab.network.stall();
const responsive = (lab: Lab): unknown => lab.session.state.status === "open" && lab.session.state.responsive;

test.describe("a silent connection", () => {
  test("is asked after intervalMs, and any frame puts that off", async () => {
    const lab = await Lab.open();
    await lab.clock.advance(14_999);
    lab.socket.publish("t", 1);
    await lab.clock.advance(14_999);
    expect(lab.socket.probes).toHaveLength(0);
    await lab.clock.advance(1);
    expect(lab.socket.probes).toHaveLength(1);
    await lab.clock.advance(150_000);
    expect(lab.socket.probes).toHaveLength(11); // each answer is a frame
    expect(responsive(lab)).toBe(true);
    await lab.session.close();
    await lab.expectNothingLeft();
  });

  test("is said to be unresponsive after unresponsiveMs more, asked no second time, and dead after deadMs of it", async () => {
    const lab = await Lab.open();
    silence(lab);
    await lab.clock.advance(15_000 + 9_999);
    expect(responsive(lab)).toBe(true);
    await lab.clock.advance(1);
    expect(responsive(lab)).toBe(false);
    await lab.clock.advance(49_999);
    expect(lab.session.state).toMatchObject({ status: "open", connection: 1 });
    expect(lab.socket.probes).toHaveLength(1);
    const before = lab.socket;
    await lab.clock.advance(1);
    expect(lab.session.state).toMatchObject({ status: "waiting", cause: { message: expect.stringContaining("silent for 60000 ms") } });
    expect(before.closedWith).toBe(1000);
    await lab.session.close();
    await lab.expectNothingLeft();
  });

  test("is responsive again with the first frame", async () => {
    const lab = await Lab.open();
    silence(lab);
    await lab.clock.advance(30_000);
    lab.socket.publish("nobody listens", 1);
    expect(responsive(lab)).toBe(true);
    expect(lab.statuses).toEqual(["idle", "connecting", "open", "open", "open"]);
    await lab.session.close();
  });

  test("is busy, not dead, while a call is in flight", async () => {
    const lab = await Lab.open();
    silence(lab);
    const call = lab.call("long");
    await lab.clock.advance(3_600_000);
    expect(lab.session.state).toMatchObject({ status: "open", connection: 1, responsive: false });
    lab.socket.reply(lab.socket.calls[0]?.id ?? "", "done");
    await settled();
    expect(call.value).toBe("done");
    expect(responsive(lab)).toBe(true);
    await lab.session.close();
    await lab.expectNothingLeft();
  });

  test("with a call in flight is dead after busyDeadMs, when that is set", async () => {
    const lab = await Lab.open({ liveness: { busyDeadMs: 120_000 }, reconnect: false });
    silence(lab);
    const call = lab.call("long");
    await lab.clock.advance(15_000 + 119_999);
    expect(call.settled).toBe(0);
    await lab.clock.advance(1);
    expect(call.error).toMatchObject({ name: "ConnectionError", sent: true });
    await lab.expectNothingLeft();
  });

  test("is not given up unasked: silence counts from a probe, whatever deadMs is", async () => {
    const lab = await Lab.open({ liveness: { deadMs: 4_000 }, reconnect: false });
    await lab.clock.advance(60_000);
    expect(lab.session.state).toMatchObject({ status: "open", connection: 1, responsive: true });
    silence(lab);
    await lab.clock.advance(15_000 + 3_999);
    expect(lab.session.state).toMatchObject({ status: "open" });
    await lab.clock.advance(1);
    expect(lab.session.state).toMatchObject({ status: "closed" });
    await lab.expectNothingLeft();
  });

  test("is left alone with liveness: false", async () => {
    const lab = await Lab.open({ liveness: false });
    silence(lab);
    expect(lab.clock.timers.size).toBe(0);
    await lab.clock.advance(3_600_000);
    expect(lab.session.state).toMatchObject({ status: "open", responsive: true });
    await lab.session.close();
  });
});

/** How long the session takes to notice that nothing comes any more. */
async function untilNoticed(lab: Lab): Promise<number> {
  const from = lab.clock.now();
  while (lab.session.state.status === "open" && lab.clock.now() - from < 600_000) await lab.clock.advance(100);
  return lab.clock.now() - from;
}

const TIMES = { intervalMs: 5_000, deadMs: 20_000 };
for (const unresponsiveMs of [0, 100, 10_000, 60_000]) {
  test.describe(`after a busy time, with unresponsiveMs ${unresponsiveMs}`, () => {
    const open = (more = {}) => Lab.open({ liveness: { ...TIMES, unresponsiveMs, ...more }, reconnect: false });
    /** A call of so many milliseconds, during which the server answers no probe; at its end it answers all. */
    const busy = async (lab: Lab, ms: number) => {
      silence(lab);
      const call = lab.call("slow");
      await lab.clock.advance(ms);
      lab.network.restore();
      const { socket } = lab;
      socket.reply(socket.calls.at(-1)?.id ?? "", "done");
      for (const { id } of socket.probes) socket.refuse(id, -32601);
      await settled();
      expect(call.value).toBe("done");
    };

    for (const ms of [1_000, 7_000, 20_000, 300_000]) {
      test(`of ${ms} ms a probe is asked every intervalMs, and a black hole noticed in intervalMs + deadMs`, async () => {
        const lab = await open();
        await busy(lab, ms);
        const before = lab.socket.probes.length;
        await lab.clock.advance(50_000);
        expect(lab.socket.probes.length - before).toBe(10);
        await busy(lab, ms);
        silence(lab);
        const noticed = await untilNoticed(lab);
        expect(noticed).toBeGreaterThanOrEqual(20_000);
        expect(noticed).toBeLessThanOrEqual(26_000);
        await lab.expectNothingLeft();
      });
    }

    test("whose call is given up before it was sent, silence counts from its end", async () => {
      const lab = await open();
      silence(lab);
      const abort = new AbortController();
      lab.socket.bufferedAmount = 9 * 1024 * 1024;
      lab.call("never sent", [], {}, { signal: abort.signal });
      await lab.clock.advance(60_000);
      abort.abort();
      await settled();
      expect(lab.session.state.status).toBe("open");
      const noticed = await untilNoticed(lab);
      expect(noticed).toBeGreaterThanOrEqual(18_000);
      expect(noticed).toBeLessThanOrEqual(21_000);
      await lab.expectNothingLeft();
    });

    test("that never ends the connection stays, and with deadMs 0 any", async () => {
      const lab = await open({ deadMs: 0 });
      await busy(lab, 20_000);
      silence(lab);
      expect(await untilNoticed(lab)).toBeGreaterThanOrEqual(600_000);
      await lab.session.close();
      await lab.expectNothingLeft();
    });
  });
}

for (const [what, answer] of Object.entries({
  "a good reply": (lab: Lab, id: string) => lab.socket.reply(id, "late"),
  "one over maxMessageBytes": (lab: Lab, id: string) => lab.socket.reply(id, "x".repeat(200_000)),
  "one that is no message": (lab: Lab, id: string) => lab.socket.message({ wslink: "1.0", id }),
  "one whose chunks contradict each other": (lab: Lab, id: string) => {
    const [first, second] = chunks(encode({ wslink: "1.0", id, result: "x".repeat(2000) }), 1500, 9) as [ArrayBuffer, ArrayBuffer];
    new DataView(second).setUint32(8, 7, true);
    lab.socket.receive(first);
    lab.socket.receive(second);
  },
  "one that is given up half way": async (lab: Lab, id: string) => {
    lab.socket.receive(chunks(encode({ wslink: "1.0", id, result: "x".repeat(2000) }), 1500, 9)[0] as ArrayBuffer);
    await lab.clock.advance(2_000);
    lab.socket.publish("another frame", 1);
  },
})) {
  test(`a late reply ends the server's work on its call: ${what}`, async () => {
    const lab = await Lab.open({ limits: { maxMessageBytes: 100_000, maxPartialAgeMs: 1_000 }, reconnect: false });
    const call = lab.call("slow", [], {}, { timeoutMs: 100 });
    await lab.clock.advance(200);
    expect(call.error).toMatchObject({ name: "CallTimeoutError" });
    await answer(lab, lab.socket.calls[0]?.id ?? "");
    silence(lab);
    await lab.clock.advance(80_000);
    expect(lab.session.state.status).toBe("closed");
    await lab.expectNothingLeft();
  });
}

for (const [what, options] of Object.entries({
  "deadMs below intervalMs": { intervalMs: 1_000, unresponsiveMs: 1_000, deadMs: 500 },
  "deadMs: Infinity": { intervalMs: 1_000, unresponsiveMs: 1_000, deadMs: Number.POSITIVE_INFINITY },
  "intervalMs: Infinity": { intervalMs: Number.POSITIVE_INFINITY, unresponsiveMs: 1_000, deadMs: 2_000 },
  "intervalMs: 0, which is never": { intervalMs: 0, unresponsiveMs: 1_000, deadMs: Number.POSITIVE_INFINITY },
  "deadMs: 0, which is never": { intervalMs: 1_000, unresponsiveMs: 0, deadMs: 0 },
  "tiny ones": { intervalMs: 0.1, unresponsiveMs: 0.1, deadMs: 0.1 },
})) {
  test(`odd intervals do not spin (${what})`, async () => {
    const lab = await Lab.open({ liveness: options, reconnect: false });
    silence(lab);
    let timers = 0;
    const { setTimeout } = lab.clock;
    lab.clock.setTimeout = function (run, ms) {
      timers++;
      return setTimeout.call(this, run, ms);
    };
    await lab.clock.advance(5_000);
    expect(timers).toBeLessThan(20);
    const never = [options.deadMs, options.intervalMs].some((ms) => ms === 0 || ms === Number.POSITIVE_INFINITY);
    expect(lab.session.state.status).toBe(never ? "open" : "closed");
    await lab.session.close();
    await lab.expectNothingLeft();
  });
}

test("a subscriber who closes when the server grows unresponsive leaves no timer", async () => {
  const lab = await Lab.open();
  lab.session.state$.subscribe((state) => state.status === "open" && !state.responsive && void lab.session.close());
  silence(lab);
  await lab.clock.advance(25_000);
  expect(lab.session.state).toEqual({ status: "closed" });
  await lab.expectNothingLeft();
});

test("a subscriber of wire$ who closes when a probe goes out leaves no timer", async () => {
  const lab = await Lab.open();
  lab.session.wire$.subscribe(() => void lab.session.close());
  await lab.clock.advance(15_000);
  await lab.expectNothingLeft();
});

test.describe("timers that were frozen", () => {
  test("are no silence of the server: one probe, and time for its answer", async () => {
    const lab = await Lab.open();
    silence(lab);
    await lab.clock.freeze(3_600_000);
    expect(lab.socket.probes).toHaveLength(1);
    expect(responsive(lab)).toBe(true);
    await lab.clock.advance(10_000);
    expect(responsive(lab)).toBe(false);
    await lab.clock.advance(49_999);
    expect(lab.session.state.status).toBe("open");
    await lab.clock.advance(1);
    expect(lab.session.state.status).toBe("waiting");
    await lab.session.close();
    await lab.expectNothingLeft();
  });

  test("with a probe on its way raise no alarm, and send no second one", async () => {
    const lab = await Lab.open();
    silence(lab);
    await lab.clock.advance(15_000);
    await lab.clock.freeze(3_600_000);
    expect(lab.socket.probes).toHaveLength(1);
    expect(responsive(lab)).toBe(true);
    lab.socket.publish("t", 1);
    await lab.clock.advance(14_999);
    expect(lab.session.state).toMatchObject({ status: "open", responsive: true, connection: 1 });
    await lab.session.close();
  });

  test("of a page that is hidden for an hour, with one timer a minute, raise no alarm", async () => {
    const lab = await Lab.open();
    silence(lab);
    for (let minute = 0; minute < 60; minute++) await lab.clock.freeze(60_000);
    expect(lab.session.state).toMatchObject({ status: "open", responsive: true, connection: 1 });
    expect(lab.socket.probes.length).toBeLessThanOrEqual(2);
    await lab.session.close();
    await lab.expectNothingLeft();
  });
});

test.describe("round trips", () => {
  test("are taken of probes that waited behind nothing", async () => {
    const lab = await Lab.open();
    const { system } = lab.network;
    lab.network.server = {
      ...lab.network.server,
      request: (request) => void lab.clock.setTimeout(() => system.call(lab.network, request), 30),
    };
    const ping = watch(lab.session.ping());
    await lab.clock.advance(30);
    expect(ping.value).toBe(30);
    expect(lab.session.stats().roundTripMs).toBe(30);
    lab.call("long");
    const behind = watch(lab.session.ping());
    await lab.clock.advance(2_000);
    expect(behind.value).toBe(30);
    expect(lab.session.stats().roundTripMs).toBe(30);
    await lab.session.close();
  });

  for (const how of ["signal", "timeoutMs", "close", "loss"] as const) {
    test(`a ping that ends by ${how} leaves nothing`, async () => {
      const lab = await Lab.open({ reconnect: false });
      silence(lab);
      const abort = new AbortController();
      const ping = watch(lab.session.ping({ signal: abort.signal, timeoutMs: 500 }));
      if (how === "signal") abort.abort();
      else if (how === "timeoutMs") await lab.clock.advance(500);
      else if (how === "close") await lab.session.close();
      else lab.socket.cut();
      await settled();
      const name = { signal: "AbortError", timeoutMs: "CallTimeoutError", close: "ConnectionError", loss: "ConnectionError" }[how];
      expect(ping.error).toMatchObject({ name });
      await lab.session.close();
      await lab.expectNothingLeft();
    });
  }

  test("a ping whose frame makes somebody close the session leaves nothing", async () => {
    const lab = await Lab.open();
    lab.session.wire$.subscribe(() => void lab.session.close());
    const ping = watch(lab.session.ping({ timeoutMs: 500 }));
    await lab.expectNothingLeft();
    expect(ping.error).toMatchObject({ name: "ConnectionError" });
  });
});
