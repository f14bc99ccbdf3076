import { expect, test } from "@playwright/test";
import { ConnectionError, type SessionState } from "wslink-rx";
import { Lab, type Outcome, settled, watch } from "./lab.js";

test("on loss: the state, then the rejections, then whatever was queued in the close event", async () => {
  const lab = await Lab.open();
  const order: string[] = [];
  lab.session.state$.subscribe(({ status }) => status === "waiting" && order.push("state"));
  const calls = Array.from({ length: 1_000 }, () =>
    lab.session.call("work").catch((error: ConnectionError) => {
      order.push(`rejected ${error.sent}`);
    }),
  );
  const timeout = new Promise<void>((resolve) => setTimeout(() => resolve(void order.push("timeout")), 0));
  lab.socket.cut();
  await Promise.all([...calls, timeout]);
  expect(order).toEqual(["state", ...Array(1_000).fill("rejected true"), "timeout"]);
  await lab.session.close();
});

test("on close(): state, rejections and completion in the same turn", async () => {
  const lab = await Lab.open();
  const order: string[] = [];
  lab.session.state$.subscribe(({ status }) => status === "closed" && order.push("state"));
  lab.session.topic("t").subscribe({ complete: () => order.push("completed") });
  const call = watch(lab.session.call("work"));
  const closing = lab.session.close();
  expect(order).toEqual(["state", "completed"]);
  await closing;
  await Promise.resolve();
  expect(call.error).toMatchObject({ name: "ConnectionError", stage: "open", sent: true });
});

test("on a new connection: starts in the order of subscription, then queued calls, then those that were made meanwhile, after a reconnect too", async () => {
  const lab = new Lab({ offline: "queue" });
  const called = () => lab.socket.calls.map(({ method }) => method);
  let inside = true;
  lab.session.state$.subscribe(({ status }) => status === "open" && void lab.session.call("by the state").catch(() => {}));
  lab.session.connected$.subscribe(() => void lab.session.call("by connected$").catch(() => {}));
  const queued = (name: string) => lab.call(name, [], {}, { onProgress: () => inside && lab.call(`inside ${name}`) && (inside = false) });
  queued("queued 1");
  for (const name of ["a", "b"]) lab.session.topic(name, { start: (session) => session.call(`start ${name}`) }).subscribe();
  lab.call("queued 2");
  await lab.session.open();
  const expected = ["start a", "start b", "queued 1", "queued 2", "by the state", "by connected$", "inside queued 1"];
  expect(called()).toEqual(expected);
  lab.socket.cut();
  inside = true;
  queued("queued 1");
  lab.call("queued 2");
  await lab.clock.advance(100);
  expect(called()).toEqual(expected);
  await lab.session.close();
  await lab.expectNothingLeft();
});

for (const offline of ["reject", "queue"] as const) {
  test(`a call that a listener makes at open is settled when a start loses the connection at once (${offline})`, async () => {
    const lab = new Lab({ offline });
    let made: Outcome | undefined;
    lab.session.state$.subscribe(({ status }) => status === "open" && (made ??= lab.call("by the state")));
    lab.session.topic("t", { start: async () => lab.socket.cut() }).subscribe();
    await lab.session.open();
    await settled();
    if (offline === "reject") expect(made?.error).toMatchObject({ name: "ConnectionError", sent: false });
    else expect(made?.settled).toBe(0);
    await lab.session.close();
    await settled();
    expect(made?.error).toMatchObject({ name: "ConnectionError", sent: false });
    await lab.expectNothingLeft();
  });
}

