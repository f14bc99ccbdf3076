// `node sockets.mjs SCENARIO SOCKETS [URL …]`: what the built package does in the Node that runs this. SOCKETS are "own", the global WebSocket of Node 22 and newer, or "ws".
// The last thing it prints is the version of Node and `done`. After that nothing may keep the process alive: it is never told to exit.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { connect as connectTcp, createServer } from "node:net";
import { WebSocketServer, WebSocket as WsSocket } from "ws";
import { ConnectionError, RpcError, Session } from "wslink-rx";
import { MockServer } from "wslink-rx/testing";

const [scenario = "", sockets = "", ...urls] = process.argv.slice(2);

/** @type {import("wslink-rx").SessionOptions["webSocket"]} */
const webSocket = sockets === "ws" ? (url) => /** @type {any} */ (new WsSocket(url)) : undefined;

const MB = 1_000_000;
/** 1.x sends a binary in one frame; its server was told to take such ones. */
const limits = { maxFrameBytes: 32 * MB };

/** @param {Partial<import("wslink-rx").SessionOptions>} [options] */
const session = (options) => new Session({ url: urls[0] ?? "", webSocket, limits, reconnect: { minDelayMs: 20, maxDelayMs: 100 }, ...options });

/** Bytes of which no long piece comes twice, so that one in another's place is noticed. They can be compressed. @param {number} length @param {number} seed */
const pattern = (length, seed = 0) => new Uint8Array(Uint32Array.from({ length: length / 4 }, (_, i) => seed + i).buffer);

/** @param {Uint8Array | ArrayBuffer} bytes */
const sha256 = (bytes) => createHash("sha256").update(new Uint8Array(bytes)).digest("hex");

/** What `test.digests` tells of one binary. @param {Uint8Array} bytes */
const digested = (bytes) => [{ path: "0", length: bytes.length, sha256: sha256(bytes) }];

/** The first value that is wanted. @template T @param {import("rxjs").Observable<T>} source @param {(value: T) => boolean} [wanted] @returns {Promise<T>} */
function first(source, wanted = () => true) {
  return new Promise((resolve, reject) => {
    const subscription = source.subscribe({ next: take, error: reject, complete: () => reject(new Error("it completed before")) });
    /** @param {T} value */
    function take(value) {
      if (!wanted(value)) return;
      resolve(value);
      queueMicrotask(() => subscription.unsubscribe()); // the value at hand comes while we subscribe
    }
  });
}

/** What a promise rejects with. @param {Promise<unknown>} promise @returns {Promise<unknown>} */
const failure = (promise) =>
  promise.then(
    () => assert.fail("it should have rejected"),
    (error) => error,
  );

