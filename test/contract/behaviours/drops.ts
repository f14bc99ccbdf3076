import type { Session, SessionOptions } from "../backend.js";
import { theme } from "../behaviour.js";
import type { Contract } from "../contract.js";

const MiB = 1024 * 1024;

/** A server to itself: on 1.x a drop between a binary and its header leaves the header waiting, and the uploads of all clients shift by one. */
const alone = async (t: Contract, options: Partial<SessionOptions> = {}) => t.connect(options, await t.start());

/** What a page sees, in order: states, and the errors of calls. */
function witness(t: Contract, session: Session) {
  const order: string[] = [];
  session.state$.subscribe(({ status }) => order.push(status));
  const call = (method: string, args: unknown[] = []) => {
    const promise = session.call(method, args);
    promise.catch(() => order.push(method));
    return t.rejects(promise, t.lib.ConnectionError, method);
  };
  return { order, call };
}

/** Connections that the server, or the network, ends. */
export const drops = theme("drops", {
  "without a closing handshake reject the calls in flight, after the state has changed": async (t) => {
    const session = await t.connect();
    const topic = t.record(session.topic("dropped"));
    const { order, call } = witness(t, session);
    const [one, two] = await Promise.all([call("test.drop"), call("test.add", [1, 2])]);
    t.equal(order, ["open", "closed", "test.drop", "test.add"]);
    for (const error of [one, two]) t.equal([error.stage, error.code, error.wasClean, error.sent], ["open", 1006, false, true]);
    t.matches(two.message, /test\.add.*1006/);
    const cause = t.closed(session);
    t.ok(cause instanceof t.lib.ConnectionError && cause.code === 1006, "the state knows the cause");
    await topic.completed;
  },

  "with a closing handshake tell its code and its reason": async (t) => {
    for (const [code, reason] of [
      [1001, "Server shutdown"],
      [1000, ""],
      [4321, "bye ü"],
    ] as const) {
      const session = await t.connect();
      const error = await t.rejects(session.call("test.close", [code, reason]), t.lib.ConnectionError);
      t.equal([error.code, error.reason, error.wasClean, error.sent], [code, reason, true, true]);
      const cause = t.closed(session);
      t.ok(cause instanceof t.lib.ConnectionError && cause.code === code, "a closing that we did not ask for has a cause, 1000 too");
    }
  },

  "by the death of the server are drops like any other": async (t) => {
    const session = await alone(t);
    const error = await t.rejects(session.call("test.die"), t.lib.ConnectionError);
    t.equal([error.stage, error.code, error.sent], ["open", 1006, true]);
    t.closed(session);
    const again = await t.rejects(session.open(), t.lib.ConnectionError);
    t.equal(again.stage, "socket");
  },

  "tell of each call whether it was sent": async (t) => {
    const session = await alone(t);
    const { call } = witness(t, session);
    const sent = call("test.drop");
    const uploads = Array.from({ length: 16 }, () => call("test.digests", [new ArrayBuffer(3 * MiB)])); // more than a socket is given at a time
    const unsent = call("test.add", [1, 2]);
    t.equal([(await sent).sent, (await unsent).sent], [true, false]);
    t.equal(
      (await Promise.all(uploads)).map(({ stage }) => stage),
      Array(16).fill("open"),
    );
  },

  "are followed by the next connection, where no call is made again": async (t) => {
    const session = await t.connect({ reconnect: () => 10 });
    const topic = t.record(session.topic("kept"));
    const states = t.record(session.state$);
    const note = crypto.randomUUID();
    const [dropped, noted] = [session.call("test.drop"), session.call("test.note", [note])];
    await t.rejects(dropped, t.lib.ConnectionError);
    await t.rejects(noted, t.lib.ConnectionError);
    const [, waiting, connecting, open] = await states.take(4);
    t.equal([waiting?.status, connecting, open?.status], ["waiting", { status: "connecting", attempt: 1 }, "open"]);
    t.equal(t.opened(session).connection, 2);
    await session.call("test.publish", ["kept", "on"]);
    t.equal(await topic.take(1), ["on"]);
    t.equal(((await session.call("test.notes")) as string[]).includes(note), false, "it was never run: the server died before it");
  },

  "and a policy that says false end the session": async (t) => {
    const asked: unknown[] = [];
    const session = await t.connect({
      reconnect: (attempt) => {
        asked.push([attempt.attempt, attempt.cause instanceof t.lib.ConnectionError]);
        return false;
      },
    });
    const topic = t.record(session.topic("ends"));
    await t.rejects(session.call("test.drop"), t.lib.ConnectionError);
    t.equal(asked, [[1, true]]);
    t.ok(t.closed(session) instanceof t.lib.ConnectionError, "with its cause");
    await topic.completed;
  },

  "while waiting can be cut short by open()": async (t) => {
    const session = await t.connect({ reconnect: () => 3_600_000 });
    await t.rejects(session.call("test.drop"), t.lib.ConnectionError);
    t.equal(session.state.status, "waiting");
    await session.open();
    t.equal(t.opened(session).connection, 2);
  },

  "of a message that the server finds too large name the limit": async (t) => {
    if (t.protocol === "v2") {
      // frames are never larger than what the hello says, so that no server finds one too large
      const session = await t.connect({ limits: { maxFrameBytes: 8 * MiB } });
      t.equal(((await session.call("test.digests", [new ArrayBuffer(6 * MiB)])) as { length: number }[])[0]?.length, 6 * MiB);
      return;
    }
    // A server that closes with bytes unread resets the connection, and the reset may overtake its 1009: then the browser says 1006.
    for (let attempt = 0; attempt < 10; attempt++) {
      const session = await alone(t, { limits: { maxFrameBytes: 8 * MiB } });
      const [small, large] = [session.call("test.digests", [new ArrayBuffer(1000)]), session.call("test.digests", [new ArrayBuffer(6 * MiB)])];
      const behind = session.call("test.add", [1, 2]);
      const [error, lost] = await Promise.all([t.rejects(large, Error), t.rejects(behind, t.lib.ConnectionError)]);
      await small.catch((reason: unknown) => t.ok(reason instanceof t.lib.ConnectionError, "the small one was answered, or lost"));
      const cause = t.closed(session);
      t.ok(cause instanceof t.lib.ConnectionError && cause.code === lost.code, "the cause");
      if (lost.code === 1006) continue;
      t.equal(lost.code, 1009);
      t.ok(error instanceof t.lib.LimitError && error.limit === "maxFrameBytes" && error.value >= 6 * MiB, "the limit, and the frame's size");
      return;
    }
    t.ok(false, "1009 is seen in one of ten attempts");
  },
});
