import { expect, test } from "@playwright/test";
import { connect, Session } from "../../src/index.js";
import { MockServer, type MockServerOptions } from "../../src/testing/index.js";

// A test's own code goes wrong, or a server ends in the middle of something: that is told, and harms nothing else.
let lines: string[];
const quiet = (options: MockServerOptions = {}) => new MockServer({ log: ({ level, message }) => level === "warn" && lines.push(message), ...options });
const start = (server: MockServer) => connect(server.url, { webSocket: server.webSocket, reconnect: { minDelayMs: 1, maxDelayMs: 1 }, log: false });

test.beforeEach(() => {
  lines = [];
});

/** What callbacks throw, in the place of the platform's own reporting. */
async function reported(work: () => Promise<void>): Promise<unknown[]> {
  const errors: unknown[] = [];
  const former = Object.getOwnPropertyDescriptor(globalThis, "reportError");
  Object.defineProperty(globalThis, "reportError", { configurable: true, value: (error: unknown) => errors.push(error) });
  try {
    await work();
  } finally {
    if (former) Object.defineProperty(globalThis, "reportError", former);
    else Reflect.deleteProperty(globalThis, "reportError");
  }
  return errors;
}

for (const protocol of ["v1", "v2"] as const) {
  test.describe(`a mock of ${protocol}`, () => {
    test("a method that publishes and then throws: both come, in the servers' order", async () => {
      const publishes = (): never => {
        server.publish("t", new Uint8Array(3));
        throw new Error("after all");
      };
      using server = quiet({ protocol })
        .rpc("plain", publishes)
        .rpc("async", async () => publishes());
      const session = await start(server);
      const order: unknown[] = [];
      session.subscribe("t", (payload) => order.push(payload));
      for (const method of ["plain", "async"]) {
        await session.call(method).catch(({ data }: { data: { exception: string } }) => order.push(data.exception));
        await session.ping();
      }
      const [error, publication] = [expect.stringContaining("after all"), new ArrayBuffer(3)];
      expect(order).toEqual([error, publication, publication, error]);
      await session.close();
    });

    test("a reply hook that throws or gives no reply: the call gets an exception, the log says why, the next call is well", async () => {
      using server = quiet({ protocol }).rpc("a", () => 1);
      const session = await start(server);
      const gives: (() => unknown)[] = [
        () => {
          throw new Error("hook");
        },
        () => 5,
        async () => null,
        () => ({ id: "x" }),
        () => ({ id: "x", error: "text" }),
      ];
      for (const give of gives) {
        server.reply = give as never;
        await expect(session.call("a")).rejects.toMatchObject({ name: "RpcError", code: -32001, method: "a" });
      }
      server.reply = ({ method }, { id }) => (method === "a" ? { id, error: { code: 1, message: "m", data: [() => {}] } } : undefined);
      await expect(session.call("a")).rejects.toMatchObject({ code: -32002 });
      server.reply = undefined;
      expect(await session.call("a")).toBe(1);
      expect(lines.map((line) => line.replace(/.*it gave /, "").replace(/; the client.*/, ""))).toEqual([
        "MockServer.reply for a: hook",
        "5",
        "a Promise",
        "a Object",
        "a Object",
        "a: error.data[0] cannot be sent: a function",
      ]);
      await session.close();
    });

    test("stop() while methods run: their calls are lost, their results go nowhere, and start() has the same address again", async () => {
      let finish = (_: unknown) => {};
      const result = new Promise((resolve) => {
        finish = resolve;
      });
      using server = quiet({ protocol, url: "ws://again.test/ws" })
        .rpc("slow", () => result)
        .rpc("a", () => 1);
      const session = await start(server);
      const [client] = server.clients;
      const lost = session.call("slow").catch((error: unknown) => error);
      const behind = session.call("a").catch((error: unknown) => error);
      await server.next("slow");
      server.stop();
      server.stop();
      expect(await lost).toMatchObject({ name: "ConnectionError", code: 1001, sent: true });
      expect(await behind).toMatchObject({ name: "ConnectionError", code: 1001, sent: true });
      expect(await client?.closed).toEqual({ code: 1001, reason: "Server shutdown" });
      finish({ late: new Uint8Array(8) });
      server.start();
      server.start();
      await new Promise<void>((resolve) => session.state$.subscribe((state) => state.status === "open" && state.connection === 2 && resolve()));
      expect(await session.call("a")).toBe(1);
      expect(server.clients).toHaveLength(1);
      await session.close();
    });

    test("a method may stop the server, and its own call is lost", async () => {
      using server: MockServer = quiet({ protocol }).rpc("leave", () => server.stop({ code: 1012, reason: "restart" }));
      const session = await connect(server.url, { webSocket: server.webSocket, reconnect: false });
      await expect(session.call("leave")).rejects.toMatchObject({ name: "ConnectionError", code: 1012 });
      expect(session.state).toMatchObject({ status: "closed", cause: { reason: "restart" } });
    });
  });
}

