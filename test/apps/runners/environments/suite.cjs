// What a session and a mock server do in any test environment. It is CommonJS, because Jest requires it and Vitest imports it.

/**
 * What a runner gives: its own globals, and the package as it loads it.
 * @typedef {object} Tools
 * @property {(title: string, body: () => unknown) => unknown} test
 * @property {any} expect
 * @property {typeof import("wslink-rx").connect} connect
 * @property {typeof import("wslink-rx").Session} Session
 * @property {typeof import("wslink-rx/testing").MockServer} MockServer
 */

/** @typedef {import("wslink-rx").Session} OpenSession */
/** @typedef {import("wslink-rx/testing").MockServer} Server */

/** No byte is as its neighbour, and no two rows of 256 are the same. @param {number} length */
const pattern = (length) => Uint8Array.from({ length }, (_, i) => i * 7 + (i >> 8));

/** A view of the middle of a larger buffer: nothing but the view is to arrive. @template View @param {new (buffer: ArrayBuffer, offset: number, length: number) => View} Type @param {Uint8Array} bytes */
function within(Type, bytes) {
  const buffer = new ArrayBuffer(bytes.length + 20);
  const whole = new Uint8Array(buffer).fill(0xee);
  whole.set(bytes, 8);
  return new Type(buffer, 8, bytes.length);
}

const BYTES = pattern(3000);

/** @type {readonly [what: string, make: () => object][]} */
const UPLOADS = [
  ["a Uint8Array", () => within(Uint8Array, BYTES)],
  ["an ArrayBuffer", () => BYTES.slice().buffer],
  ["a DataView", () => within(DataView, BYTES)],
  ["a File", () => new File([BYTES], "a.bin")],
  ["a Blob", () => new Blob([BYTES.slice(0, 1000), BYTES.slice(1000)])],
];

/** A buffer by its brand, of whichever realm, as numbers. @param {unknown} value */
function numbers(value) {
  const tag = Object.prototype.toString.call(value);
  if (tag !== "[object ArrayBuffer]") throw new Error(`no ArrayBuffer: ${tag}`);
  return [...new Uint8Array(/** @type {ArrayBuffer} */ (value))];
}

/** Waits until an Observable gives what is waited for. @template T @param {import("rxjs").Observable<T>} source @param {(value: T) => boolean} wanted @returns {Promise<T>} */
function until(source, wanted) {
  return new Promise((resolve, reject) => {
    source.subscribe({ next: (value) => wanted(value) && resolve(value), error: reject, complete: () => reject(new Error("it completed before")) });
  });
}

