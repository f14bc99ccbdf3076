import { take } from "rxjs";
import { theme } from "../behaviour.js";

const throws = (text: string) => () => {
  throw new RangeError(text);
};
const throwsOnce = (text: string) => {
  let thrown = false;
  return () => {
    if (thrown) return;
    thrown = true;
    throw new RangeError(text);
  };
};
const messages = (errors: readonly unknown[]) => errors.map((error) => (error as Error).message);

/** Subscribers that throw, leave or come while a message is delivered. */
export const subscribers = theme("subscribers", {
  "that throw harm nobody, and their errors come out once": async (t) => {
    const session = await t.connect();
    const before = t.record(session.topic("thrown at"));
    session.topic("thrown at").subscribe(throws("of one's own"));
    const shared = session.topic("thrown at");
    shared.subscribe(throws("of a shared one"));
    const after = t.record(shared);
    await session.call("test.publish", ["thrown at", 1]);
    await session.call("test.publish", ["thrown at", 2]);
    t.equal(
      [await before.take(2), await after.take(2)],
      [
        [1, 2],
        [1, 2],
      ],
    );
    t.equal(messages(await t.uncaught.take(4)).sort(), ["of a shared one", "of a shared one", "of one's own", "of one's own"]);
    t.equal(await session.call("test.add", [1, 2]), 3);
    t.opened(session);
  },

  "of states, errors, counts and frames that throw harm nobody": async (t) => {
    const session = t.session();
    session.state$.subscribe(throwsOnce("states"));
    session.inFlight$.subscribe(throwsOnce("counts"));
    session.wire$.subscribe(throwsOnce("frames"));
    session.errors$.subscribe(throwsOnce("errors"));
    await session.open();
    session.subscribe("x", () => {});
    await session.call("test.publish.unserialisable", ["x"]);
    await t.fence(session);
    t.equal(await session.call("test.add", [1, 2]), 3);
    t.equal(messages(await t.uncaught.take(4)).sort(), ["counts", "errors", "frames", "states"]);
  },

  "that unsubscribe while a message is delivered hear no more of it": async (t) => {
    const session = await t.connect();
    const heard: string[] = [];
    const topic = session.topic("leaving");
    const one = topic.subscribe((payload) => {
      heard.push(`one ${payload}`);
      one.unsubscribe();
      two.unsubscribe();
    });
    const two = topic.subscribe((payload) => heard.push(`two ${payload}`));
    topic.subscribe((payload) => heard.push(`three ${payload}`));
    await session.call("test.publish", ["leaving", "a"]);
    await session.call("test.publish", ["leaving", "b"]);
    await t.fence(session);
    t.equal(heard, ["one a", "three a", "three b"]);
  },

  "that come while a message is delivered hear the next one": async (t) => {
    const session = await t.connect();
    const heard: string[] = [];
    const topic = session.topic("coming");
    const add = (name: string): void => {
      topic.subscribe((payload) => {
        heard.push(`${name} ${payload}`);
        if (name === "one" && payload === "a") add("two");
      });
    };
    add("one");
    await session.call("test.publish", ["coming", "a"]);
    await session.call("test.publish", ["coming", "b"]);
    await t.fence(session);
    t.equal(heard, ["one a", "one b", "two b"]);
  },

  "that take what they need leave the server in peace": async (t) => {
    const session = await t.connect();
    const name = "taken";
    const topic = session.topic(name, { start: () => session.call("test.parts.start", [name, ["a"]]), stop: () => session.call("test.parts.stop", [name, ["a"]]) });
    const taken = t.record(topic.pipe(take(1)));
    await session.call("test.parts.tick", [name]);
    await taken.completed;
    t.equal(taken.values.length, 1);
    t.equal(await session.call("test.parts.wanted", [name]), []);
  },

  "that close the session while a message is delivered end it for all": async (t) => {
    const session = await t.connect();
    const topic = session.topic("closing");
    const heard: string[] = [];
    topic.subscribe({
      next: (payload) => {
        heard.push(`one ${payload}`);
        void session.close();
        heard.push(session.state.status);
      },
      complete: () => heard.push("one completed"),
    });
    topic.subscribe({ next: (payload) => heard.push(`two ${payload}`), complete: () => heard.push("two completed") });
    const completed = t.record(topic).completed;
    await session.call("test.publish", ["closing", "a", 5]);
    await completed;
    t.equal(heard, ["one a", "one completed", "two completed", "closed"]);
  },

  "that call the server while a message is delivered get their reply": async (t) => {
    const session = await t.connect();
    const replies: Promise<unknown>[] = [];
    session.subscribe("calls", (payload) => replies.push(session.call("test.same", [payload])));
    await session.call("test.publish", ["calls", "x", 10]);
    await t.fence(session);
    t.equal(await Promise.all(replies), Array(10).fill("x"));
  },
});