test.describe("subscribers of the state who act", () => {
  test("close() while connecting ends it before a socket is made", async () => {
    const lab = new Lab();
    lab.session.state$.subscribe(({ status }) => status === "connecting" && void lab.session.close());
    const opening = watch(lab.session.open());
    await lab.expectNothingLeft();
    expect(opening.error).toBeInstanceOf(ConnectionError);
    expect(lab.network.sockets).toHaveLength(0);
    expect(lab.session.state).toEqual({ status: "closed" });
  });

  for (const where of ["url", "secret", "webSocket"] as const) {
    test(`close() within ${where}() ends the attempt for good`, async () => {
      const given = { url: "ws://fake/ws", secret: "x" };
      const lab: Lab = new Lab({
        [where]: (address: string) => {
          void lab.session.close();
          return where === "webSocket" ? lab.network.webSocket(address) : given[where];
        },
      });
      const opening = watch(lab.session.open());
      await lab.clock.advance(60_000);
      expect(opening.error).toBeInstanceOf(ConnectionError);
      expect(lab.statuses).toEqual(["idle", "connecting", "closed"]);
      expect(lab.network.sockets.flatMap(({ frames }) => frames)).toEqual([]);
      await lab.expectNothingLeft();
    });
  }

  for (const when of ["open", "waiting"] as const) {
    test(`close() when ${when} leaves nothing, and everybody sees the same order`, async () => {
      const lab = new Lab({ offline: "queue" });
      const early: string[] = [];
      const late: string[] = [];
      lab.session.state$.subscribe(({ status }) => early.push(status));
      lab.session.state$.subscribe(({ status }) => status === when && void lab.session.close());
      lab.session.state$.subscribe(({ status }) => late.push(status));
      const queued = lab.call("queued");
      await lab.session.open();
      if (when === "waiting") lab.socket.cut();
      await lab.clock.advance(1_000);
      await lab.expectNothingLeft();
      expect(lab.session.state).toEqual({ status: "closed" });
      expect(early).toEqual(late);
      expect(early).toEqual(when === "open" ? ["idle", "connecting", "open", "closed"] : ["idle", "connecting", "open", "waiting", "closed"]);
      expect(queued.settled).toBe(1);
      expect(lab.network.sockets).toHaveLength(1);
    });
  }

  test("open() when waiting tries at once and leaves no second timer", async () => {
    const lab = await Lab.open({ reconnect: () => 5_000 });
    lab.session.state$.subscribe(({ status }) => status === "waiting" && void lab.session.open());
    lab.socket.cut();
    await settled();
    expect(lab.session.state).toMatchObject({ status: "open", connection: 2 });
    await lab.clock.advance(10_000);
    expect(lab.network.sockets).toHaveLength(2);
    await lab.session.close();
    await lab.expectNothingLeft();
  });

  test("open() when closed begins anew: calls and topics of the new life are not ended with the old", async () => {
    const lab = await Lab.open({ offline: "queue" });
    const old = lab.call("old");
    const ends: string[] = [];
    const topic = lab.session.topic("t");
    topic.subscribe({ complete: () => ends.push("old") });
    let fresh: ReturnType<typeof lab.call> | undefined;
    lab.session.state$.subscribe(({ status }) => {
      if (status !== "closed" || fresh) return;
      void lab.session.open();
      fresh = lab.call("fresh");
      topic.subscribe({ next: (payload) => ends.push(`heard ${payload}`), complete: () => ends.push("fresh") });
    });
    await lab.session.close();
    await settled();
    expect(old.error).toBeInstanceOf(ConnectionError);
    expect(fresh?.settled).toBe(0);
    expect(lab.socket.calls.map(({ method }) => method)).toEqual(["fresh"]);
    lab.socket.publish("t", "hello");
    expect(ends).toEqual(["old", "heard hello"]);
  });

  test("a call when waiting says that it was not sent", async () => {
    const lab = await Lab.open();
    let call: ReturnType<typeof lab.call> | undefined;
    lab.session.state$.subscribe(({ status }) => {
      if (status === "waiting") call = lab.call("too late");
    });
    lab.socket.cut();
    await settled();
    expect(call?.error).toMatchObject({ name: "ConnectionError", sent: false, message: expect.stringContaining("the session is waiting") });
    await lab.session.close();
  });

  test("a topic subscribed to when waiting starts once, on the next connection", async () => {
    const lab = await Lab.open();
    const starts: unknown[] = [];
    let subscribed = false;
    lab.session.state$.subscribe(({ status }) => {
      if (status !== "waiting" || subscribed) return;
      subscribed = true;
      lab.session.topic("t", { start: async (_, info) => starts.push(info) }).subscribe();
    });
    lab.socket.cut();
    await lab.clock.advance(100);
    expect(starts).toEqual([{ connection: 2, gapMs: 100 }]);
    await lab.session.close();
  });
});

