import { theme } from "../behaviour.js";
import { gate } from "../gate.js";

const TOO_MUCH = 3 * 1024 * 1024;

export const closing = theme("closing", {
  "ends all in the same turn: state, calls, topics": async (t) => {
    const session = await t.connect();
    const wait = await gate(t);
    const order: string[] = [];
    session.state$.subscribe(({ status }) => order.push(status));
    const topic = t.record(session.topic("ends"));
    const call = session.call(wait.method, wait.args);
    await wait.reached();
    const closing = session.close();
    t.closed(session);
    t.equal([session.stats().inFlight, order], [0, ["open", "closed"]]);
    const error = await t.rejects(call, t.lib.ConnectionError);
    t.equal([error.stage, error.sent], ["open", true]);
    t.matches(error.message, /test\.gate\.wait.*close\(\)/);
    await topic.completed;
    await closing; // though the server is still busy with the call
    await wait.open();
  },

  "runs the `stop` of what is started or starting, and the server runs what that sends": async (t) => {
    const [session, other] = [await t.connect(), await t.connect()];
    const note = (text: string) => (server: typeof session) => server.call("test.note", [text]);
    const names = [crypto.randomUUID(), crypto.randomUUID()];
    const topics = names.map((name) => session.topic(name, { start: note(`${name} starts`), stop: note(`${name} stops`) }));
    topics[0]?.subscribe();
    await session.call("test.add", [1, 2]);
    topics[1]?.subscribe();
    await session.close();
    for (const name of names) {
      let notes: unknown[] = [];
      while (!notes.includes(`${name} stops`)) notes = ((await other.call("test.notes")) as string[]).filter((one) => one.startsWith(name));
      t.equal(notes, [`${name} starts`, `${name} stops`]);
    }
  },

  "tells of each call whether it was sent": async (t) => {
    const session = await t.connect();
    const upload = () => session.call("test.digests", [new ArrayBuffer(TOO_MUCH)]);
    const sent = session.call("test.add", [1, 2]);
    const uploads = Array.from({ length: 12 }, upload); // more than a socket is given at a time
    const unsent = session.call("test.add", [3, 4]);
    t.ok(session.stats().queued > 1, "some wait");
    await session.close();
    t.equal((await t.rejects(sent, t.lib.ConnectionError)).sent, true);
    t.equal((await t.rejects(unsent, t.lib.ConnectionError)).sent, false);
    const fates = await Promise.all(uploads.map((call) => t.rejects(call, t.lib.ConnectionError)));
    const flags = fates.map((error) => error.sent);
    t.equal([flags[0], flags.at(-1)], [true, false]);
    t.equal(
      flags,
      [...flags].sort((a, b) => Number(b) - Number(a)),
      "the first ones",
    );
  },

  "while a Blob is read rejects its call as not sent": async (t) => {
    const session = await t.connect();
    const call = session.call("test.digests", [new Blob([new ArrayBuffer(1000)])]);
    const behind = session.call("test.add", [1, 2]);
    await session.close();
    t.equal([(await t.rejects(call, t.lib.ConnectionError)).sent, (await t.rejects(behind, t.lib.ConnectionError)).sent], [false, false]);
  },

  "twice, or when idle, is fine": async (t) => {
    const session = await t.connect();
    const states = t.record(session.state$);
    await Promise.all([session.close(), session.close()]);
    await session.close();
    t.equal(
      states.values.map(({ status }) => status),
      ["open", "closed"],
    );
    t.equal(t.closed(session), undefined, "the cause");
  },

  "before the hello, while the server is silent, rejects open() at once": async (t) => {
    const session = t.session({}, await t.trouble("silent socket"));
    const opening = session.open();
    await new Promise((resolve) => setTimeout(resolve));
    await session.close();
    t.equal((await t.rejects(opening, t.lib.ConnectionError)).sent, false);
    t.equal(t.closed(session), undefined, "the cause");
  },

  "while waiting for the next attempt ends that": async (t) => {
    const session = await t.connect({ reconnect: () => 3_600_000 });
    const topic = t.record(session.topic("waits"));
    await t.rejects(session.call("test.drop"), t.lib.ConnectionError);
    const { state } = session;
    t.equal(state.status, "waiting");
    if (state.status === "waiting") t.equal([state.attempt, state.delayMs, state.cause.name], [1, 3_600_000, "ConnectionError"]);
    await session.close();
    t.closed(session);
    await topic.completed;
  },

  "leaves no client on the server": async (t) => {
    const [session, other] = [await t.connect(), await t.connect()];
    await t.alone(other, 2);
    await session.close();
    await t.alone(other, 1);
    t.opened(other);
  },

  "can be followed by another open(), and topics subscribed in between hear it": async (t) => {
    const session = await t.connect();
    const before = t.record(session.topic("again"));
    await session.close();
    await before.completed;
    const between = t.record(session.topic("again"));
    await session.open();
    t.equal(t.opened(session).connection, 2);
    await session.call("test.publish", ["again", 1]);
    t.equal(await between.take(1), [1]);
    t.equal(before.values, []);
  },

  "in a reaction to the state `open` works, and open() is settled": async (t) => {
    const session = t.session();
    session.state$.subscribe(({ status }) => {
      if (status === "open") void session.close();
    });
    const outcome = await session.open().then(
      () => "opened",
      () => "rejected",
    );
    t.matches(outcome, /opened|rejected/);
    t.closed(session);
    await t.rejects(session.call("test.add", [1, 2]), t.lib.ConnectionError);
  },
});
