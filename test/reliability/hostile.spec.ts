import { encode } from "@msgpack/msgpack";
import { expect, test } from "@playwright/test";
import { type Protocol, ProtocolError } from "wslink-rx";
import { chunks, type FakeSocket } from "./fakeNetwork.js";
import { Lab, settled } from "./lab.js";

const PROTOCOLS = ["v1", "v2"] as const satisfies Protocol[];
const listening = async (protocol: Protocol): Promise<Lab> => (await Lab.open({}, protocol)).listen();
const last = (socket: FakeSocket): string => socket.calls.at(-1)?.id ?? "";

for (const protocol of PROTOCOLS) {
  test.describe(`on ${protocol}`, () => {
    test("a reply that comes twice is for nobody the second time", async () => {
      const lab = await listening(protocol);
      const call = lab.call();
      const id = last(lab.socket);
      lab.socket.reply(id, "first");
      lab.socket.reply(id, "second");
      lab.socket.refuse(id, -32001);
      await settled();
      expect(call).toMatchObject({ settled: 1, value: "first" });
      expect(lab.errors.map(({ name }) => name)).toEqual(["ProtocolError", "ProtocolError"]);
      await lab.expectAlive();
    });

    for (const how of ["timeout", "abort"] as const) {
      test(`a reply that comes after a ${how} is no error`, async () => {
        const lab = await listening(protocol);
        const abort = new AbortController();
        const call = lab.call("slow", [], {}, { timeoutMs: 10, signal: abort.signal });
        const id = last(lab.socket);
        if (how === "abort") abort.abort();
        await lab.clock.advance(10);
        lab.socket.reply(id, "late");
        await settled();
        expect(call).toMatchObject({ settled: 1, error: { name: how === "abort" ? "AbortError" : "CallTimeoutError" } });
        expect(lab.errors).toEqual([]);
        await lab.expectAlive();
      });
    }

    test("a reply before its call has gone out counts, and the call is not sent", async () => {
      const lab = await listening(protocol);
      lab.socket.bufferedAmount = 2 ** 30;
      const call = lab.call("waiting");
      lab.socket.reply("rpc:c0123:1", "guessed");
      lab.socket.bufferedAmount = 0;
      await lab.clock.advance(10);
      expect(call.value).toBe("guessed");
      expect(lab.socket.calls).toEqual([]);
      await lab.expectAlive();
    });

    for (const message of [
      null,
      [],
      [1],
      7,
      "text",
      true,
      {},
      { id: 7, result: 1 },
      { id: null, result: 1 },
      { result: 1 },
      { wslink: "1.0", id: "rpc:c0123:1" },
      { id: "" },
      { id: "__proto__", result: 1 },
    ]) {
      test(`${JSON.stringify(message)} is reported and forgotten`, async () => {
        const lab = await listening(protocol);
        lab.socket.message(message);
        expect(lab.errors).toEqual([expect.any(ProtocolError)]);
        await lab.expectAlive();
      });
    }

    test("errors of no known shape reject the call all the same", async () => {
      const lab = await listening(protocol);
      for (const error of ["text", 7, [], {}, [{ toString: 1 }], { toString: 1 }, { code: "x" }, { message: 7 }, { code: Number.NaN, message: null }, false]) {
        const call = lab.call("work");
        lab.socket.message({ wslink: "1.0", id: last(lab.socket), error });
        await settled();
        expect(call.error, JSON.stringify(error)).toMatchObject({ name: "RpcError", method: "work", code: expect.any(Number), message: expect.stringContaining("work") });
      }
      await lab.expectAlive();
    });

    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty", ""]) {
      test(`${JSON.stringify(name)} is a name like any other for topics, methods, keys and ids`, async () => {
        const lab = await listening(protocol);
        const heard: unknown[] = [];
        lab.socket.publish(name, "nobody listens");
        const subscription = lab.session.topic(name).subscribe((payload) => heard.push(payload));
        const payload = JSON.parse(`{ ${JSON.stringify(name)}: { "polluted": true } }`) as object;
        if (protocol === "v1") lab.socket.receive(`{"wslink":"1.0","id":${JSON.stringify(`publish:${name}:0`)},"result":${JSON.stringify(payload)}}`);
        else lab.socket.receive(chunks(mapOf("wslink", "1.0", "id", `publish:${name}:0`, "result", Raw.map(name)))[0] as ArrayBuffer);
        expect(heard).toHaveLength(1);
        expect(Object.keys(heard[0] as object)).toEqual([name]);
        expect(Object.getPrototypeOf(heard[0])).toBe(Object.prototype);
        expect(lab.session.stats().topics[name]).toEqual({ messages: 1, bytes: expect.any(Number) as unknown, conflated: 0 });
        subscription.unsubscribe();
        lab.call(name, [payload], payload as Record<string, unknown>);
        lab.socket.reply(name, 1);
        expect(lab.errors.at(-1)).toMatchObject({ name: "ProtocolError" });
        expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
        await lab.expectAlive();
      });
    }

    test("a publication that is an error goes to errors$, and its topic goes on", async () => {
      const lab = await listening(protocol);
      const heard: unknown[] = [];
      lab.session.topic("t").subscribe((payload) => heard.push(payload));
      lab.socket.message({ wslink: "1.0", id: "publish:t:0", error: { code: -32002, message: "not serialisable" } });
      lab.socket.publish("t", 1);
      expect(lab.errors).toEqual([expect.objectContaining({ name: "RpcError", code: -32002, method: "t" })]);
      expect(heard).toEqual([1]);
      await lab.expectAlive();
    });

    test("a socket that delivers a Blob ends the connection and says why", async () => {
      const lab = await listening(protocol);
      const call = lab.call();
      lab.socket.receive(new Blob(["x"]) as never);
      await settled();
      expect(lab.session.state).toMatchObject({ status: "waiting", cause: { message: expect.stringContaining("binaryType") } });
      expect(call.error).toMatchObject({ name: "ConnectionError", sent: true });
      await lab.session.close();
    });

    test("100,000 publications that nobody listens to keep nothing", async () => {
      const lab = await listening(protocol);
      const { socket } = lab;
      const held = JSON.stringify(lab.session.stats().topics);
      for (let i = 0; i < 100_000; i++) socket.publish(`topic ${i}`, i);
      expect(lab.session.stats()).toMatchObject({ inFlight: 0, queued: 0 });
      expect(JSON.stringify(lab.session.stats().topics)).toBe(held);
      expect(lab.errors).toEqual([]);
      await lab.expectAlive();
    });
  });
}