/** @type {Record<string, () => Promise<void>>} */
const SCENARIOS = {
  async calls() {
    const one = await session().open();
    assert.equal(one.state.status, "open");
    assert.equal(await one.call("test.add", [1], { b: 2 }), 3);
    assert.deepEqual(await one.call("test.echo", ["zwei ü€𝄞", [null]], { three: { four: 5 } }), { args: ["zwei ü€𝄞", [null]], kwargs: { three: { four: 5 } } });
    const error = await failure(one.call("test.mistake", ["a mistake of ours"]));
    assert(error instanceof RpcError);
    assert.match(JSON.stringify(error.data), /a mistake of ours/);
    const other = await session().open();
    const aborting = new AbortController();
    const aborted = failure(one.call("test.gate.wait", ["gate"], {}, { signal: aborting.signal }));
    aborting.abort();
    assert.equal(await aborted, aborting.signal.reason);
    await other.call("test.gate.open", ["gate"]); // the server answers a client's calls one after the other, its close too
    assert.equal(await one.call("test.add", [4, 5]), 9);
    await Promise.all([one.close(), other.close()]);
    assert.deepEqual(one.state, { status: "closed" });
  },

  async topic() {
    const one = await session().open();
    /** @type {(left: unknown) => void} */
    let left = () => {};
    const stopped = new Promise((resolve) => {
      left = resolve;
    });
    const parts = one.topic("parts", {
      start: (server) => server.call("test.parts.start", ["parts", ["left"]]).then(() => server.call("test.parts.tick", ["parts"])),
      stop: (server) => server.call("test.parts.stop", ["parts", ["left"]]).then(left),
    });
    assert.deepEqual(await first(parts), { part: "left", tick: 1 });
    assert.deepEqual(await stopped, ["left"]);
    assert.deepEqual(await one.call("test.parts.wanted", ["parts"]), []);
    const newest = first(one.topic("latest", { latest: true }), (payload) => payload === "last");
    for (const payload of ["first", "last"]) await one.call("test.publish", ["latest", payload]);
    assert.equal(await newest, "last");
    const floats = first(one.topic("binary"));
    await one.call("test.publish.binary", ["binary", "floats"]);
    assert.deepEqual([...new Float32Array(/** @type {ArrayBuffer} */ (await floats))], [0.5, -1.25, 3]);
    await one.close();
  },

  async large() {
    const one = await session().open();
    const uploads = [pattern(20 * MB), pattern(20 * MB, 5 * MB)];
    const answers = [one.call("test.digests", [uploads[0]]), one.call("test.digests", [new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (uploads[1])])])];
    assert.deepEqual(await Promise.all(answers), uploads.map(digested));
    const down = /** @type {ArrayBuffer} */ (await one.call("test.pattern", [20 * MB, 7]));
    assert.equal(sha256(down), sha256(pattern(20 * MB, 7)));
    await one.close();
  },

  /** Whoever runs us starts another server when the first is dead, and leads the address to it. */
  async restarted() {
    const one = await session().open();
    /** @type {number[]} */
    const started = [];
    const topic = one.topic("after", { start: (server, { connection }) => server.call("test.same", [started.push(connection)]) });
    const after = first(topic);
    const waiting = first(one.state$, ({ status }) => status === "waiting");
    const lost = await failure(one.call("test.die"));
    assert(lost instanceof ConnectionError);
    assert.deepEqual([lost.stage, lost.sent], ["open", true]);
    await waiting;
    await first(one.connected$, ({ connection }) => connection === 2);
    assert.equal(await one.call("test.add", [3, 4]), 7);
    await one.call("test.publish", ["after", "the restart"]);
    assert.equal(await after, "the restart");
    assert.deepEqual(started, [1, 2]);
    await failure(one.call("test.drop"));
    await first(one.connected$, ({ connection }) => connection === 3);
    assert.equal(await one.call("test.add", [5, 6]), 11);
    await one.close();
  },

  /** On the first address the line is cut in the middle of an upload, on the second it is not. */
  async cut() {
    let attempts = 0;
    const one = await session({ url: () => urls[Math.min(attempts++, 1)] ?? "" }).open();
    const bytes = pattern(20 * MB);
    const lost = await failure(one.call("test.digests", [bytes]));
    assert(lost instanceof ConnectionError);
    assert.deepEqual([lost.stage, lost.sent], ["open", true]);
    await first(one.connected$, ({ connection }) => connection === 2);
    assert.deepEqual(await one.call("test.digests", [bytes]), digested(bytes));
    await one.close();
  },

  /** Node 22 fires `error` again from within `close()`, which an `error` listener calls: that must end. The time limit is of an hour: only the socket can tell. */
  async refused() {
    const { url, release } = await nobodyListens();
    for (const protocol of /** @type {const} */ (["auto", "v1", "v2"])) {
      const one = session({ url, protocol, connectTimeoutMs: 3_600_000 });
      const error = await failure(one.open());
      assert(error instanceof ConnectionError, String(error));
      assert.equal(error.stage, "socket");
      assert.equal(one.state.status, "closed");
      await one.close();
    }
    // a session that keeps trying: several refusals in a row, and an end
    let refusals = 0;
    const trying = session({ url, connectTimeoutMs: 3_600_000, reconnect: { minDelayMs: 1, maxDelayMs: 1, maxAttempts: 5, initial: true } });
    trying.state$.subscribe(({ status }) => status === "waiting" && refusals++);
    const last = await failure(trying.open());
    assert(last instanceof ConnectionError, String(last));
    assert.deepEqual([last.stage, refusals], ["socket", 5]);
    release();
    await SCENARIOS["calls"]?.(); // the process lives, and its sockets work
  },

  /** As an app on Node 20 does it that gives the platform what it lacks: `ws` compresses a frame after `send()` has returned. */
  async polyfill() {
    globalThis.WebSocket = /** @type {any} */ (WsSocket);
    for (const protocol of /** @type {const} */ (["v1", "v2"])) {
      const { mock, server, url } = await mockOnSockets({ protocol, maxMsgSize: protocol === "v1" ? 64 * MB : 4 * MB });
      mock.rpc("digest", ([bytes]) => sha256(bytes));
      server.on("connection", ({ extensions }) => assert.match(extensions, /permessage-deflate/));
      const one = await new Session({ url, protocol, limits }).open();
      const uploads = [0, 5 * MB, 10 * MB].map((seed) => pattern(20 * MB, seed));
      assert.deepEqual(await Promise.all(uploads.map((bytes) => one.call("digest", [bytes]))), uploads.map(sha256));
      await one.close();
      server.close();
    }
  },

  /** A frame that no WebSocket takes ends an open socket by an `error`. Where that is Node's own, it must not come again without end. */
  async garbled() {
    const { mock, server, url } = await mockOnSockets({});
    mock
      .rpc("add", ([a, b]) => a + b)
      .rpc("garble", () => {
        for (const socket of tcp) socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));
      });
    /** @type {import("node:net").Socket[]} */
    const tcp = [];
    server.on("connection", (_, { socket }) => tcp.push(socket));
    const one = await session({ url }).open();
    const lost = await failure(one.call("garble"));
    assert(lost instanceof ConnectionError, String(lost));
    assert.deepEqual([lost.stage, lost.sent], ["open", true]);
    await first(one.connected$, ({ connection }) => connection === 2);
    assert.equal(await one.call("add", [1, 2]), 3);
    await one.close();
    server.close();
  },
};

