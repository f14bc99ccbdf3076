import { expect, test } from "@playwright/test";
import { connect, Session, type WebSocketLike } from "../../src/index.js";
import { MockServer } from "../../src/testing/index.js";

/** What a user of the mock server holds on to, beside methods and publications. */

const start = async (server: MockServer) => ({ server, session: await connect(server.url, { webSocket: server.webSocket }) });

test("received and next: what clients sent, without sleeping", async () => {
  using server = new MockServer().rpc("a", () => 1).rpc("b", () => 2);
  const { session } = await start(server);
  const [client] = server.clients;
  const waiting = server.next("b");
  await session.call("a", [1, { deep: [null] }], { k: "v" });
  await session.call("b");
  await session.call("a", [2]);
  expect(await waiting).toMatchObject({ method: "b" });
  expect(await server.next()).toMatchObject({ client, id: `rpc:${client?.id}:1`, method: "a", args: [1, { deep: [null] }], kwargs: { k: "v" } });
  expect(await server.next(({ args }) => args[0] === 2)).toMatchObject({ method: "a", args: [2] });
  expect(server.received.map(({ method }) => method)).toEqual(["wslink.hello", "a", "b", "a"]);
  const never = server.next("a");
  await session.close();
  server.close();
  await expect(never).rejects.toThrow(/closed before/);
});

test("reply may change a reply, add one of its own, or withhold it", async () => {
  using server = new MockServer().rpc("a", () => 1);
  server.reply = ({ method, args }, reply) => {
    if (method === "b") return { ...reply, result: "mended" };
    if (method !== "a") return reply;
    if (args[0] === "none") return null;
    if (args[0] === "short") return { result: 2 };
    if (args[0] === "worse") return { ...reply, error: { code: 8, message: "worse" } };
    if (args[0] === "error") return { id: reply.id, error: { code: 7, message: "no", data: [1] } };
    return args[0] === "other" ? { id: reply.id, result: { bytes: new Uint8Array(2) } } : undefined;
  };
  const { session } = await start(server);
  expect(await session.call("a")).toBe(1);
  expect(await session.call("a", ["other"])).toEqual({ bytes: new ArrayBuffer(2) });
  await expect(session.call("a", ["error"])).rejects.toMatchObject({ name: "RpcError", code: 7, data: [1] });
  await expect(session.call("a", ["none"], {}, { timeoutMs: 5 })).rejects.toThrow(/5 ms/);
  expect(await session.call("a", ["short"])).toBe(2);
  await expect(session.call("a", ["worse"])).rejects.toMatchObject({ name: "RpcError", code: 8 });
  expect(await session.call("b")).toBe("mended");
  await session.close();
});

test("one client's messages are worked off one after the other, another's do not wait", async () => {
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const order: string[] = [];
  using server = new MockServer().rpc("slow", () => gate).rpc("note", ([text]) => order.push(text));
  const { session } = await start(server);
  const { session: other } = await start(server);
  const slow = session.call("slow");
  const behind = session.call("note", ["first client"]);
  await other.call("note", ["second client"]);
  open();
  await Promise.all([slow, behind]);
  expect(order).toEqual(["second client", "first client"]);
  await Promise.all([session.close(), other.close()]);
});

test("clients, and publications to one or to the others", async () => {
  using server = new MockServer().rpc("a", () => 1);
  const sessions = await Promise.all([1, 2, 3].map(async () => (await start(server)).session));
  const heard = sessions.map((session) => {
    const payloads: unknown[] = [];
    session.subscribe("t", (payload) => payloads.push(payload));
    return payloads;
  });
  expect(server.clients.map(({ authenticated, protocol, url }) => [authenticated, protocol, url])).toEqual(Array(3).fill([true, "v2", "ws://mock.test/ws"]));
  const [first] = sessions;
  const client = server.clients.find(({ id }) => first?.state.status === "open" && id === first.state.clientId);
  if (!client) throw new Error("no client of the first session");
  server.publish("t", "one", { client });
  await first?.call("a");
  server.publish("t", "others", { skipLastActiveClient: true });
  await Promise.all(sessions.map(async (session) => [await session.ping(), await session.ping()]));
  expect(heard).toEqual([["one"], Array(3).fill("others"), Array(3).fill("others")]);
  client.close(4000, "enough");
  expect(await client.closed).toEqual({ code: 4000, reason: "enough" });
  expect(server.clients).toHaveLength(2);
  await Promise.all(sessions.map((session) => session.close()));
});

