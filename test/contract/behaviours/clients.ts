import type { Session } from "../backend.js";
import { theme } from "../behaviour.js";
import { gate } from "../gate.js";

/** Several sessions in one page. */
export const clients = theme("clients", {
  "are told apart by the server, and all hear its publications": async (t) => {
    const sessions = await Promise.all(Array.from({ length: 5 }, () => t.connect()));
    t.equal(new Set(sessions.map((session) => t.opened(session).clientId)).size, 5);
    const heard = sessions.map((session) => t.record(session.topic("all")));
    await sessions[2]?.call("test.publish", ["all", "to everybody"]);
    for (const recording of heard) t.equal(await recording.take(1), ["to everybody"]);
  },

  "of a v1 and a v2 server live side by side in a page": async (t) => {
    const { shared, other } = t.backend;
    const sessions = await Promise.all([t.connect({}, shared), t.connect({}, other), t.connect({}, other), t.connect({}, shared)]);
    const protocols = sessions.map((session) => t.opened(session).protocol);
    t.equal([...new Set(protocols)].sort(), ["v1", "v2"]);
    t.equal([protocols[0], protocols[3]], [t.protocol, t.protocol]);
    const heard = sessions.map((session) => t.record(session.topic("side by side")));
    await sessions[0]?.call("test.publish", ["side by side", protocols[0]]);
    await sessions[1]?.call("test.publish", ["side by side", protocols[1]]);
    for (const [i, recording] of heard.entries()) t.equal(await recording.take(1), [protocols[i]]);
    const work = async (i: number) => {
      const session = sessions[i] as Session;
      const bytes = t.pattern(200_000, i);
      t.equal(await session.call("test.same", [{ bytes, i }]), { bytes, i });
      await session.call("test.sequence", [[`own ${i}`], [null, 1000], 4]);
    };
    await Promise.all([work(0), work(1)]);
    await Promise.all([work(2), work(3)]);
    for (const session of sessions) await t.fence(session);
    t.equal(
      heard.map(({ values }) => values.length),
      [1, 1, 1, 1],
    );
    await sessions[1]?.close();
    t.equal(await sessions[0]?.call("test.add", [1, 2]), 3);
    t.equal(await sessions[2]?.call("test.add", [1, 2]), 3);
  },

  // At the very same time it would be the 1.x server that mixes them up: it keeps one queue of headers for all its clients.
  "upload in turn without mixing their binaries up": async (t) => {
    const sessions = await Promise.all(Array.from({ length: 3 }, () => t.connect()));
    for (let turn = 0; turn < 6; turn++) {
      const session = sessions[turn % 3] as Session;
      const uploads = Array.from({ length: 6 }, async (_, k) => {
        const [one, two] = [t.pattern(10_000 + k, turn * 1000 + k), t.pattern(5, k)];
        t.equal(await session.call("test.echo", [one, k], { two: new Blob([two]) }), { args: [one, k], kwargs: { two } });
      });
      await Promise.all(uploads);
    }
  },

  "do not wait for the running call of another": async (t) => {
    const [busy, free] = [await t.connect(), await t.connect()];
    const wait = await gate(t);
    const running = busy.call(wait.method, wait.args);
    await wait.reached();
    t.equal(await free.call("test.add", [1, 2]), 3);
    await wait.open();
    t.equal(await running, wait.args[0]);
  },

  "that close, or are dropped, leave the others alone": async (t) => {
    const [stays, closes, dropped] = [await t.connect(), await t.connect(), await t.connect()];
    const heard = t.record(stays.topic("stays"));
    await closes.close();
    await t.rejects(dropped.call("test.drop"), t.lib.ConnectionError);
    await t.alone(stays);
    await stays.call("test.publish", ["stays", 1]);
    t.equal(await heard.take(1), [1]);
    t.opened(stays);
  },
});
