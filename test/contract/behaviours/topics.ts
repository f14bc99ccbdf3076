import { filter } from "rxjs";
import type { Session } from "../backend.js";
import { theme } from "../behaviour.js";
import { gate } from "../gate.js";

interface Tick {
  part: string;
  tick: number;
}

/** A topic of which the server sends only the parts that somebody asked it for. */
function parts(session: Session, name: string, wanted: readonly string[]) {
  return session
    .topic(name, { start: () => session.call("test.parts.start", [name, wanted]), stop: () => session.call("test.parts.stop", [name, wanted]) })
    .pipe(filter((payload) => wanted.includes((payload as Tick).part)));
}
const wanted = (session: Session, name: string) => session.call("test.parts.wanted", [name]);

/** What a subscription asks of the server, with `start` and `stop`. */
export const topics = theme("topics", {
  "start with the first subscriber and stop with the last": async (t) => {
    const session = await t.connect();
    const asked: unknown[] = [];
    const topic = session.topic("counted", {
      start: async (given, info) => asked.push([given === session, info]),
      stop: async (given) => asked.push(given === session),
    });
    t.equal(asked, [], "before anybody subscribes");
    const [one, two] = [t.record(topic), t.record(topic)];
    t.equal(asked, [[true, { connection: 1, gapMs: 0 }]]);
    one.unsubscribe();
    await t.fence(session);
    t.equal(asked.length, 1);
    two.unsubscribe();
    await t.fence(session);
    t.equal(asked.slice(1), [true]);
    t.record(topic).unsubscribe();
    await t.fence(session);
    t.equal(asked.slice(2), [[true, { connection: 1, gapMs: 0 }], true], "again");
  },

  "with different filters run side by side": async (t) => {
    const session = await t.connect();
    const [left, right] = [t.record(parts(session, "field", ["a", "b"])), t.record(parts(session, "field", ["b", "c"]))];
    t.equal(await wanted(session, "field"), ["a", "b", "c"]);
    await session.call("test.parts.tick", ["field"]);
    const seen = (values: readonly unknown[]) => (values as Tick[]).map(({ part }) => part);
    t.equal(
      [seen(await left.take(2)), seen(await right.take(2))],
      [
        ["a", "b"],
        ["b", "c"],
      ],
    );
    left.unsubscribe();
    t.equal(await wanted(session, "field"), ["b", "c"], "what the other wants stays");
    await session.call("test.parts.tick", ["field"]);
    t.equal(seen(await right.take(4)), ["b", "c", "b", "c"]);
    t.equal(seen(left.values), ["a", "b"]);
    right.unsubscribe();
    t.equal(await wanted(session, "field"), []);
  },

  "of two sessions are asked for by each": async (t) => {
    const [one, two] = [await t.connect(), await t.connect()];
    const [first, second] = [t.record(parts(one, "each", ["a"])), t.record(parts(two, "each", ["b"]))];
    t.equal([await wanted(one, "each"), await wanted(two, "each")], [["a"], ["b"]]);
    await one.call("test.parts.tick", ["each"]);
    t.equal([((await first.take(1)) as Tick[])[0]?.part, ((await second.take(1)) as Tick[])[0]?.part], ["a", "b"]);
  },

  "subscribed to before the session is open start when it is, in their order": async (t) => {
    const session = t.session();
    const order: string[] = [];
    session.state$.subscribe(({ status }) => order.push(status));
    for (const name of ["one", "two", "three"]) t.record(session.topic(name, { start: async () => order.push(name) }));
    await session.open();
    t.equal(order, ["idle", "connecting", "open", "one", "two", "three"]);
  },

  "whose start the server refuses end with its error, and nobody else": async (t) => {
    const session = await t.connect();
    let stops = 0;
    let refuse = true;
    const topic = session.topic("refused", { start: async () => refuse && session.call("test.parts.refuse"), stop: async () => stops++ });
    const [refused, alike, plain] = [t.record(topic), t.record(topic), t.record(session.topic("refused"))];
    for (const recording of [refused, alike]) {
      const error = await t.rejects(recording.completed, t.lib.RpcError);
      t.equal([error.code, error.method], [t.lib.RpcCode.Exception, "test.parts.refuse"]);
    }
    await session.call("test.publish", ["refused", 1]);
    t.equal(await plain.take(1), [1]);
    t.equal([refused.values, stops], [[], 0]);
    refuse = false;
    const again = t.record(topic);
    await session.call("test.publish", ["refused", 2]);
    t.equal(await again.take(1), [2]);
    again.unsubscribe();
    await t.fence(session);
    t.equal(stops, 1);
  },

  "whose start throws end with what it threw": async (t) => {
    const session = await t.connect();
    const topic = session.topic("throws", {
      start: () => {
        throw new RangeError("in start");
      },
    });
    t.equal((await t.rejects(t.record(topic).completed, RangeError)).message, "in start");
    t.equal(await session.call("test.add", [1, 2]), 3);
  },

  "are stopped only after a start that is not done yet": async (t) => {
    const session = await t.connect();
    const wait = await gate(t);
    const order: string[] = [];
    const topic = session.topic("pending", {
      start: async () => {
        await session.call(wait.method, wait.args);
        order.push("started");
      },
      stop: async () => order.push("stopped"),
    });
    const recording = t.record(topic);
    await wait.reached();
    recording.unsubscribe();
    t.equal(order, []);
    await wait.open();
    await t.fence(session);
    t.equal(order, ["started", "stopped"]);
  },

  "left and taken again while a start is pending are started once": async (t) => {
    const session = await t.connect();
    const wait = await gate(t);
    const order: string[] = [];
    const topic = session.topic("again", {
      start: async () => {
        await session.call(wait.method, wait.args);
        await session.call("test.parts.start", ["again", ["a"]]);
        order.push("started");
      },
      stop: async () => {
        await session.call("test.parts.stop", ["again", ["a"]]);
        order.push("stopped");
      },
    });
    t.record(topic).unsubscribe();
    const heard = t.record(topic);
    t.record(topic).unsubscribe();
    await wait.open();
    await t.fence(session);
    await session.call("test.parts.tick", ["again"]);
    t.equal(((await heard.take(1)) as Tick[])[0]?.part, "a");
    t.equal(order, ["started"]);
    t.equal(await wanted(session, "again"), ["a"]);
  },

  "whose stop fails tell errors$": async (t) => {
    const session = await t.connect();
    const errors = t.record(session.errors$);
    t.record(session.topic("stop fails", { stop: () => session.call("test.mistake", ["in stop"]) })).unsubscribe();
    t.record(
      session.topic("stop throws", {
        stop: () => {
          throw new RangeError("in stop");
        },
      }),
    ).unsubscribe();
    const told = await errors.take(2);
    const [throwing, failing] = told[0] instanceof t.lib.RpcError ? [told[1], told[0]] : told;
    t.equal((failing as { method?: string }).method, "test.mistake");
    t.matches(throwing?.message, /stop throws.*in stop/);
    t.ok(t.lib.isWslinkError(throwing), "one of the family");
  },

  "are stopped by close(), which waits for no answer, and complete": async (t) => {
    const session = await t.connect();
    let stops = 0;
    const recording = t.record(session.topic("closed", { start: async () => {}, stop: () => new Promise(() => stops++) }));
    await t.fence(session);
    await session.close();
    await recording.completed;
    t.equal([stops, recording.values], [1, []]);
  },

  "start anew on each connection, with its number and the gap": async (t) => {
    const session = await t.connect({ reconnect: () => 20 });
    const starts: { connection: number; gapMs: number }[] = [];
    const heard = t.record(
      session.topic("kept", {
        start: async (_, info) => {
          starts.push(info);
          await session.call("test.parts.start", ["kept", ["p"]]);
        },
      }),
    );
    await session.call("test.parts.tick", ["kept"]);
    await heard.take(1);
    const states = t.record(session.state$);
    await t.rejects(session.call("test.drop"), t.lib.ConnectionError);
    await states.take(4); // open, waiting, connecting, open
    await session.call("test.parts.tick", ["kept"]);
    t.equal(
      ((await heard.take(2)) as Tick[]).map(({ part }) => part),
      ["p", "p"],
    );
    t.equal(
      starts.map(({ connection }) => connection),
      [1, 2],
    );
    t.equal(starts[0]?.gapMs, 0);
    t.ok((starts[1]?.gapMs ?? 0) > 0 && (starts[1]?.gapMs ?? 0) < 30_000, `the gap is ${starts[1]?.gapMs} ms`);
  },
});
