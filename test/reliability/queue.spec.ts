import { expect, test } from "@playwright/test";
import { CallTimeoutError, type ConnectionError, LimitError, type Protocol } from "wslink-rx";
import { Lab, settled } from "./lab.js";

const methods = (lab: Lab): string[] => lab.socket.calls.map(({ method }) => method);

for (const [what, prepare] of Object.entries({
  idle: async () => new Lab({ offline: "queue" }),
  connecting: async () => {
    const lab = new Lab({ offline: "queue" });
    void lab.session.open();
    return lab;
  },
  waiting: async () => {
    const lab = await Lab.open({ offline: "queue" });
    lab.socket.cut();
    return lab;
  },
})) {
  test(`calls made while ${what} wait, and go out once, in their order`, async () => {
    const lab = await prepare();
    expect(lab.session.state.status).toBe(what);
    const calls = ["one", "two", "three"].map((name) => lab.call(name));
    expect(lab.session.stats()).toMatchObject({ queued: 3, inFlight: 3 });
    await lab.session.open();
    expect(methods(lab)).toEqual(["one", "two", "three"]);
    lab.socket.cut();
    await lab.clock.advance(100);
    expect(methods(lab)).toEqual([]); // what was sent is not sent again
    expect(calls.map(({ error }) => (error as ConnectionError).sent)).toEqual([true, true, true]);
    await lab.session.close();
    await lab.expectNothingLeft();
  });
}

for (const how of ["never opened and closed", "closed after a connection"]) {
  test(`a closed session queues nothing (${how})`, async () => {
    const lab = new Lab({ offline: "queue" });
    if (how !== "never opened and closed") await lab.session.open();
    await lab.session.close();
    const call = lab.call();
    await settled();
    expect(call.error).toMatchObject({ name: "ConnectionError", sent: false });
    await lab.expectNothingLeft();
  });
}

test("close() rejects what waits: it was not sent", async () => {
  const lab = new Lab({ offline: "queue" });
  const call = lab.call("work");
  await lab.session.close();
  await lab.expectNothingLeft();
  expect(call.error).toMatchObject({ name: "ConnectionError", sent: false, message: expect.stringContaining("work") });
});

test("a first open that fails rejects what waited for it, with the cause", async () => {
  const lab = new Lab({ offline: "queue" });
  lab.network.refuse();
  const call = lab.call("work");
  const opening = lab.watch(lab.session.open());
  await lab.expectNothingLeft();
  expect(call.error).toMatchObject({ sent: false, cause: opening.error });
});

test("a call that is refused leaves its caller the buffers of `transfer`", async () => {
  const lab = new Lab({ offline: "queue", limits: { maxQueuedCalls: 1 } });
  const kept = lab.call("one");
  const buffer = new ArrayBuffer(8);
  const call = lab.call("two", [buffer], {}, { transfer: [buffer] });
  await settled();
  expect(call.error).toMatchObject({ name: "LimitError", limit: "maxQueuedCalls", value: 2 });
  expect(buffer.byteLength).toBe(8);
  await lab.session.close();
  expect(kept.error).toMatchObject({ sent: false });
});

test("more than maxQueuedCalls are refused, the others stay", async () => {
  const lab = new Lab({ offline: "queue", limits: { maxQueuedCalls: 2 } });
  const calls = ["one", "two", "three"].map((name) => lab.call(name));
  await settled();
  expect(calls[2]?.error).toBeInstanceOf(LimitError);
  expect(calls[2]?.error).toMatchObject({ limit: "maxQueuedCalls", message: expect.stringContaining("three") });
  await lab.session.open();
  expect(methods(lab)).toEqual(["one", "two"]);
  await lab.session.close();
});

