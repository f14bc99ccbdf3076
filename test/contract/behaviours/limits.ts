import { theme } from "../behaviour.js";

/** What a peer sends beyond `limits` costs that message, not the connection. */
export const limits = theme("limits", {
  "maxMessageBytes: a larger reply rejects its call": async (t) => {
    const session = await t.connect({ limits: { maxMessageBytes: 100_000 } });
    const errors = t.record(session.errors$);
    const error = await t.rejects(session.call("test.value", ["long text"]), t.lib.LimitError);
    t.equal([error.name, error.kind, error.limit], ["LimitError", "limit", "maxMessageBytes"]);
    t.ok(error.value > 1_000_000, "the value is the message's size");
    t.equal(errors.values, [error]);
    t.equal(await session.call("test.value", ["tuple"]), [1, [2, 3], []]);
  },

  "maxMessageBytes: a larger publication goes to errors$, and its topic goes on": async (t) => {
    const session = await t.connect({ limits: { maxMessageBytes: 100_000 } });
    const errors = t.record(session.errors$);
    const heard = t.record(session.topic("limited"));
    await session.call("test.publish.value", ["limited", "long text"]);
    await session.call("test.publish.value", ["limited", "tuple"]);
    t.equal(await heard.take(1), [[1, [2, 3], []]]);
    t.equal(
      (await errors.take(1)).map((error) => (error as { limit?: string }).limit),
      ["maxMessageBytes"],
    );
    t.equal(heard.values.length, 1);
  },

  "maxAttachmentBytes: a larger binary is told, and the next ones come": async (t) => {
    const session = await t.connect({ limits: { maxAttachmentBytes: 1000 } });
    const errors = t.record(session.errors$);
    // on 1.x the binary comes before its message, which then lacks it; on 2.x the message is the one that is too large
    await session.call("test.pattern", [1001]).catch((error: unknown) => t.ok(error instanceof t.lib.LimitError, "the call rejects with a LimitError, if it does"));
    const [error] = await errors.take(1);
    t.equal([(error as { limit?: string }).limit, (error as { value?: number }).value], ["maxAttachmentBytes", 1001]);
    t.equal(await session.call("test.pattern", [1000]), t.pattern(1000));
  },

  "maxDepth: arguments nested deeper are a TypeError": async (t) => {
    const session = await t.connect({ limits: { maxDepth: 5 } });
    t.equal(await session.call("test.same", [[[[[]]]]]), [[[[]]]]);
    t.matches((await t.rejects(session.call("test.same", [[[[[[[[]]]]]]]]), TypeError)).message, /maxDepth.*5/);
  },

  "that are no limits are a TypeError that names the option and the value": async (t) => {
    const { Session } = t.lib;
    const make = (limits: object) => new Session({ url: "ws://localhost/ws", limits });
    for (const [limits, message] of [
      [{ maxMessageBytes: "1 MB" }, /limits\.maxMessageBytes.*1 MB/],
      [{ maxPartialMessages: -1 }, /limits\.maxPartialMessages.*-1/],
      [{ maxDepth: Number.NaN }, /limits\.maxDepth.*NaN/],
      [{ maxFrames: 1 }, /limits\.maxFrames/],
    ] as const) {
      const error = await t.rejects(
        Promise.resolve().then(() => make(limits)),
        TypeError,
        String(message),
      );
      t.matches(error.message, message);
    }
  },
});
