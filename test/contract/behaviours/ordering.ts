import type { Session } from "../backend.js";
import { theme } from "../behaviour.js";
import type { Contract } from "../contract.js";

interface Numbered {
  number: number;
  blob: ArrayBuffer | null;
}

/** Python numbers what it publishes; it arrives by its numbers, and each binary is its own. */
async function sequence(t: Contract, session: Session, topics: readonly string[], sizes: readonly (number | null)[], count: number, other: () => void = () => {}) {
  const heard: [string, Numbered][] = [];
  for (const topic of new Set(topics)) session.subscribe(topic, (payload) => heard.push([topic, payload as Numbered]));
  const reply = session.call("test.sequence", [topics, sizes, count]);
  other();
  t.equal(await reply, count);
  t.equal(heard.length, count, "how many have come before the reply");
  heard.forEach(([topic, { number, blob }], i) => {
    const size = sizes[i % sizes.length] ?? null;
    t.equal([number, topic], [i, topics[i % topics.length]], `at ${i}`);
    t.equal(blob, size === null ? null : t.pattern(size, i), `binary ${i}`);
  });
}

export const ordering = theme("order", {
  "of small and large publications is that of the wire": async (t) => {
    await sequence(t, await t.connect(), ["mixed"], [null, 3, 200_000, null, 0, 70_000, 12], 60);
  },

  "of publications larger than a frame is that of the wire": async (t) => {
    await sequence(t, await t.connect(), ["large"], [null, 4_500_000, 1], 6);
  },

  "is kept over topics": async (t) => {
    await sequence(t, await t.connect(), ["one", "two", "three", "one"], [null, 1000, 300_000], 40);
  },

  "is kept while the same session uploads": async (t) => {
    const session = await t.connect();
    const uploads: Promise<unknown>[] = [];
    await sequence(t, session, ["busy"], [null, 100_000], 30, () => {
      for (let i = 0; i < 5; i++) uploads.push(session.call("test.digests", [new Blob([t.pattern(500_000, i)])]));
    });
    for (const [i, digests] of (await Promise.all(uploads)).entries()) t.equal(digests, [{ path: "0", length: 500_000, sha256: await t.sha256(t.pattern(500_000, i)) }]);
  },

  "of calls is that in which they were made, whatever has to be read first": async (t) => {
    const session = await t.connect();
    const MiB = 1024 * 1024;
    const args = [[new Blob([t.pattern(3 * MiB)])], [], [t.pattern(1000)], [new Blob(["small"])], []];
    const order: [number, number][] = []; // a server runs a client's calls one after the other, and answers each when it has run
    await Promise.all(args.map((given, i) => session.call("test.digests", given).then((digests) => order.push([i, (digests as { length: number }[])[0]?.length ?? 0]))));
    t.equal(
      order,
      [3 * MiB, 0, 1000, 5, 0].map((length, i) => [i, length]),
    );
  },

  "of many small publications and replies is that of the wire": async (t) => {
    const session = await t.connect();
    const order: string[] = [];
    session.subscribe("async", (payload) => order.push(`published ${payload}`));
    await Promise.all(Array.from({ length: 30 }, (_, i) => session.call("test.publish.first", ["async", i]).then(() => order.push(`replied ${i}`))));
    t.equal(order, Array.from({ length: 30 }, (_, i) => [`published ${i}`, `replied ${i}`]).flat());
  },

  "is that of the wire for a subscriber, though another one calls the server meanwhile": async (t) => {
    const session = await t.connect();
    const calls: Promise<unknown>[] = [];
    session.subscribe("calling", (payload) => calls.push(session.call("test.same", [(payload as Numbered).number])));
    await sequence(t, session, ["calling"], [null, 50_000], 20);
    t.equal(await Promise.all(calls), [...Array(20).keys()]);
  },
});
