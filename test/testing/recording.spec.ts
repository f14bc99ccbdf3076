import { expect, test } from "@playwright/test";
import { randomUUID } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { connect, Session } from "../../src/index.js";
import { MockServer, record } from "../../src/testing/index.js";
import { startServer } from "../servers/real.js";
import { FakeClock } from "../reliability/fakeClock.js";
import { nodeSocket } from "./rawPeer.js";

const unpacked = async (file: Blob) => gunzipSync(Buffer.from(await file.arrayBuffer())).toString();

/** All that stands in a recording, as one text: what is base64 there is read, too. */
function legible(text: string): string {
  const { events } = JSON.parse(text) as { events: { frames?: (string | [string])[] }[] };
  const frames = events.flatMap(({ frames = [] }) => frames.map((frame) => (typeof frame === "string" ? frame : Buffer.from(frame[0], "base64").toString("utf8"))));
  return [text, ...frames].join("\n");
}

/** Something of everything, told as text. */
async function tour(session: Session): Promise<unknown[]> {
  const seen: unknown[] = [];
  session.subscribe("picture", (payload) => seen.push({ picture: payload }));
  session.subscribe("t", (payload) => seen.push({ t: payload }));
  const call = async (method: string, ...args: unknown[]) => seen.push(await session.call(method, args).catch((error: Error) => error.message));
  await call("test.add", 1, 2);
  await call("test.add", 20, 22);
  await call("test.binary", "nested");
  await call("test.mistake", "as recorded");
  await call("test.digests", new Uint8Array([1, 2, 3]));
  await call("test.publish.binary", "picture", "nested");
  await call("test.sequence", ["t"], [3, null], 4);
  await call("test.nothing");
  return seen;
}

for (const generation of [1, 2] as const) {
  test(`what a real server on wslink ${generation}.x said is served again`, async () => {
    const secret = `${randomUUID()} "ü" ${randomUUID()}`;
    const real = await startServer({ generation, secret });
    const session = new Session({ url: real.url, secret, webSocket: nodeSocket, reconnect: { minDelayMs: 1, maxDelayMs: 1 } });
    const recording = record(session); // the hello and all
    await session.open();
    const first = await tour(session);
    const echoed = await session.call("test.echo", [{ secret }]); // an app that tells it around
    expect(echoed).toEqual({ args: [{ secret }], kwargs: {} });
    const file = await recording.stop();
    expect(await recording.stop()).toBe(file);
    await session.close();
    await real.stop();

    const text = await unpacked(file);
    for (const part of secret.split(' "ü" ')) expect(legible(text)).not.toContain(part);
    for (const seen of ["as recorded", "test.echo", "secret"]) expect(legible(text), "what is not secret is there, and found").toContain(seen);
    expect(file.size).toBeLessThan(text.length / 2);

    const server = await MockServer.replay(file);
    const again = await connect(server.url, { secret: "any", webSocket: server.webSocket });
    const second = await tour(again);
    await expect.poll(() => second.length).toBe(first.length);
    const sorted = (seen: unknown[]) => seen.map((one) => JSON.stringify(one, (_, item) => (item instanceof ArrayBuffer ? [...new Uint8Array(item)] : item))).sort();
    expect(sorted(second)).toEqual(sorted(first));
    expect(sorted(first)).toContain('{"t":{"number":0,"blob":[0,0,0]}}');
    await again.close();
    server.close();
  });
}

test("the arguments choose the reply, and a call that was not recorded gets an error", async () => {
  const live = new MockServer().rpc("double", ([n]) => n * 2);
  const session = await connect(live.url, { webSocket: live.webSocket });
  const recording = record(session);
  for (const n of [1, 2, 3]) await session.call("double", [n]);
  const file = await recording.stop();
  await session.close();
  live.close();

  const server = (await MockServer.replay(new Uint8Array(await file.arrayBuffer()))).rpc("own", () => "not recorded");
  const again = await connect(server.url, { webSocket: server.webSocket });
  expect(await Promise.all([3, 1, 1, 2].map((n) => again.call("double", [n])))).toEqual([6, 2, 2, 4]);
  expect(await again.call("own")).toBe("not recorded");
  await expect(again.call("other")).rejects.toThrow("Unregistered method called");
  await again.close();
  server.close();
});

