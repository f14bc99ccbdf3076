import { getEventListeners } from "node:events";
import { expect, test } from "@playwright/test";
import { config } from "rxjs";
import { ConnectionError, connect, type Protocol } from "wslink-rx";
import { FakePage } from "./fakePage.js";
import { FakeClock, FakeNetwork, Lab, settled, watch } from "./lab.js";

const never = () => new Promise<string>(() => {});

/** Every state in which close() may find a session. */
const STATES: Record<string, (protocol: Protocol) => Promise<Lab>> = {
  idle: async (protocol) => new Lab({}, protocol),
  "idle, with calls that wait": async (protocol) => {
    const lab = new Lab({ offline: "queue" }, protocol);
    lab.call();
    return lab;
  },
  "asking for the url": async (protocol) => opening(new Lab({ url: never }, protocol)),
  "asking for the secret": async (protocol) => opening(new Lab({ secret: never }, protocol)),
  "opening a socket": async (protocol) => {
    const lab = new Lab({}, protocol);
    lab.network.server = { connect: () => {}, request: () => {} };
    return opening(lab);
  },
  "waiting for the hello": async (protocol) => {
    const lab = new Lab({}, protocol);
    lab.network.stall();
    return opening(lab);
  },
  "finding out the protocol": async (protocol) => {
    const lab = new Lab({ protocol: "auto" }, protocol);
    lab.network.stall();
    return opening(lab);
  },
  open: (protocol) => Lab.open({}, protocol),
  "open, with calls in flight": async (protocol) => {
    const lab = await Lab.open({}, protocol);
    lab.call("a", [], {}, { timeoutMs: 1_000 });
    lab.call("b", [new Blob(["b"])]);
    lab.call("c", [], {}, { background: true });
    return lab;
  },
  "open, with a full socket": async (protocol) => {
    const lab = await Lab.open({}, protocol);
    lab.socket.bufferedAmount = 2 ** 30;
    lab.call();
    return lab;
  },
  "open, with topics": async (protocol) => {
    const lab = await Lab.open({}, protocol);
    lab.session.topic("t", { latest: true, start: (session) => session.call("start") }).subscribe();
    lab.socket.publish("t", 1);
    return lab;
  },
  "open and unresponsive": async (protocol) => {
    const lab = await Lab.open({}, protocol);
    lab.network.stall();
    await lab.clock.advance(30_000);
    return lab;
  },
  waiting: async (protocol) => {
    const lab = await Lab.open({}, protocol);
    lab.socket.cut();
    return lab;
  },
  reconnecting: async (protocol) => {
    const lab = await Lab.open({}, protocol);
    lab.network.stall();
    lab.socket.cut();
    await lab.clock.advance(100);
    return lab;
  },
  closed: async (protocol) => {
    const lab = await Lab.open({}, protocol);
    await lab.session.close();
    return lab;
  },
  "closed by a failure": async (protocol) => {
    const lab = new Lab({}, protocol);
    lab.network.refuse();
    await lab.session.open().catch(() => {});
    return lab;
  },
};

async function opening(lab: Lab): Promise<Lab> {
  void lab.session.open().catch(() => {});
  await settled();
  return lab;
}

let page: FakePage;
test.beforeEach(() => (page = new FakePage()));
test.afterEach(() => page.remove());

for (const protocol of ["v1", "v2"] as const) {
  for (const [state, prepare] of Object.entries(STATES)) {
    test(`close() while ${state} settles everything and leaves nothing (${protocol})`, async () => {
      const lab = await prepare(protocol);
      const late = watch(lab.session.open());
      const sockets = lab.network.sockets.length;
      const closing = lab.session.close();
      expect(lab.session.state.status).toBe("closed");
      const second = lab.session.close();
      await Promise.all([closing, second]);
      await lab.expectNothingLeft();
      expect(late.settled).toBe(1);
      expect(page.listeners).toBe(0);
      const { states } = lab;
      const before = [...states];
      await lab.clock.advance(3_600_000);
      expect(states).toEqual(before);
      expect(lab.network.sockets).toHaveLength(sockets);
    });
  }
}

test("close() before the hello rejects open(), also in one turn, and says what it is", async () => {
  const lab = new Lab();
  const opening = watch(lab.session.open());
  void lab.session.close();
  await settled();
  expect(opening.error).toBeInstanceOf(ConnectionError);
  expect(opening.error).toMatchObject({ sent: false, message: expect.stringContaining("close()") });
});

test("a closed session may be opened again, many times", async () => {
  const lab = new Lab();
  for (let connection = 1; connection <= 50; connection++) {
    await lab.session.open();
    expect(lab.session.state).toMatchObject({ status: "open", connection });
    const call = lab.call("work");
    await lab.session.close();
    await settled();
    expect(call.settled).toBe(1);
  }
  await lab.expectNothingLeft();
  expect(page.listeners).toBe(0);
});

test("no call leaves a listener on its signal, however it ends", async () => {
  const lab = await Lab.open({ limits: { maxDepth: 3 } });
  const { signal } = new AbortController();
  const options = { signal, timeoutMs: 100 };
  const call = (method: string, args: unknown[] = []) => lab.call(method, args, {}, options);
  const answered = call("answered");
  lab.socket.reply(lab.socket.calls[0]?.id ?? "", 1);
  const refused = call("refused");
  lab.socket.refuse(lab.socket.calls[1]?.id ?? "", -32001);
  const deep = call("too deep", [[[[[]]]]]);
  const late = call("late");
  await lab.clock.advance(100);
  const aborted = new AbortController();
  const taken = lab.call("aborted", [], {}, { signal: aborted.signal });
  aborted.abort();
  const subscription = lab.session.call$("unsubscribed", [], {}, options).subscribe();
  subscription.unsubscribe();
  const lost = call("lost");
  lab.socket.cut();
  const offline = call("not connected");
  await lab.clock.advance(100);
  const closed = call("closed");
  await lab.session.close();
  await settled();
  for (const outcome of [answered, refused, deep, late, taken, lost, offline, closed]) expect(outcome.settled).toBe(1);
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
  expect(getEventListeners(aborted.signal, "abort")).toHaveLength(0);
  await lab.expectNothingLeft();
});

test("connect() that fails leaves nothing alive", async () => {
  const clock = new FakeClock();
  const network = new FakeNetwork();
  network.refuse();
  await expect(connect("ws://fake/ws", { clock, webSocket: network.webSocket, reconnect: { initial: false } })).rejects.toThrow(ConnectionError);
  expect(clock.timers.size).toBe(0);
  expect(page.listeners).toBe(0);
});

test("a socket whose close() throws keeps nobody waiting", async () => {
  const thrown: unknown[] = [];
  config.onUnhandledError = (error) => thrown.push(error);
  const lab = await Lab.open();
  const call = lab.call("work");
  const mine = new Error("the socket's own");
  lab.socket.close = () => {
    throw mine;
  };
  await lab.session.close();
  await new Promise((resolve) => setTimeout(resolve, 5));
  config.onUnhandledError = null;
  expect(call.error).toBeInstanceOf(ConnectionError);
  expect(lab.session.state).toEqual({ status: "closed" });
  expect(lab.clock.timers.size).toBe(0);
  expect(thrown).toEqual([mine]);
});