test("only its own address is served, whatever the query, when it was given one", async () => {
  using server = new MockServer({ url: "wss://example.test/ws" });
  for (const [url, served] of [
    ["wss://example.test/ws?a=1", true],
    ["wss://example.test/other", false],
    ["ws://example.test/ws", false],
  ] as const) {
    const session = new Session({ url, webSocket: server.webSocket, reconnect: false, log: false });
    const outcome = await session.open().then(
      () => true,
      () => false,
    );
    expect(outcome, url).toBe(served);
    await session.close();
  }
});

test("install stands in for the global WebSocket, and is taken back in any order", async () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, "WebSocket");
  const one = new MockServer({ url: "ws://one.test/ws" }).rpc("name", () => "one");
  const two = new MockServer({ url: "ws://two.test/ws" }).rpc("name", () => "two");
  const first = one.install();
  two.install();
  for (const name of ["one", "two"]) {
    const session = await connect(`ws://${name}.test/ws`);
    expect(await session.call("name")).toBe(name);
    await session.close();
  }
  const socket = new WebSocket("ws://two.test/ws");
  expect([socket instanceof WebSocket, WebSocket.OPEN, socket.CLOSED, socket.url]).toEqual([true, 1, 3, "ws://two.test/ws"]);
  first();
  first();
  const session = await connect("ws://two.test/ws");
  await session.close();
  two.close();
  one.close();
  expect(Object.getOwnPropertyDescriptor(globalThis, "WebSocket")).toEqual(before);
});

test("each frame comes in a task of its own: what a promise does after one runs before the next", async () => {
  for (const protocol of ["v1", "v2"] as const) {
    using server = new MockServer({ protocol });
    const { session } = await start(server);
    const order: string[] = [];
    const follow = async (n: unknown) => {
      order.push(`frame ${n}`);
      for (let i = 0; i < 20; i++) await Promise.resolve();
      order.push(`after ${n}`);
    };
    session.subscribe("t", (n) => void follow(n));
    for (let i = 0; i < 3; i++) server.publish("t", i);
    await session.ping();
    await session.ping();
    expect(order).toEqual(["frame 0", "after 0", "frame 1", "after 1", "frame 2", "after 2"]);
    await session.close();
  }
});

test("fake timers hold nothing up, and a standing clock is no obstacle", async () => {
  const real = globalThis.setTimeout;
  globalThis.setTimeout = (() => 0) as never; // as fake timers that nobody advances
  try {
    using server = new MockServer().rpc("add", ([a, b]) => a + b);
    const { session } = await start(server);
    expect(await session.call("add", [1, 2])).toBe(3);
    await session.close();
  } finally {
    globalThis.setTimeout = real;
  }
});

test("a socket is as a browser's: listeners, binaryType, errors", async () => {
  using server = new MockServer({ protocol: "v1" });
  const socket = server.webSocket(server.url) as WebSocket & WebSocketLike;
  expect(() => socket.send("too early")).toThrow(/CONNECTING/);
  expect(() => socket.close(1001)).toThrow(/1001/);
  const events: string[] = [];
  const note = (event: Event) => events.push(event.type);
  socket.addEventListener("open", note, { once: true });
  socket.addEventListener("message", { handleEvent: note });
  socket.addEventListener("message", () => events.push("removed"), { once: true });
  await new Promise((resolve) => socket.addEventListener("open", resolve));
  const answered = new Promise<MessageEvent>((resolve) => {
    socket.onmessage = resolve;
  });
  socket.send(JSON.stringify({ id: "system:c0:1", method: "wslink.ping" }));
  expect(JSON.parse((await answered).data)).toMatchObject({ id: "system:c0:1" });
  const closed = new Promise<CloseEvent>((resolve) => {
    socket.onclose = resolve;
  });
  socket.close(3000, "bye");
  expect(socket.readyState).toBe(2);
  const [client] = server.clients;
  expect(await closed).toMatchObject({ code: 1000, reason: "", wasClean: true });
  expect(await client?.closed).toEqual({ code: 3000, reason: "bye" });
  expect(events).toEqual(["open", "message", "removed"]);
});