test("a frame without a chunk header ends a v2 connection, as a loss like any other", async () => {
  const lab = await listening("v2");
  const call = lab.call();
  lab.socket.receive(new ArrayBuffer(11));
  await settled();
  expect(lab.session.state).toMatchObject({ status: "waiting", cause: { cause: { name: "ProtocolError" } } });
  expect(call.error).toMatchObject({ name: "ConnectionError", sent: true, cause: { name: "ProtocolError" } });
  await lab.clock.advance(100);
  expect(lab.session.state).toMatchObject({ status: "open", connection: 2 });
  await lab.session.close();
});

test("a v1 server that ends at once on reconnect, and a slow one of 2.x after it: no half-time falls into the second attempt", async () => {
  const lab = await Lab.open({ protocol: "auto" }, "v1");
  let sockets = 0;
  lab.network.server = {
    connect: (socket) => {
      sockets++;
      if (socket.number === 3) {
        socket.open();
        void settled().then(() => socket.cut());
      }
    },
    request: () => {},
  };
  lab.socket.cut();
  await lab.clock.advance(100);
  await settled();
  expect(sockets).toBe(2);
  await lab.clock.advance(9_999);
  expect(sockets).toBe(2);
  await lab.clock.advance(1);
  expect(lab.session.state).toMatchObject({ status: "waiting" });
  await lab.session.close();
  await lab.expectNothingLeft();
});

/** msgpack by hand: the library refuses the keys that we are after. */
class Raw {
  static map(key: string): Raw {
    return new Raw(Buffer.concat([Buffer.from([0x81]), encode(key), encode({ polluted: true })]));
  }

  private constructor(readonly bytes: Uint8Array) {}
}

function mapOf(...entries: (string | Raw)[]): Uint8Array {
  return Buffer.concat([Buffer.from([0x80 | (entries.length / 2)]), ...entries.map((entry) => (entry instanceof Raw ? entry.bytes : encode(entry)))]);
}
