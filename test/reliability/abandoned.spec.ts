import { expect, test } from "@playwright/test";
import { Lab } from "./lab.js";

const MiB = 1024 * 1024;

/** Nobody waits for the reply of a call, but the server may still be at work on it. */
test.describe("a silent connection", () => {
  test("is busy, not dead, with a call that was aborted, until it is answered", async () => {
    const lab = await Lab.open();
    lab.network.stall();
    const aborted = new AbortController();
    const call = lab.call("long", [], {}, { signal: aborted.signal });
    aborted.abort(new Error("not needed any more"));
    await lab.clock.advance(3_600_000);
    expect(call.error).toMatchObject({ message: "not needed any more" });
    expect(lab.session.state).toMatchObject({ status: "open", connection: 1, responsive: false });
    lab.socket.reply(lab.socket.calls[0]?.id ?? "", "done");
    await lab.clock.advance(74_999);
    expect(lab.session.state).toMatchObject({ status: "open", responsive: false });
    await lab.clock.advance(1);
    expect(lab.session.state).toMatchObject({ status: "waiting" });
    await lab.session.close();
    await lab.expectNothingLeft();
  });

  for (const by of ["timeoutMs", "signal"] as const) {
    test(`is busy, not dead, with a call that timed out by ${by}: it still runs`, async () => {
      const lab = await Lab.open();
      lab.network.stall();
      const late = new AbortController();
      const call = lab.call("long", [], {}, by === "timeoutMs" ? { timeoutMs: 1_000 } : { signal: late.signal });
      if (by === "signal") late.abort(new DOMException("late", "TimeoutError")); // as AbortSignal.timeout() does
      await lab.clock.advance(3_600_000);
      expect(call.error).toMatchObject({ name: expect.stringMatching(/Timeout/) });
      expect(lab.session.state).toMatchObject({ status: "open", connection: 1, responsive: false });
      await lab.session.close();
      await lab.expectNothingLeft();
    });
  }

  test("is dead with a call of which only a part went out: that never runs", async () => {
    const lab = await Lab.open({ limits: { maxFrameBytes: 3 * MiB } });
    lab.network.stall();
    const aborted = new AbortController();
    const send = lab.socket.send.bind(lab.socket);
    lab.socket.send = (data) => {
      send(data);
      lab.socket.bufferedAmount = 9 * MiB;
    };
    const call = lab.call("upload", [new Uint8Array(8 * MiB)], {}, { signal: aborted.signal });
    expect(lab.session.stats()).toMatchObject({ queued: 1 });
    aborted.abort();
    await lab.clock.advance(75_000);
    expect(call.error).toMatchObject({ name: "AbortError" });
    expect(lab.session.state).toMatchObject({ status: "waiting" });
    await lab.session.close();
    await lab.expectNothingLeft();
  });
});