/** A mock server that real sockets come to, which compress. @param {import("wslink-rx/testing").MockServerOptions} options */
async function mockOnSockets(options) {
  const mock = new MockServer(options);
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", perMessageDeflate: true });
  await once(server, "listening");
  server.on("connection", (socket) => bridge(socket, mock.webSocket(mock.url)));
  return { mock, server, url: `ws://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}/ws` };
}

/** Frames from a socket of a server to one of the mock server, and back. @param {WsSocket} outer @param {import("wslink-rx").WebSocketLike} inner */
function bridge(outer, inner) {
  outer.pause(); // until the mock server listens
  outer.on("error", () => {}); // its end follows
  outer.on("message", (/** @type {Buffer} */ data, isBinary) => inner.send(isBinary ? Uint8Array.from(data) : data.toString()));
  outer.on("close", () => inner.close());
  inner.onopen = () => outer.resume();
  inner.onmessage = ({ data }) => outer.send(data);
  inner.onclose = () => outer.close();
}

/** An address that refuses for as long as we want: its port is the client's end of a connection, so that it is taken and nobody listens there. */
async function nobodyListens() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const taking = connectTcp(port, "127.0.0.1");
  await once(taking, "connect");
  const release = () => {
    taking.destroy();
    server.close();
  };
  return { url: `ws://127.0.0.1:${taking.localPort}/ws`, release };
}

assert.equal(typeof globalThis.WebSocket, sockets === "own" ? "function" : "undefined", "has this Node a WebSocket?");
await SCENARIOS[scenario]?.();
console.log(`Node ${process.versions.node.split(".")[0]}: ${scenario} done`);
