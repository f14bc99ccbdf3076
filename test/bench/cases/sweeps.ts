import type { Client } from "../clients/client.js";
import { burst, KiB } from "./bursts.js";
import { pipelined } from "./calls.js";
import type { Case, Found } from "./case.js";

/** The same work at growing sizes: where the cost per unit grows, something is not linear. */
function sweep(name: string, title: string, unit: string, points: readonly number[], work: (client: Client, point: number, quick: boolean) => Promise<Found>): Case {
  return {
    name,
    title,
    unit,
    sweep: true,
    withoutLegacy: true, // some of it would take it many minutes
    async run(client, measure, quick) {
      await work(client, points[0] as number, quick);
      for (const point of quick ? points.slice(0, 2) : points) await measure(() => work(client, point, quick), point);
    },
  };
}

/** One publication after the other to so many subscribers. */
async function subscribers(client: Client, count: number, quick: boolean): Promise<Found> {
  const topic = `sweep_${count}`;
  const publications = Math.ceil((quick ? 1_000 : 40_000) / count);
  let came = 0;
  let ordered = true;
  const unsubscribes: (() => void)[] = [];
  await new Promise<void>((resolve, reject) => {
    for (let i = 0; i < count; i++) {
      let next = 0;
      unsubscribes.push(
        client.subscribe(topic, ({ n }) => {
          if (n !== next++) ordered = false;
          if (++came === publications * count) resolve();
        }),
      );
    }
    client.call("bench.burst", [topic, publications, 100, "text", 0]).catch(reject);
  });
  for (const unsubscribe of unsubscribes) unsubscribe();
  return { units: came, bytes: 0, ordered };
}

export const SWEEPS: readonly Case[] = [
  sweep("sweep-messages", "publications of 1 KB in one burst", "message", [1_000, 4_000, 16_000, 64_000], (client, count, quick) => burst(client, "sweep", quick ? count / 10 : count, KiB, "text")),
  sweep("sweep-in-flight", "calls in flight", "call", [16, 256, 4_096, 16_384], (client, inFlight, quick) => pipelined(client, quick ? 1_024 : 32_768, inFlight)),
  sweep("sweep-subscribers", "subscribers of one topic", "delivery", [1, 10, 100, 1_000, 10_000], subscribers),
];