test("publications come as long after a reply as they did", async () => {
  const clock = new FakeClock();
  const live = new MockServer({ clock }).rpc("start", () => "started");
  const session = await connect(live.url, { webSocket: live.webSocket, clock, liveness: false });
  const recording = record(session);
  await session.call("start");
  await clock.advance(400);
  live.publish("tick", 1);
  await session.ping();
  const file = await recording.stop();
  await session.close();
  live.close();

  const server = await MockServer.replay(file, { clock });
  const again = await connect(server.url, { webSocket: server.webSocket, clock, liveness: false });
  const ticks: unknown[] = [];
  again.subscribe("tick", (payload) => ticks.push(payload));
  await again.call("start");
  await clock.advance(399);
  await again.ping();
  expect(ticks).toEqual([]);
  await clock.advance(1);
  await again.ping();
  expect(ticks).toEqual([1]);
  await again.close();
  server.close();
});

test("a recording that is full ends with a whole message", async () => {
  for (const protocol of ["v1", "v2"] as const) {
    const live = new MockServer({ protocol, maxMsgSize: 600 }).rpc("picture", ([n]) => ({ n, bytes: new Uint8Array(n * 1000).fill(n) }));
    const session = await connect(live.url, { webSocket: live.webSocket });
    const recording = record(session, { maxBytes: 4000 });
    for (const n of [1, 2, 3]) await session.call("picture", [n]);
    const file = await recording.stop();
    await session.close();
    live.close();
    const { events } = JSON.parse(await unpacked(file)) as { events: { frames?: unknown; id?: string }[] };
    expect(events.filter(({ frames }) => frames).map(({ id }) => id?.split(":")[2])).toEqual(["1", "2"]);

    const server = await MockServer.replay(file);
    const again = await connect(server.url, { webSocket: server.webSocket });
    expect(await again.call("picture", [2])).toEqual({ n: 2, bytes: new Uint8Array(2000).fill(2).buffer });
    expect(again.stats()).toMatchObject({ inFlight: 0 });
    await again.close();
    server.close();
  }
});

test("what is no recording is refused by name", async () => {
  await expect(MockServer.replay(new Blob(["text"]))).rejects.toThrow(/no recording/);
  await expect(MockServer.replay("text" as never)).rejects.toThrow(/Blob.*"text"/);
  const good = { wslinkRxRecording: 1, protocol: "v2", events: [] };
  const replayed = (stored: unknown) => MockServer.replay(new Blob([gzipSync(JSON.stringify(stored))]));
  (await replayed(good)).close();
  for (const stored of [null, [], {}, { ...good, wslinkRxRecording: 2 }]) await expect(replayed(stored)).rejects.toThrow(/format (undefined|2), this version reads 1/);
  const at = 1;
  const changed = [{}, null, { at }, { at, frames: [5] }, { at, frames: [[]] }, { at, request: { id: "a", method: "b" } }, { at, request: null }, { frames: ["text"] }];
  for (const event of changed) await expect(replayed({ ...good, events: [event] }), JSON.stringify(event)).rejects.toThrow("something was changed in");
  for (const stored of [
    { ...good, protocol: "v3" },
    { ...good, events: {} },
  ])
    await expect(replayed(stored)).rejects.toThrow("something was changed in");
  const file = await record(new Session({ url: "ws://x.test/ws" })).stop();
  const half = file.slice(0, file.size >> 1);
  await expect(MockServer.replay(half)).rejects.toThrow(/no recording/);
  expect(() => record({} as never)).toThrow(/session.*Object/);
});
