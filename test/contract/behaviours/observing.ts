import type { WireEvent } from "../../../src/index.js";
import { theme } from "../behaviour.js";
import { gate } from "../gate.js";

/** What a session tells about itself. */
export const observing = theme("observing", {
  "wire$ tells every frame both ways, and what it means": async (t) => {
    const session = t.watched(t.session());
    const wire = t.record(session.wire$);
    await session.open();
    const from = wire.values.length;
    t.ok(from >= 2, "the handshake was told");
    t.equal(await session.call("test.add", [1, 2]), 3);
    const [out, back] = wire.values.slice(from) as [WireEvent, WireEvent];
    const { id } = out.message as { id: string };
    t.equal([out.direction, out.connection, out.message], ["out", 1, { id, method: "test.add", args: [1, 2], kwargs: {} }]);
    t.equal([back.direction, back.connection, back.message], ["in", 1, { id, result: 3 }]);
    for (const event of [out, back]) {
      t.equal(typeof event.data === "string" ? "text" : event.data instanceof ArrayBuffer ? "binary" : "?", t.protocol === "v1" ? "text" : "binary");
      t.ok(event.at > 0, "when");
    }
    t.ok(out.at <= back.at, "in order");
  },

  "wire$ hides the secret, and nothing else": async (t) => {
    const session = t.watched(t.session());
    const wire = t.record(session.wire$);
    await session.open();
    const handshake = wire.values.filter(({ direction }) => direction === "out").at(-1);
    const text = typeof handshake?.data === "string" ? handshake.data : new TextDecoder("latin1").decode(handshake?.data);
    t.ok(text.includes("wslink.hello") && text.includes("*".repeat(t.secret.length)), "the secret is masked to its length");
    t.equal(await session.call("test.same", [`about ${t.secret}`]), `about ${t.secret}`, "the caller still gets it");
    await t.rejects(session.call("test.mistake", ["plain"]), t.lib.RpcError);
    const message = wire.values.at(-1)?.message as { error: { code: number } } | undefined;
    t.equal(message?.error.code, t.lib.RpcCode.Exception);
  },

  "wire$ changes nothing for those who are watched": async (t) => {
    const session = await t.connect();
    const wire = t.record(session.wire$);
    const heard = t.record(session.topic("watched"));
    const bytes = t.pattern(70_000);
    t.equal(await session.call("test.same", [{ bytes }]), { bytes });
    await session.call("test.publish.binary", ["watched", "whole"]);
    t.equal(await heard.take(1), [Uint8Array.of(0, 1, 254, 255).buffer]);
    t.ok(wire.values.length > 0, "it was watched");
    wire.unsubscribe();
    const { length } = wire.values;
    t.equal(await session.call("test.same", [{ bytes }]), { bytes });
    t.equal(wire.values.length, length, "events after unsubscribing");
  },

  "wire$ goes on over connections, and counts them": async (t) => {
    const session = t.session({ reconnect: () => 10 });
    const wire = t.record(session.wire$);
    const states = t.record(session.state$);
    await session.open();
    await t.rejects(session.call("test.drop"), t.lib.ConnectionError);
    await states.take(6); // idle, connecting, open, waiting, connecting, open
    await session.call("test.add", [1, 2]);
    t.equal([...new Set(wire.values.map(({ connection }) => connection))], [1, 2]);
  },

  "inFlight$ counts unsettled calls, and replays": async (t) => {
    const session = await t.connect();
    const wait = await gate(t);
    const counts = t.record(session.inFlight$);
    const first = session.call(wait.method, wait.args);
    const second = session.call("test.mistake");
    t.equal(t.record(session.inFlight$).values, [2], "to one who comes later");
    const ping = session.ping();
    await wait.open();
    await first;
    await t.rejects(second, t.lib.RpcError);
    await ping;
    t.equal(counts.values, [0, 1, 2, 1, 0]);
  },

  "ping() gives the round trip, behind no call and behind a running one": async (t) => {
    const session = await t.connect();
    const alone = await session.ping();
    t.ok(alone >= 0 && alone < 30_000, `${alone} ms`);
    const { roundTripMs } = session.stats();
    t.ok(roundTripMs !== undefined && roundTripMs >= 0, "stats() knows it");
    const wait = await gate(t);
    const running = session.call(wait.method, wait.args);
    await wait.reached();
    const order: string[] = [];
    const ping = session.ping().then(() => order.push("ping"));
    await t.rejects(session.ping({ timeoutMs: 30 }), t.lib.CallTimeoutError);
    const controller = new AbortController();
    const aborted = session.ping({ signal: controller.signal });
    controller.abort(new RangeError("enough"));
    await t.rejects(aborted, RangeError);
    t.equal(order, []);
    await wait.open();
    await running;
    await ping;
    t.equal(session.stats().roundTripMs, roundTripMs, "one that waited is no round trip");
  },

  "stats() counts messages and bytes, in total and for topics that somebody listens to": async (t) => {
    const session = await t.connect();
    const before = session.stats();
    const heard = t.record(session.topic("counted"));
    await session.call("test.publish", ["counted", "x".repeat(1000), 3]);
    await heard.take(3);
    await session.call("test.publish", ["nobody's", 1, 2]);
    await t.fence(session);
    const after = session.stats();
    const { counted, ...others } = after.topics;
    t.equal([counted?.messages, counted?.conflated, others], [3, 0, {}]);
    t.ok(counted && counted.bytes > 3 * 1000 && counted.bytes < 3 * 1200, `bytes of the topic: ${counted?.bytes}`);
    t.equal([after.sent.messages - before.sent.messages, after.received.messages - before.received.messages], [3, 3 + 3 + 2 + 1]);
    t.ok(after.received.bytes - before.received.bytes > 3000 && after.sent.bytes - before.sent.bytes > 1000, "bytes");
    t.equal([after.inFlight, after.queued, after.bufferedBytes >= 0], [0, 0, true]);
    heard.unsubscribe();
    t.equal(session.stats().topics, {});
  },

  "errors$ tells those who listen, without a replay; with nobody there it is `log`": async (t) => {
    const logged: unknown[] = [];
    const session = await t.connect({ log: (entry) => logged.push(entry) });
    for (const topic of ["logged", "told"]) t.record(session.topic(topic)); // what nobody listens to is not even read
    await session.call("test.publish.unserialisable", ["logged"]);
    await t.fence(session);
    t.equal(
      logged.map((entry) => (entry as { level: string }).level),
      ["warn"],
    );
    t.matches((logged[0] as { message: string }).message, /logged.*-32002/);
    t.ok(t.lib.isWslinkError((logged[0] as { error: unknown }).error), "the error itself is there");
    const errors = t.record(session.errors$);
    await session.call("test.publish.unserialisable", ["told"]);
    t.matches((await errors.take(1))[0]?.message, /told/);
    t.equal([errors.values.length, logged.length], [1, 1]);
  },

  "`log` is the console where it is not named, and nothing where it is false": async (t) => {
    const { warn } = console;
    const printed: string[] = [];
    console.warn = (...parts: unknown[]) => printed.push(parts.map(String).join(" "));
    try {
      for (const log of [undefined, false] as const) {
        const { url, ...rest } = t.backend.shared.options;
        const session = await t.lib.connect(url, { ...rest, secret: t.secret, ...(log === undefined ? {} : { log }) });
        session.subscribe("printed", () => {});
        await session.call("test.publish.unserialisable", ["printed"]);
        await t.fence(session);
        await session.close();
      }
    } finally {
      console.warn = warn;
    }
    t.equal(printed.length, 1);
    t.matches(printed[0], /wslink-rx: .*printed/);
  },

  "states, counts, errors and frames never end": async (t) => {
    const session = t.session();
    const all = [t.record(session.state$), t.record(session.inFlight$), t.record(session.errors$), t.record(session.wire$)];
    let ended = 0;
    for (const { completed } of all)
      completed.then(
        () => ended++,
        () => ended++,
      );
    await session.open();
    await session.close();
    await session.open();
    await session.close();
    t.equal(ended, 0);
    t.equal(
      all[0]?.values.map((state) => (state as { status: string }).status),
      ["idle", "connecting", "open", "closed", "connecting", "open", "closed"],
    );
  },
});