/** @param {Tools} tools */
module.exports = function suite({ test, expect, connect, Session, MockServer }) {
  for (const protocol of /** @type {const} */ (["v1", "v2"])) {
    /** Every test has a server of its own, and ends what it began. @param {string} title @param {(session: OpenSession, server: Server) => Promise<void>} body @param {{ maxMsgSize?: number }} [options] */
    const connected = (title, body, options = {}) =>
      test(`${protocol}: ${title}`, async () => {
        const server = new MockServer({ protocol, ...options }).rpc("echo", (args, kwargs) => ({ args, kwargs }));
        try {
          const session = await connect(server.url, { webSocket: server.webSocket, reconnect: { minDelayMs: 1, maxDelayMs: 1 } });
          await body(session, server);
          await session.close();
        } finally {
          server.close();
        }
      });

    connected("a session opens", async (session, server) => {
      expect(session.state).toMatchObject({ status: "open", protocol, connection: 1, clientId: server.clients[0]?.id });
      expect(await session.ping()).toBeGreaterThanOrEqual(0);
    });

    connected("a call with positional and keyword arguments", async (session) => {
      const args = [1, "zwei ü€𝄞", [3.5, null, true], { four: {} }];
      const kwargs = { five: { six: [7] } };
      expect(await session.call("echo", args, kwargs)).toEqual({ args, kwargs });
    });

    connected("an error of a method", async (session, server) => {
      server.rpc("mistake", () => {
        throw new RangeError("too far");
      });
      const error = await session.call("mistake").catch((/** @type {unknown} */ reason) => reason);
      expect(error).toMatchObject({ name: "RpcError", kind: "rpc", method: "mistake" });
      expect(JSON.stringify(/** @type {any} */ (error).data)).toContain("too far");
    });

    for (const [what, make] of UPLOADS) {
      /** @type {(session: OpenSession, server: Server) => Promise<void>} */
      const goesUp = async (session, server) => {
        server.rpc("up", ([first], { deep }) => [numbers(first), numbers(/** @type {any} */ (deep).list[1])]);
        expect(await session.call("up", [make()], { deep: { list: [0, make()] } })).toEqual([[...BYTES], [...BYTES]]);
      };
      connected(`${what} goes up`, goesUp);
      if (protocol === "v2") connected(`${what} goes up in several chunks`, goesUp, { maxMsgSize: 1000 });
    }

    connected("bytes come down", async (session, server) => {
      server.rpc("down", () => new Uint8Array([1, 2, 3])).rpc("nested", () => ({ list: [within(Uint8Array, BYTES), new ArrayBuffer(2)] }));
      expect(numbers(await session.call("down"))).toEqual([1, 2, 3]);
      const { list } = /** @type {{ list: unknown[] }} */ (await session.call("nested"));
      expect(list.map(numbers)).toEqual([[...BYTES], [0, 0]]);
    });

    connected("a topic starts, gives what is published, and stops", async (session, server) => {
      server.rpc("start", () => null).rpc("stop", () => null);
      /** @type {unknown[]} */
      const payloads = [];
      /** @type {() => void} */
      let heard = () => {};
      const enough = new Promise((resolve) => {
        heard = () => payloads.length === 2 && resolve(undefined);
      });
      const subscription = session.topic("picture", { start: (one) => one.call("start", ["picture"]), stop: (one) => one.call("stop", ["picture"]) }).subscribe((payload) => {
        payloads.push(payload);
        heard();
      });
      expect(await server.next("start")).toMatchObject({ args: ["picture"] });
      server.publish("picture", { frame: 1 });
      server.publish("picture", { blob: new Uint8Array([4, 5]) });
      await enough;
      expect(payloads[0]).toEqual({ frame: 1 });
      expect(numbers(/** @type {any} */ (payloads[1]).blob)).toEqual([4, 5]);
      subscription.unsubscribe();
      expect(await server.next("stop")).toMatchObject({ args: ["picture"] });
    });

    connected("a topic with latest delivers the newest", async (session, server) => {
      const newest = until(session.topic("tick", { latest: true }), (payload) => payload === 3);
      for (const payload of [1, 2, 3]) server.publish("tick", payload);
      expect(await newest).toBe(3);
      const another = until(session.topic("tick", { latest: true }), (payload) => payload === 4);
      server.publish("tick", 4);
      expect(await another).toBe(4);
    });

    connected("an aborted call rejects with the reason", async (session, server) => {
      /** @type {(value: unknown) => void} */
      let open = () => {};
      const gate = new Promise((resolve) => {
        open = resolve;
      });
      server.rpc("wait", () => gate);
      const controllers = [new AbortController(), new AbortController()];
      const failures = controllers.map(({ signal }) => session.call("wait", [], {}, { signal }).catch((/** @type {unknown} */ reason) => reason));
      await server.next("wait");
      const reason = new Error("not needed any more");
      controllers[0]?.abort(reason);
      controllers[1]?.abort();
      expect(await failures[0]).toBe(reason);
      expect(await failures[1]).toBe(controllers[1]?.signal.reason);
      expect(await failures[1]).toMatchObject({ name: "AbortError" });
      const late = session.call("echo", [], {}, { signal: /** @type {AbortController} */ (controllers[0]).signal }).catch((/** @type {unknown} */ error) => error);
      expect(await late).toBe(reason);
      open(null);
      expect(await session.call("echo", [1])).toEqual({ args: [1], kwargs: {} }); // the session lives on
    });

    connected("a signal that is no option is told as that", async (session, server) => {
      const { signal } = new AbortController();
      for (const kwargs of [signal, { signal }]) {
        const error = await session.call("echo", [], /** @type {any} */ (kwargs)).catch((/** @type {unknown} */ reason) => reason);
        expect(error).toMatchObject({ name: "TypeError", message: expect.stringContaining("options are the fourth argument") });
      }
      expect(server.received.map(({ method }) => method)).not.toContain("echo");
    });

    connected("a server that goes and comes back is found again", async (session, server) => {
      server.rpc("start", () => null);
      const ticks = session.topic("tick", { start: (one, { connection }) => one.call("start", [connection]) });
      const tick = until(ticks, () => true);
      expect(await server.next("start")).toMatchObject({ args: [1] });
      const lost = until(session.state$, ({ status }) => status === "waiting");
      server.stop();
      await lost;
      server.start();
      expect(await until(session.connected$, ({ connection }) => connection === 2)).toMatchObject({ protocol });
      expect(await server.next("start")).toMatchObject({ args: [2] });
      server.publish("tick", "again");
      expect(await tick).toBe("again");
    });

    connected("close ends everything", async (session, server) => {
      const { closed } = /** @type {import("wslink-rx/testing").MockClient} */ (server.clients[0]);
      const completed = new Promise((resolve, reject) => session.topic("tick").subscribe({ complete: () => resolve("completed"), error: reject }));
      await session.close();
      expect(session.state).toEqual({ status: "closed" });
      expect(await completed).toBe("completed");
      expect(await closed).toMatchObject({ code: 1000 });
      expect(server.clients).toEqual([]);
      expect(await session.call("echo").catch((/** @type {unknown} */ reason) => reason)).toMatchObject({ name: "ConnectionError", sent: false });
    });

    /** As an app that makes its session itself: nothing but the address is given. @param {string} where @param {() => string} address @param {string} [url] */
    const installed = (where, address, url) =>
      test(`${protocol}: an installed server is found ${where}`, async () => {
        const before = globalThis.WebSocket;
        const server = new MockServer({ protocol, url: address() }).rpc("greet", (_, { name }) => `hello ${name}`);
        server.install();
        try {
          const session = new Session({ url: url ?? address() });
          await session.open();
          expect(await session.call("greet", [], { name: "you" })).toBe("hello you");
          await session.close();
        } finally {
          server.close();
        }
        expect(globalThis.WebSocket).toBe(before);
      });

    installed("at its address", () => "ws://app.test/ws");
    installed("relative to the page", () => `ws://${location.host}/ws`, "/ws");
  }
};