test("the state that a subscriber reads is never older than the one it is told", async () => {
  const lab = new Lab();
  const seen: [SessionState, SessionState][] = [];
  lab.session.state$.subscribe((state) => seen.push([state, lab.session.state]));
  await lab.session.open();
  lab.socket.cut();
  await lab.clock.advance(100);
  await lab.session.close();
  for (const [told, read] of seen) expect(read).toBe(told);
  expect(seen).toHaveLength(7);
});

test("inFlight$ ends with the truth, also when its subscribers call", async () => {
  const lab = await Lab.open();
  const seen: number[] = [];
  let more = 2;
  lab.session.inFlight$.subscribe((count) => {
    if (count === 1 && more-- > 0) lab.call("one more");
  });
  lab.session.inFlight$.subscribe((count) => seen.push(count));
  lab.call("first");
  expect(seen).toEqual([0, 1, 2]);
  for (const { id } of [...lab.socket.calls]) lab.socket.reply(id, null);
  expect(seen.at(-1)).toBe(lab.session.stats().inFlight);
  await lab.session.close();
  expect(seen.at(-1)).toBe(0);
});

for (const offline of ["queue", "reject"] as const) {
  test(`a subscriber of inFlight$ who closes the session takes the call with it (offline: ${offline})`, async () => {
    const lab = offline === "queue" ? new Lab({ offline }) : await Lab.open();
    lab.session.inFlight$.subscribe((count) => count === 1 && void lab.session.close());
    const call = lab.call("work");
    await lab.expectNothingLeft();
    expect(call.error).toMatchObject({ name: "ConnectionError", sent: false });
    expect(lab.network.sockets.flatMap(({ calls }) => calls)).toEqual([]);
  });
}

test("arguments that close the session while they are read are not sent", async () => {
  const lab = await Lab.open();
  const call = lab.call("work", [
    {
      toJSON: () => {
        void lab.session.close();
        return 1;
      },
    },
  ]);
  await lab.expectNothingLeft();
  expect(call.error).toMatchObject({ name: "ConnectionError", sent: false });
  expect(lab.socket.calls).toEqual([]);
});

test("a subscriber that closes amid a delivery hears nothing more, nor does anybody else", async () => {
  const lab = await Lab.open();
  const heard: unknown[] = [];
  lab.session.topic("t").subscribe(() => void lab.session.close());
  lab.session.topic("t").subscribe((payload) => heard.push(payload));
  const { socket } = lab;
  const { onmessage } = socket;
  socket.publish("t", 1);
  onmessage?.({ data: "late" }); // a socket that does not honour what was taken from it
  socket.publish("t", 2);
  expect(heard).toEqual([]);
  await lab.expectNothingLeft();
});

test("the old socket says nothing any more once a new one lives", async () => {
  const lab = await Lab.open();
  const old = lab.socket;
  const handlers = { open: old.onopen, message: old.onmessage, close: old.onclose, error: old.onerror };
  const call = lab.call("old");
  old.cut();
  await lab.clock.advance(100);
  const before = [...lab.states];
  const fresh = lab.call("fresh");
  const { received } = lab.session.stats();
  old.readyState = 1;
  handlers.open?.({});
  handlers.message?.({ data: JSON.stringify({ id: "rpc:c0123:1", result: "stale" }) });
  handlers.error?.({});
  handlers.close?.({ code: 1006, reason: "", wasClean: false });
  await settled();
  expect(lab.states).toEqual(before);
  expect(lab.session.stats().received).toEqual(received);
  expect(call.error).toBeInstanceOf(ConnectionError);
  expect(fresh.settled).toBe(0);
  await lab.session.close();
});
