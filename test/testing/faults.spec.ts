import { expect, test } from "@playwright/test";
import { ConnectionError, connect, LimitError, ProtocolError, Session, type SessionOptions, type SessionState, type WslinkError } from "../../src/index.js";
import { type Fault, MockServer } from "../../src/testing/index.js";
import { FakeClock } from "../reliability/fakeClock.js";

// Every fault, on both protocols, on a clock that only moves when it is told to: none of them waits for real time.
for (const protocol of ["v1", "v2"] as const) {
  test.describe(`faults of a mock of ${protocol}`, () => {
    let clock: FakeClock;
    let server: MockServer;
    let session: Session;
    let errors: WslinkError[];
    const make = (options: Partial<SessionOptions> = {}) => {
      const made = new Session({ url: server.url, webSocket: server.webSocket, clock, liveness: false, reconnect: false, log: false, ...options });
      made.errors$.subscribe((error) => errors.push(error));
      return made;
    };
    const opened = async (options: Partial<SessionOptions> = {}) => {
      session = await make(options).open();
      return session;
    };
    const heard = (topic = "t") => {
      const payloads: unknown[] = [];
      session.subscribe(topic, (payload) => payloads.push(payload));
      return payloads;
    };
    const state = <S extends SessionState["status"]>(status: S) =>
      new Promise<Extract<SessionState, { status: S }>>((resolve) => session.state$.subscribe((now) => now.status === status && resolve(now as never)));

    test.beforeEach(() => {
      clock = new FakeClock();
      errors = [];
      server = new MockServer({ protocol, clock, log: () => {} }).rpc("add", ([a, b]) => a + b).rpc("long", () => ({ bytes: new Uint8Array(5), text: "x".repeat(200) }));
    });
    test.afterEach(async () => {
      await session.close();
      server.close();
      expect(clock.timers.size, "timers that are left").toBe(0);
    });

    test("refuse: connections fail with 1006, as often as it says", async () => {
      const fault = server.fault({ type: "refuse", times: 1 });
      session = make();
      await expect(session.open()).rejects.toMatchObject({ name: "ConnectionError", stage: "socket", code: 1006 });
      await session.open();
      fault();
    });

    test("hang and silent: nothing comes, until the client's own time is over", async () => {
      for (const type of ["hang", "silent"] as const) {
        const fault = server.fault(type);
        session = make({ connectTimeoutMs: 500 });
        const opening = session.open();
        opening.catch(() => {});
        await clock.advance(499);
        expect(session.state.status).toBe("connecting");
        await clock.advance(1);
        await expect(opening).rejects.toMatchObject({ stage: type === "hang" ? "socket" : expect.stringMatching(/detect|hello/) });
        fault();
        await session.close();
      }
    });

    test("lose: a hello that is never answered", async () => {
      server.fault({ type: "lose", match: "wslink.hello" });
      session = make({ connectTimeoutMs: 500, protocol });
      const opening = session.open();
      opening.catch(() => {});
      await server.next("wslink.hello");
      await clock.advance(500);
      await expect(opening).rejects.toBeInstanceOf(ConnectionError);
    });

    test("delay: a hello that is answered late, and everything keeps its order", async () => {
      server.fault({ type: "delay", match: "wslink.hello", ms: 300 });
      session = make();
      const opening = session.open();
      await server.next("wslink.hello");
      await clock.advance(299);
      expect(session.state.status).toBe("connecting");
      await clock.advance(1);
      await opening;
      using _ = server.fault({ type: "delay", match: "t", ms: 50, jitterMs: 100 });
      const payloads = heard();
      for (let i = 0; i < 5; i++) server.publish("t", i);
      const after = session.call("add", [1, 2]);
      await clock.advance(49);
      expect(payloads).toEqual([]);
      await clock.advance(101);
      expect(await after).toBe(3);
      expect(payloads).toEqual([0, 1, 2, 3, 4]);
    });

    test("delay: the jitter is the same in every run", async () => {
      const times = async (seed: number) => {
        await opened();
        const fault = server.fault({ type: "delay", match: "t", ms: 0, jitterMs: 1000, seed });
        const arrivals: number[] = [];
        session.subscribe("t", () => arrivals.push(clock.now() - began));
        const began = clock.now();
        for (let i = 0; i < 4; i++) server.publish("t", i);
        for (let i = 0; i < 100; i++) await clock.advance(10);
        fault();
        await session.close();
        return arrivals;
      };
      const first = await times(1);
      expect(first).toHaveLength(4);
      expect(await times(1)).toEqual(first);
      expect(await times(2)).not.toEqual(first);
    });

    test("stall: nothing moves either way, then everything comes", async () => {
      await opened();
      const payloads = heard();
      const fault = server.fault("stall");
      server.publish("t", 1);
      const call = session.call("add", [1, 2]);
      await clock.advance(60_000);
      expect([payloads, server.received.filter(({ method }) => method === "add")]).toEqual([[], []]);
      fault();
      expect(await call).toBe(3);
      expect(payloads).toEqual([1]);
    });

    test("stall of what comes in: the socket's buffer fills", async () => {
      let buffered = () => 0;
      await opened({
        webSocket: (url) => {
          const socket = server.webSocket(url);
          buffered = () => socket.bufferedAmount ?? 0;
          return socket;
        },
      });
      const fault = server.fault({ type: "stall", direction: "in" });
      const call = session.call("add", ["a".repeat(1000), ""]);
      expect(buffered()).toBeGreaterThan(1000);
      fault();
      await call;
      expect(buffered()).toBe(0);
    });

    for (const code of [1000, 1001, 1006, 1009, 1011, 4321]) {
      test(`drop with ${code}`, async () => {
        await opened();
        server.fault({ type: "drop", match: "add", code, reason: code === 1006 ? "" : "why" });
        const error = await session.call("add", [1, 2]).catch((caught: ConnectionError) => caught);
        expect(error).toMatchObject(code === 1009 ? { name: "LimitError" } : { name: "ConnectionError", code, sent: true });
        expect(await state("closed")).toMatchObject({ cause: { code, wasClean: code !== 1006, reason: code === 1006 ? "" : "why" } });
      });
    }

    test("drop before, during and after a message", async () => {
      for (const when of ["before", "during", "after"] as const) {
        await opened();
        const payloads = heard();
        const pieces: number[] = [];
        session.wire$.subscribe(({ direction }) => direction === "in" && pieces.push(1));
        const fault = server.fault({ type: "drop", match: "t", when });
        server.publish("t", { blob: new Uint8Array(9) });
        await state("closed");
        expect([payloads.length, pieces.length > 0], when).toEqual({ before: [0, false], during: [0, true], after: [1, true] }[when]);
        fault();
        await session.close();
      }
    });

    test("cut: the rest of a message never comes, and the connection stays", async () => {
      await opened({ limits: { maxPartialAgeMs: 1000 } });
      server.fault({ type: "cut", match: "long", times: 1 });
      const lost = session.call("long").catch((error: Error) => error);
      expect(await session.call("add", [1, 2])).toBe(3);
      expect(session.stats().inFlight).toBe(1);
      await session.close();
      expect(await lost).toBeInstanceOf(ConnectionError);
    });

    test("duplicate: a message comes twice", async () => {
      await opened();
      const payloads = heard();
      server.fault({ type: "duplicate", match: "t" });
      server.fault({ type: "duplicate", match: "add" });
      server.publish("t", 1);
      expect(await session.call("add", [1, 2])).toBe(3);
      expect(await session.call("long")).toMatchObject({ text: expect.any(String) });
      expect(payloads).toEqual([1, 1]);
    });

    test("reorder: a message comes after the next, or its frames the other way round", async () => {
      await opened();
      const payloads = heard();
      const swap = server.fault({ type: "reorder", match: "t" });
      for (let i = 0; i < 4; i++) server.publish("t", i);
      await session.ping();
      expect(payloads).toEqual([1, 0, 3, 2]);
      server.publish("t", 4);
      await session.ping(); // which is what it comes after
      await session.ping();
      expect(payloads).toEqual([1, 0, 3, 2, 4]);
      swap();
      server.fault({ type: "reorder", match: "add", of: "frames" });
      expect(await session.call("add", [1, 2])).toBe(3);
    });

    test("reorder: what is held back comes when the fault is taken back", async () => {
      await opened();
      const payloads = heard();
      const fault = server.fault({ type: "reorder", match: "t" });
      server.publish("t", "alone");
      await clock.advance(1000);
      expect(payloads).toEqual([]);
      fault();
      await session.ping();
      expect(payloads).toEqual(["alone"]);
    });

    test("malformed: the call gets a ProtocolError, the connection stays", async () => {
      await opened();
      server.fault({ type: "malformed", match: "long", times: 1 });
      await expect(session.call("long")).rejects.toBeInstanceOf(ProtocolError);
      expect(await session.call("long")).toMatchObject({ text: expect.any(String) });
    });

    test("corrupt: a byte is another one", async () => {
      await opened();
      server.fault({ type: "corrupt", match: "long", times: 1 });
      const result = await session.call("long").catch((error: Error) => error);
      if (protocol === "v1") expect(result).toBeInstanceOf(ProtocolError);
      else expect(result instanceof ProtocolError || JSON.stringify(result) !== JSON.stringify(await session.call("long"))).toBe(true);
      expect(await session.call("add", [1, 2])).toBe(3);
    });

    test("oversize: over the client's limit", async () => {
      await opened({ limits: { maxMessageBytes: 10_000 } });
      server.fault({ type: "oversize", match: "long", bytes: 20_000, times: 1 });
      await expect(session.call("long")).rejects.toBeInstanceOf(LimitError);
      expect(await session.call("add", [1, 2])).toBe(3);
    });

    test("oversize: more than a text can hold", async () => {
      await opened({ limits: { maxMessageBytes: 10_000 } });
      server.fault({ type: "oversize", match: "long", bytes: 4_000_000_000, times: 1 });
      await expect(session.call("long")).rejects.toMatchObject({ name: "LimitError", limit: "maxMessageBytes" });
      expect(await session.call("add", [1, 2])).toBe(3);
    });

    test("protocol: the next connection speaks the other one", async () => {
      await opened();
      server.fault("protocol");
      const other = await make().open();
      expect(other.state).toMatchObject({ protocol: protocol === "v1" ? "v2" : "v1" });
      expect(await other.call("long")).toMatchObject({ bytes: new ArrayBuffer(5) });
      await other.close();
    });

    test("stop and come back at the same address", async () => {
      await opened({ reconnect: { minDelayMs: 100, maxDelayMs: 100 }, offline: "queue" });
      server.stop();
      expect(await state("waiting")).toMatchObject({ cause: { code: 1001, reason: "Server shutdown" } });
      const call = session.call("add", [1, 2]);
      await clock.advance(100);
      server.start();
      while (session.state.status !== "open") await clock.advance(100);
      expect(await call).toBe(3);
      expect(session.state).toMatchObject({ connection: 2 });
    });

    test("after and times choose which ones", async () => {
      await opened();
      const payloads = heard();
      server.fault({ type: "lose", match: ({ topic }) => topic === "t", after: 1, times: 2 });
      for (let i = 0; i < 5; i++) server.publish("t", i);
      await session.ping();
      expect(payloads).toEqual([0, 3, 4]);
    });

    test("a wrong fault is refused by name", async () => {
      await opened();
      const wrong: [unknown, RegExp][] = [
        ["explode", /fault: type must be one of refuse, .*"explode"/],
        [{}, /type.*undefined/],
        [null, /type/],
        [{ type: "delay" }, /fault delay: ms is missing/],
        [{ type: "oversize" }, /bytes is missing/],
        [{ type: "delay", ms: -1 }, /fault delay: ms.*-1/],
        [{ type: "drop", code: 5 }, /code.*5/],
        [{ type: "drop", when: "soon" }, /when.*"soon"/],
        [{ type: "stall", match: "t" }, /match is not an option; there are type, direction/],
        [{ type: "lose", match: 7 }, /match.*7/],
      ];
      for (const [fault, message] of wrong) expect(() => server.fault(fault as Fault)).toThrow(message);
    });
  });
}

test("a session whose server is a mock connects in no time at all, with a clock that stands", async () => {
  const clock = new FakeClock();
  using server = new MockServer({ clock });
  const session = await connect(server.url, { webSocket: server.webSocket, clock });
  expect(clock.now()).toBe(new FakeClock().now());
  await session.close();
});
