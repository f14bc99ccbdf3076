import type { Client } from "../clients/client.js";
import { KiB } from "./bursts.js";
import type { Case, Found } from "./case.js";

/** Subscribers of many topics, and publications that go round the topics. */
async function fanOut(client: Client, name: string, topics: number, perTopic: number, count: number): Promise<Found> {
  let came = 0;
  let ordered = true;
  const expected = (count / topics) * perTopic * topics;
  const unsubscribes: (() => void)[] = [];
  await new Promise<void>((resolve, reject) => {
    for (let topic = 0; topic < topics; topic++) {
      for (let i = 0; i < perTopic; i++) {
        let next = topic;
        unsubscribes.push(
          client.subscribe(`${name}.${topic}`, ({ n }) => {
            if (n !== next) ordered = false;
            next += topics;
            if (++came === expected) resolve();
          }),
        );
      }
    }
    client.call("bench.burst", [name, count, 100, "text", topics]).catch(reject);
  });
  for (const unsubscribe of unsubscribes) unsubscribe();
  return { units: expected, bytes: 0, ordered };
}

export const TOPICS: readonly Case[] = [
  {
    name: "subscriptions",
    title: "10,000 subscriptions on 1,000 topics, 10,000 publications",
    unit: "delivery",
    async run(client, measure, quick) {
      const topics = quick ? 100 : 1_000;
      await fanOut(client, "many", topics, 10, topics);
      await measure(() => fanOut(client, "many", topics, 10, topics * (quick ? 2 : 10)));
    },
  },
  {
    name: "flood",
    title: "20,000 × 1 KB on topics that nobody listens to",
    unit: "message",
    async run(client, measure, quick) {
      const args = ["nobody", quick ? 500 : 20_000, KiB, "binary", 1_000];
      await client.call("bench.prepare", args);
      await client.flood(args, args[1] as number);
      await measure(() => flood(client, args));
    },
  },
  {
    name: "flood-256k",
    title: "2,000 × 256 KB on topics that nobody listens to",
    unit: "message",
    async run(client, measure, quick) {
      const args = ["nobody", quick ? 20 : 2_000, 256 * KiB, "binary", 10];
      await client.call("bench.prepare", args);
      await client.flood(args, args[1] as number);
      await measure(() => flood(client, args));
    },
  },
];

async function flood(client: Client, args: readonly unknown[]): Promise<Found> {
  const [, count, bytes] = args as [string, number, number];
  await client.flood(args, count);
  return { units: count, bytes: count * bytes, ordered: true };
}