test("callbacks that throw are told as a page tells it, and the connection lives", async () => {
  const server = quiet().rpc("a", () => 1);
  const fail = (what: string) => () => {
    throw new Error(what);
  };
  server.onConnect = fail("onConnect");
  server.onClose = fail("onClose");
  const errors = await reported(async () => {
    const session = await start(server);
    server.fault({ type: "lose", match: fail("match of a fault") });
    expect(await session.call("a")).toBe(1);
    await session.close();
    await expect.poll(() => server.clients).toEqual([]);
  });
  server.close();
  expect(errors.map((error) => (error as Error).message)).toEqual(["onConnect", "match of a fault", "onClose"]);
});

test("next with a match that throws: it alone fails", async () => {
  using server = quiet().rpc("a", () => 1);
  const fails = () => {
    throw new Error("match");
  };
  const [before, other] = [server.next(fails), server.next("a")];
  before.catch(() => {});
  const session = await start(server);
  expect(await session.call("a")).toBe(1);
  await expect(before).rejects.toThrow("match");
  expect(await other).toMatchObject({ method: "a" });
  await expect(server.next(fails)).rejects.toThrow("match");
  await session.close();
});

test("received keeps the last 10,000, and next finds what is there", async () => {
  using server = quiet({ protocol: "v1" });
  const socket = server.webSocket(server.url);
  await new Promise((resolve) => {
    socket.onopen = resolve;
  });
  for (let n = 0; n < 10_500; n++) socket.send(JSON.stringify({ id: `system:c0:${n}`, method: "wslink.ping" }));
  await server.next(({ id }) => id === "system:c0:10499");
  expect([server.received.length, server.received[0]?.id]).toEqual([10_000, "system:c0:500"]);
  expect(await server.next("wslink.ping")).toMatchObject({ id: "system:c0:500" });
});

test("two servers at one address cannot both be installed; two with an address of their own can, and one for the rest behind them", async () => {
  const rest = new MockServer().rpc("who", () => "rest");
  const one = new MockServer({ url: "ws://one.test/ws" }).rpc("who", () => "one");
  const same = new MockServer({ url: "ws://one.test/ws" });
  rest.install();
  one.install();
  for (const twice of [one, same]) expect(() => twice.install()).toThrow("MockServer.install: a server at ws://one.test/ws is installed already");
  const all = new MockServer();
  expect(() => all.install()).toThrow(/is installed already, and would get no socket any more/);
  for (const [url, who] of [
    ["ws://one.test/ws", "one"],
    ["ws://elsewhere.test/ws", "rest"],
  ] as const) {
    const session = await connect(url);
    expect(await session.call("who")).toBe(who);
    await session.close();
  }
  one.close();
  const again = same.install();
  again();
  rest.close();
  const former = all.install();
  former();
  for (const server of [same, all]) server.close();
});

test("a WebSocket that the platform gives by a getter, as newer Nodes do, stands behind and comes back", () => {
  class Native {
    readonly url: string | URL;
    constructor(url: string | URL) {
      this.url = url;
    }
  }
  const former = Object.getOwnPropertyDescriptor(globalThis, "WebSocket");
  const lazy = { configurable: true, enumerable: false, get: () => Native, set: () => {} };
  Object.defineProperty(globalThis, "WebSocket", lazy);
  try {
    const server = new MockServer({ url: "ws://mine.test/ws" });
    server.install();
    expect(new WebSocket("ws://theirs.test/ws")).toBeInstanceOf(Native);
    expect(new WebSocket("ws://mine.test/ws")).not.toBeInstanceOf(Native);
    server.close();
    expect(Object.getOwnPropertyDescriptor(globalThis, "WebSocket")).toEqual(lazy);
  } finally {
    if (former) Object.defineProperty(globalThis, "WebSocket", former);
    else Reflect.deleteProperty(globalThis, "WebSocket");
  }
});

test("fake timers that hold microtasks up, too, as Jest's do: publications and exits come all the same", async () => {
  const real = { setTimeout: globalThis.setTimeout, queueMicrotask: globalThis.queueMicrotask };
  Object.assign(globalThis, { setTimeout: () => 0, queueMicrotask: () => {} });
  try {
    for (const protocol of ["v1", "v2"] as const) {
      using server = quiet({ protocol });
      const session = await connect(server.url, { webSocket: server.webSocket, reconnect: false });
      const heard = new Promise((resolve) => session.subscribe("t", resolve));
      server.publish("t", { bytes: new Uint8Array(2) });
      expect(await heard).toEqual({ bytes: new ArrayBuffer(2) });
      await session.call("application.exit");
      await new Promise<void>((resolve) => session.state$.subscribe(({ status }) => status === "closed" && resolve()));
    }
  } finally {
    Object.assign(globalThis, real);
  }
});

test("a session is not fooled by a mock that was closed: nobody is there", async () => {
  const server = new MockServer();
  server.close();
  const session = new Session({ url: server.url, webSocket: server.webSocket, reconnect: false, log: false });
  await expect(session.open()).rejects.toMatchObject({ name: "ConnectionError", stage: "socket", code: 1006 });
});