test("wrong use is refused by name", async () => {
  const server = new MockServer();
  const wrong = server as unknown as Record<string, (...args: unknown[]) => unknown>;
  expect(() => new MockServer({ protocol: "v3" as "v1" })).toThrow(/protocol must be "v1" or "v2", got "v3"/);
  expect(() => new MockServer({ port: 80 } as object)).toThrow(/port is not an option; there are protocol, secret, maxMsgSize, authMsgSize, url, clock, log/);
  expect(() => new MockServer({ url: "http://x" })).toThrow(/url must be a ws: or wss: URL, got "http:\/\/x"/);
  expect(() => new MockServer({ maxMsgSize: 1.5 })).toThrow(/maxMsgSize.*1\.5/);
  expect(() => new MockServer({ secret: 5 as never })).toThrow(/secret must be a string, got number/);
  expect(() => wrong["rpc"]?.("a")).toThrow(/handler of a.*undefined/);
  expect(() => wrong["rpc"]?.(7, () => {})).toThrow(/name.*7/);
  expect(() => wrong["publish"]?.(7, 1)).toThrow(/topic.*7/);
  expect(() => wrong["publish"]?.("t", 1, { to: 1 })).toThrow(/to is not an option/);
  expect(() => wrong["publish"]?.("t", 1, { client: "c" })).toThrow(/client.*clients, got "c"/);
  expect(() => wrong["next"]?.(7)).toThrow(/match.*7/);
  expect(() => wrong["attach"]?.("text")).toThrow(/bytes.*"text"/);
  expect(() => wrong["stop"]?.({ code: 5 })).toThrow(/MockServer.stop: code must be a close code, 1000 to 4999, got 5/);
  expect(() => wrong["stop"]?.({ after: 5 })).toThrow(/after is not an option; there are code, reason/);
  const session = await connect(server.url, { webSocket: server.webSocket, reconnect: false });
  expect(() => server.clients[0]?.close(17)).toThrow(/MockClient.close: code must be .*, got 17/);
  expect(server.clients).toHaveLength(1);
  await session.close();
  server.close();
  server.close();
  expect(() => server.publish("t", 1)).toThrow("MockServer.publish: the server at ws://mock.test/ws is closed");
  for (const method of ["rpc", "next", "fault", "start", "install", "attach"]) expect(() => wrong[method]?.(), method).toThrow(/is closed/);
});

test("what cannot be sent: the client gets the server's own error, the log says where it stands", async () => {
  const lines: string[] = [];
  using server = new MockServer({ log: ({ level, message }) => lines.push(`${level} ${message}`) });
  const cycle: unknown[] = [];
  cycle.push({ cycle });
  const values: Record<string, unknown> = { function: { a: [() => {}] }, set: new Set(), cycle, symbol: Symbol("s"), blob: [new Blob([])], "bigger than 64 bits": 2n ** 64n };
  server.rpc("give", ([name]) => values[name]).rpc("publish", () => server.publish("t", { deep: [Symbol("p")] }));
  const { session } = await start(server);
  for (const name of Object.keys(values)) await expect(session.call("give", [name])).rejects.toMatchObject({ code: -32002, data: "give" });
  expect(lines.map((line) => line.replace(/;.*/, ""))).toEqual([
    "warn give: result.a[0] cannot be sent: a function",
    "warn give: result cannot be sent: a Set",
    "warn give: result[0].cycle contains itself: a Array",
    "warn give: result cannot be sent: Symbol(s)",
    "warn give: result[0] must be read first: a Blob",
    "warn give: Integer value out of range: 18446744073709551616",
  ]);
  session.subscribe("t", () => {});
  const failed = new Promise((resolve) => session.errors$.subscribe(resolve));
  await session.call("publish");
  expect(await failed).toMatchObject({ code: -32002, method: "t" });
  expect(lines.at(-1)).toContain("data.deep[0] cannot be sent: Symbol(p)");
  await session.close();
});

test("a list with holes comes with None in their places", async () => {
  for (const protocol of ["v1", "v2"] as const) {
    // biome-ignore lint/suspicious/noSparseArray: that is what this is about
    using server = new MockServer({ protocol }).rpc("holes", () => [, 1, { deep: new Array(2) }]);
    const { session } = await start(server);
    expect(await session.call("holes")).toEqual([null, 1, { deep: [null, null] }]);
    await session.close();
  }
});

test("a real server's oddities are there: exit, exit later, no text on v2", async () => {
  const lines: string[] = [];
  using server = new MockServer({ log: ({ message }) => lines.push(message) });
  const session = await connect(server.url, { webSocket: server.webSocket, reconnect: false });
  const socket = server.webSocket(server.url);
  await new Promise((resolve) => {
    socket.onopen = resolve;
  });
  socket.send("hello?");
  await session.ping();
  expect(lines).toEqual(["wslink is not expecting text message:\n> hello?"]);
  expect(await session.call("application.exit.later", [1000])).toBe(null);
  expect(await session.call("application.exit")).toBe(null);
  await expect.poll(() => session.state).toMatchObject({ status: "closed", cause: { code: 1001, reason: "Server shutdown" } });
});
