import { theme } from "../behaviour.js";

const TOPICS = ["my-topic", "a", "a:b", "t:1:2", "ü.x", "", ":", "publish:x:0", "__proto__", "constructor", "toString", 'with "quotes" \\ and\nlines', "𝄞", "x".repeat(300)];

export const publications = theme("publications", {
  "reach the topic of any name, and no other": async (t) => {
    const session = await t.connect();
    const heard = new Map(TOPICS.map((topic) => [topic, t.record(session.topic(topic))]));
    for (const topic of TOPICS) await session.call("test.publish", [topic, { of: topic }]);
    await t.fence(session);
    for (const [topic, { values }] of heard) t.equal(values, [{ of: topic }], `of ${JSON.stringify(topic)}`);
  },

  "come to everybody who listens, as often as they are made": async (t) => {
    const session = await t.connect();
    const topic = session.topic("everybody");
    const all = [t.record(topic), t.record(topic), t.record(session.topic("everybody"))];
    await session.call("test.publish", ["everybody", [1, "two"], 5]);
    for (const heard of all) t.equal(await heard.take(5), Array(5).fill([1, "two"]));
    await t.fence(session);
    for (const { values } of all) t.equal(values.length, 5);
  },

  "that nobody listens to are gone: there is no replay": async (t) => {
    const session = await t.connect();
    const errors = t.record(session.errors$);
    const topic = session.topic("gone");
    await session.call("test.publish", ["gone", 1]);
    await t.fence(session);
    const first = t.record(topic);
    await session.call("test.publish", ["gone", 2]);
    t.equal(await first.take(1), [2]);
    first.unsubscribe();
    await session.call("test.publish", ["gone", 3]);
    await t.fence(session);
    const second = t.record(topic);
    await session.call("test.publish", ["gone", 4]);
    t.equal(await second.take(1), [4]);
    t.equal([first.values, second.values, errors.values], [[2], [4], []]);
  },

  "are heard by those who subscribed before the session was open": async (t) => {
    const session = t.session();
    const heard = t.record(session.topic("early"));
    await session.open();
    await session.call("test.publish", ["early", "now"]);
    t.equal(await heard.take(1), ["now"]);
  },

  "come to the callback of subscribe() until it is unsubscribed": async (t) => {
    const session = await t.connect();
    const heard: unknown[] = [];
    const subscription = session.subscribe("callback", (payload) => heard.push(payload));
    await session.call("test.publish", ["callback", 1]);
    await t.fence(session);
    subscription.unsubscribe();
    t.equal(subscription.closed, true);
    await session.call("test.publish", ["callback", 2]);
    await t.fence(session);
    t.equal(heard, [1]);
  },

  "made in an async method before its reply come before it": async (t) => {
    const session = await t.connect();
    const order: unknown[] = [];
    session.subscribe("first", (payload) => order.push(payload));
    await session.call("test.publish.first", ["first", "published"]).then((reply) => order.push(reply));
    t.equal(order, ["published", "replied"]);
  },

  "that cannot be serialised go to errors$, and the topic goes on": async (t) => {
    const session = await t.connect();
    const errors = t.record(session.errors$);
    const heard = t.record(session.topic("unserialisable"));
    t.equal(await session.call("test.publish.unserialisable", ["unserialisable"]), null);
    await session.call("test.publish", ["unserialisable", "good"]);
    t.equal(await heard.take(1), ["good"]);
    const [error] = await errors.take(1);
    if (!(error instanceof t.lib.RpcError)) throw new Error(`not an RpcError: ${error}`);
    t.equal([error.code, error.method], [t.lib.RpcCode.ResultNotSerializable, "unserialisable"]);
    t.equal(errors.values.length, 1);
  },

  "for all but the caller come to the others, in all their copies": async (t) => {
    const [caller, one, two] = [await t.connect(), await t.connect(), await t.connect()];
    await t.alone(caller, 3);
    const [own, first, second] = [caller, one, two].map((session) => t.record(session.topic("others"))) as [ReturnType<typeof t.record>, ReturnType<typeof t.record>, ReturnType<typeof t.record>];
    await caller.call("test.publish.others", ["others", "x"]);
    for (const heard of [first, second]) t.equal(await heard.take(3), ["x", "x", "x"]); // the servers send a copy for each client
    for (const session of [caller, one, two]) await t.fence(session);
    t.equal([own.values.length, first.values.length, second.values.length], [0, 3, 3]);
  },

  "are nothing to a session that was closed": async (t) => {
    const [session, other] = [await t.connect(), await t.connect()];
    const heard = t.record(session.topic("after"));
    await session.close();
    await other.call("test.publish", ["after", 1]);
    await t.fence(other);
    await heard.completed;
    t.equal(heard.values, []);
  },

  "are told from each other by the name alone; a wrong name or option is a TypeError": async (t) => {
    const session = t.session();
    const topic = session.topic.bind(session) as (...args: unknown[]) => unknown;
    for (const [args, message] of [
      [[7], /topic.*7/],
      [[undefined], /topic.*undefined/],
      [["x", { start: 5 }], /"x".*start.*5/],
      [["x", { stop: "later" }], /"x".*stop.*later/],
      [["x", { latest: 1 }], /"x".*latest.*1/],
      [["x", { filter: () => true }], /"x".*filter/],
      [["x", null], /"x".*null/i],
    ] as const) {
      await t
        .rejects(
          Promise.resolve().then(() => topic(...args)),
          TypeError,
          String(message),
        )
        .then((error) => t.matches(error.message, message));
    }
  },
});
