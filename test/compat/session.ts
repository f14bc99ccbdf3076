import { type Any, Heard, outcome, stateOf } from "./bench.js";
import { type Clause, kept, left, mended } from "./clause.js";

/** A call that never ends keeps its client on the server, and a 1.x server publishes to nobody behind a dead one. */
const STAYS = { ownServer: true };

/** What an app may see of an error. */
const shape = (error: Any) => ({
  code: error.code,
  message: error.message,
  data: typeof error.data,
  json: Object.keys(JSON.parse(JSON.stringify(error)))
    .filter((key) => ["code", "message", "data"].includes(key))
    .sort((a, b) => a.localeCompare(b)),
});

export const SESSION: readonly Clause[] = [
  kept("call() resolves with the result; args and kwargs may be missing", [3, { args: [], kwargs: {} }, { args: [1], kwargs: { b: 2 } }], async (t) => {
    const { session } = await t.ready();
    return [await session.call("test.add", [1, 2]), await session.call("test.echo"), await session.call("test.echo", [1], { b: 2 })];
  }),
  kept("args that are no list and kwargs that are no dict count as none", { args: [], kwargs: {} }, async (t) => {
    const { session } = await t.ready();
    return session.call("test.echo", { a: 1 }, [2]);
  }),
  mended("objects that know each other reject, and the message tells where", "thrown", "args[0].x contains itself: a Object", async (t) => {
    const { session } = await t.ready();
    const both: Any = {};
    both.x = both;
    both.y = both;
    try {
      return (await outcome(session.call("test.echo", [both]))).error.message;
    } catch {
      return "thrown";
    }
  }),
  kept(
    "an exception of the server: code -32001, message, and data that is an object; JSON.stringify tells all three",
    { code: -32001, message: "Exception raised", data: "object", json: ["code", "data", "message"] },
    async (t) => {
      const { session } = await t.ready();
      return shape((await outcome(session.call("test.mistake"))).error);
    },
  ),
  kept("an unknown method: code -32601, and data that is a text", [-32601, "string"], async (t) => {
    const { session } = await t.ready();
    const { code, data } = shape((await outcome(session.call("no.such"))).error);
    return [code, data];
  }),
  kept("a result that cannot be sent: code -32002, and data that is a text", [-32002, "string"], async (t) => {
    const { session } = await t.ready();
    const { code, data } = shape((await outcome(session.call("test.unserialisable"))).error);
    return [code, data];
  }),
  mended("a rejection is an Error", [false, "undefined"], [true, "string"], async (t) => {
    const { session } = await t.ready();
    const { error } = await outcome(session.call("test.mistake"));
    return [error instanceof Error, typeof error.stack];
  }),
  mended(
    "calls whose line is cut reject with -32099, and raise no unhandledrejection",
    { state: "pending", code: null, unhandled: [] },
    { state: "rejected", code: -32099, unhandled: [] },
    async (t) => {
      const started = await t.ready(t.cuttable);
      const call = started.session.call("test.gate.wait", ["never"]);
      await t.cut();
      await started.next("close");
      await t.settle();
      const unhandled = [...t.unhandled];
      const state = await stateOf(call);
      return { state, code: state === "rejected" ? (await outcome(call)).error.code : null, unhandled };
    },
    STAYS,
  ),
  mended(
    "promises that an app makes of such calls reject too, kept from the console and from all that listens since the first connect()",
    { states: ["pending", "pending"], unhandled: [] },
    { states: ["rejected", "rejected"], unhandled: [] },
    async (t) => {
      const started = await t.ready(t.cuttable);
      const unhandled: unknown[] = [];
      addEventListener("unhandledrejection", (event) => unhandled.push(event.reason));
      const { session } = started;
      const both = Promise.all([session.call("test.gate.wait", ["never"]), session.call("test.gate.wait", ["never either"])]);
      const wrapped = (async () => await session.call("test.gate.wait", ["nor this"]))();
      await t.cut();
      await started.next("close");
      await t.settle();
      const found = [...unhandled];
      return { states: await Promise.all([both, wrapped].map(stateOf)), unhandled: found };
    },
    STAYS,
  ),
  mended(
    "calls in flight at the app's own close() reject too",
    ["pending", []],
    ["rejected", []],
    async (t) => {
      const started = await t.ready(t.cuttable);
      const call = started.session.call("test.gate.wait", ["never at all"]);
      void started.session.close();
      await t.cut(); // the legacy client's socket waits for the server, and that for the call
      await started.next("close");
      await t.settle();
      return [await stateOf(call), t.unhandled];
    },
    STAYS,
  ),
  kept("an error of the server that nobody catches raises unhandledrejection", [-32001], async (t) => {
    const { session } = await t.ready();
    const raised = new Promise((resolve) => addEventListener("unhandledrejection", resolve, { once: true }));
    void session.call("test.mistake");
    await raised;
    return t.unhandled;
  }),
  kept(
    "subscribe() returns { topic, callback, promise, unsubscribe } at once, which has no then; its promise gives topic and callback",
    [["callback", "promise", "topic", "unsubscribe"], ["callback", "topic"], "undefined"],
    async (t) => {
      const { session } = await t.ready();
      const subscription = session.subscribe("shape", () => {});
      const sorted = (value: object) => Object.keys(value).sort((a, b) => a.localeCompare(b));
      return [sorted(subscription), sorted(await subscription.promise), typeof subscription.then];
    },
  ),
  kept("a callback gets [payload]; registered twice it is called twice, and one unsubscribe removes one", [[[{ a: 1 }], [{ a: 1 }]], [[{ a: 2 }]]], async (t) => {
    const { session } = await t.ready();
    const heard = new Heard();
    const one = session.subscribe("twice", heard.add);
    session.subscribe("twice", heard.add);
    await session.call("test.publish", ["twice", { a: 1 }]);
    const both = await heard.upTo(2);
    await one.unsubscribe();
    await session.call("test.publish", ["twice", { a: 2 }]);
    await heard.upTo(3);
    await t.settle();
    return [both, heard.values.slice(2)];
  }),
  kept("unsubscribe() takes what subscribe() returned, what its promise gave, and an object made by hand", 0, async (t) => {
    const { session } = await t.ready();
    let calls = 0;
    const callback = () => calls++;
    const subscriptions = [1, 2, 3].map(() => session.subscribe("many", callback));
    await session.unsubscribe(subscriptions[0]);
    await session.unsubscribe(await subscriptions[1].promise);
    await session.unsubscribe({ topic: "many", callback });
    const heard = new Heard();
    session.subscribe("many", heard.add);
    await session.call("test.publish", ["many", 1]);
    await heard.upTo(1);
    return calls;
  }),
  kept("a second unsubscribe, and one of a topic that nobody subscribed to, reject with -32099", [-32099, -32099], async (t) => {
    const { session } = await t.ready();
    const subscription = session.subscribe("once", () => {});
    await subscription.unsubscribe();
    const code = async (promise: Promise<unknown>) => (await outcome(promise)).error?.code;
    return [await code(subscription.unsubscribe()), await code(session.unsubscribe({ topic: "never", callback: () => {} }))];
  }),
  kept("after a loss and after the app's own close() subscribe() and unsubscribe() resolve as before, so that components can be taken down", [1, 1, 1, []], async (t) => {
    const lost = await t.ready(t.cuttable);
    const before = lost.session.subscribe("lost", () => {});
    await t.cut();
    await lost.next("close");
    const resolved = async (promise: Promise<unknown>) => ("error" in (await outcome(promise)) ? 0 : 1);
    const found = [await resolved(before.unsubscribe()), await resolved(lost.session.subscribe("later", () => {}).promise)];
    const closed = await t.ready();
    const own = closed.session.subscribe("closed", () => {});
    await closed.session.close();
    return [...found, await resolved(own.unsubscribe()), t.unhandled];
  }),
  kept("connected again on the same connection, a subscription made again is heard once and ends with its unsubscribe(); those of before are gone", [[1], -32099], async (t) => {
    const started = await t.ready(t.cuttable);
    const { connection } = started;
    const got: number[] = [];
    const callback = ([value]: Any) => got.push(value);
    started.session.subscribe("again", callback);
    await t.cut();
    await started.next("close");
    const ready = new Promise((resolve) => connection.onConnectionReady(resolve));
    const session = connection.connect();
    await ready;
    const subscription = session.subscribe("again", callback);
    const heard = new Heard();
    session.subscribe("behind", heard.add);
    for (const value of [1, 2]) {
      await session.call("test.publish", ["again", value]);
      await session.call("test.publish", ["behind", value]);
      await heard.upTo(value);
      if (value === 1) await subscription.unsubscribe();
    }
    return [got, (await outcome(session.unsubscribe({ topic: "again", callback }))).error?.code];
  }),
  mended("unsubscribe(undefined) does not throw", "TypeError", "resolved", async (t) => {
    const { session } = await t.ready();
    try {
      await session.unsubscribe(undefined);
      return "resolved";
    } catch (error) {
      return (error as Error).name;
    }
  }),
  mended("a callback that throws keeps nobody else from the payload", [], [1], async (t) => {
    const { session } = await t.ready();
    const got: number[] = [];
    session.subscribe("throwing", () => {
      throw new Error("an app's own");
    });
    session.subscribe("throwing", () => got.push(1));
    const heard = new Heard();
    session.subscribe("after", heard.add);
    await session.call("test.publish", ["throwing", 1]);
    await session.call("test.publish", ["after", 1]);
    await heard.upTo(1);
    return got;
  }),
  mended("a topic may have any name", ["plain.name"], ["a-b", "plain.name", "ü.x"], async (t) => {
    const { session } = await t.ready();
    const got: string[] = [];
    for (const topic of ["a-b", "plain.name", "ü.x"]) {
      session.subscribe(topic, () => got.push(topic));
      await session.call("test.publish", [topic, 1]);
    }
    const heard = new Heard();
    session.subscribe("after", heard.add);
    await session.call("test.publish", ["after", 1]);
    await heard.upTo(1);
    return got.sort((a, b) => a.localeCompare(b));
  }),
  kept(
    "a publication that a plain RPC makes comes after its reply, one of an async RPC before it",
    [
      ["replied", "published"],
      ["published", "replied"],
    ],
    async (t) => {
      const { session } = await t.ready();
      const order = async (method: string, topic: string) => {
        const seen = new Heard();
        session.subscribe(topic, () => seen.add("published"));
        void session.call(method, [topic, 1]).then(() => seen.add("replied"));
        return seen.upTo(2);
      };
      return [await order("test.publish", "order.plain"), await order("test.publish.first", "order.first")];
    },
  ),
  left("a session's onconnect and onmessage, which the legacy client's own comments forbid to touch", ["function", "function"], ["undefined", "undefined"], async (t) => {
    const { session } = await t.ready();
    return [typeof session.onconnect, typeof session.onmessage];
  }),
  left("a session's isA and destroy", ["function", "function"], ["undefined", "undefined"], async (t) => {
    const { session } = await t.ready();
    return [typeof session.isA, typeof session.destroy];
  }),
];