for (const protocol of ["v1", "v2"] as const satisfies Protocol[]) {
  test(`more than maxQueuedCalls that wait for the socket are refused, the others stay (${protocol})`, async () => {
    const lab = await Lab.open({ limits: { maxQueuedCalls: 2 } }, protocol);
    lab.socket.bufferedAmount = 8 * 1024 * 1024 + 1;
    const calls = ["one", "two", "three"].map((name) => lab.call(name));
    const behind = lab.call("behind", [], {}, { background: true });
    await settled();
    for (const refused of [calls[2], behind]) expect(refused?.error).toMatchObject({ name: "LimitError", limit: "maxQueuedCalls", value: 3 });
    expect(lab.session.stats()).toMatchObject({ queued: 2, inFlight: 2 });
    lab.socket.bufferedAmount = 0;
    await lab.socket.paced();
    expect(methods(lab)).toEqual(["one", "two"]);
    lab.call("with room again");
    expect(methods(lab)).toEqual(["one", "two", "with room again"]);
    await lab.session.close();
    await lab.expectNothingLeft();
  });

  test(`maxQueuedCalls: 0 refuses none that the socket takes (${protocol})`, async () => {
    const lab = await Lab.open({ limits: { maxQueuedCalls: 0 } }, protocol);
    for (let i = 0; i < 3; i++) lab.call("taken");
    expect(methods(lab)).toEqual(["taken", "taken", "taken"]);
    await lab.session.close();
  });
}

test("each waits for maxQueuedMs, counted from its own call", async () => {
  const lab = new Lab({ offline: "queue", limits: { maxQueuedMs: 1_000 } });
  const first = lab.call("first");
  await lab.clock.advance(600);
  const second = lab.call("second");
  await lab.clock.advance(399);
  expect(first.settled).toBe(0);
  await lab.clock.advance(1);
  expect(first.error).toMatchObject({ name: "LimitError", limit: "maxQueuedMs", message: expect.stringContaining("first") });
  expect(second.settled).toBe(0);
  await lab.clock.advance(600);
  expect(second.error).toBeInstanceOf(LimitError);
  await lab.expectNothingLeft();
});

test("a call made while others expire has a timer like any other, and none is left over", async () => {
  const lab = new Lab({ offline: "queue", limits: { maxQueuedMs: 100 } });
  const first = lab.call("first");
  let again: ReturnType<typeof lab.call> | undefined;
  lab.session.inFlight$.subscribe((count) => {
    if (count === 0) again ??= lab.call("again");
  });
  await lab.clock.advance(100);
  expect(first.settled).toBe(1);
  expect(again?.settled).toBe(0);
  expect(lab.clock.timers.size).toBe(1);
  await lab.clock.advance(100);
  expect(again?.error).toBeInstanceOf(LimitError);
  await lab.expectNothingLeft();
});

test("timeoutMs and the signal count while waiting: such a call is never sent", async () => {
  const lab = new Lab({ offline: "queue" });
  const abort = new AbortController();
  const late = lab.call("late", [], {}, { timeoutMs: 50 });
  const aborted = lab.call("aborted", [], {}, { signal: abort.signal });
  lab.call("kept");
  abort.abort(new Error("my reason"));
  await lab.clock.advance(50);
  expect(late.error).toBeInstanceOf(CallTimeoutError);
  expect(aborted.error).toBe(abort.signal.reason);
  await lab.session.open();
  expect(methods(lab)).toEqual(["kept"]);
  await lab.session.close();
  await lab.expectNothingLeft();
});

test("timeoutMs counts from call() over the wait and the connection", async () => {
  const lab = new Lab({ offline: "queue" });
  const call = lab.call("work", [], {}, { timeoutMs: 100 });
  await lab.clock.advance(60);
  await lab.session.open();
  await lab.clock.advance(39);
  expect(call.settled).toBe(0);
  await lab.clock.advance(1);
  expect(call.error).toMatchObject({ name: "CallTimeoutError", timeoutMs: 100 });
  await lab.session.close();
});

test("a queue that nobody empties is not drained by failing attempts", async () => {
  const lab = await Lab.open({ offline: "queue" });
  lab.network.refuse();
  lab.socket.cut();
  const call = lab.call("work");
  await lab.clock.advance(1_000);
  expect(call.settled).toBe(0);
  lab.network.restore();
  await lab.clock.advance(100);
  expect(methods(lab)).toEqual(["work"]);
  await lab.session.close();
});
