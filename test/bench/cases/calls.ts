import type { Client } from "../clients/client.js";
import type { Case, Found } from "./case.js";

const ARGUMENT = { x: 12, y: 34.5, name: "a small call", list: [1, 2, 3] };

/** Calls one after the other, each timed. */
async function sequential(client: Client, count: number): Promise<Found> {
  const latencies: number[] = [];
  let ordered = true;
  for (let i = 0; i < count; i++) {
    const began = performance.now();
    const result = await client.call("bench.echo", [{ ...ARGUMENT, x: i }]);
    latencies.push(performance.now() - began);
    if ((result as typeof ARGUMENT).x !== i) ordered = false;
  }
  latencies.sort((a, b) => a - b);
  return { units: count, bytes: 0, ordered, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
}

/** So many calls at a time are on their way. */
export async function pipelined(client: Client, count: number, inFlight: number): Promise<Found> {
  let made = 0;
  let replied = 0;
  let ordered = true;
  const lane = async (): Promise<void> => {
    while (made < count) {
      const mine = made++;
      const result = await client.call("bench.echo", [{ ...ARGUMENT, x: mine }]);
      // replies come in the order of the calls: a server works them off one by one
      if ((result as typeof ARGUMENT).x !== mine || replied !== mine) ordered = false;
      replied++;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return { units: count, bytes: 0, ordered };
}

export const quantile = (sorted: readonly number[], part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] as number;

export const CALLS: readonly Case[] = [
  {
    name: "echo",
    title: "echo, one call after the other",
    unit: "call",
    python: true,
    async run(client, measure, quick) {
      // an engine compiles what it runs often while it runs: the first thousands tell of that
      await sequential(client, quick ? 10 : 4_000);
      await measure(() => sequential(client, quick ? 100 : 16_000));
    },
  },
  {
    name: "echo-64",
    title: "echo, 64 calls in flight",
    unit: "call",
    python: true,
    async run(client, measure, quick) {
      await pipelined(client, quick ? 100 : 5_000, 64);
      await measure(() => pipelined(client, quick ? 500 : 20_000, 64));
    },
  },
];
