import type { Client } from "../clients/client.js";
import { MiB } from "./bursts.js";
import { quantile } from "./calls.js";
import type { Case } from "./case.js";

/** Bytes that begin and end with a number. */
function payload(bytes: number, number: number): ArrayBuffer {
  const words = new Uint32Array(bytes / 4);
  for (let i = 0; i < words.length; i++) words[i] = i * 2_654_435_761;
  words[0] = number;
  words[words.length - 1] = number;
  return words.buffer;
}

async function arrived(client: Client, data: ArrayBuffer | Blob, bytes: number, number: number, background = false): Promise<boolean> {
  const reply = (await client.upload(data, background)) as number[];
  return reply[0] === bytes && reply[1] === number && reply[2] === number;
}

function uploadCase(megabytes: number, kind: "buffer" | "blob", times: number, options: Partial<Case> = {}): Case {
  return {
    name: `upload-${megabytes}m${kind === "blob" ? "-blob" : ""}`,
    title: `upload of ${megabytes} MB, ${kind === "blob" ? "a Blob" : "an ArrayBuffer"}`,
    unit: "upload",
    ...options,
    async run(client, measure) {
      const bytes = megabytes * MiB;
      const made = Array.from({ length: times }, (_, i) => payload(bytes, i + 1));
      const data: (ArrayBuffer | Blob)[] = kind === "blob" ? made.map((buffer) => new Blob([buffer])) : made.splice(0);
      await client.call("bench.echo", [0]);
      await measure(async () => {
        let ordered = true;
        for (let i = 0; i < times; i++) if (!(await arrived(client, data[i] as ArrayBuffer | Blob, bytes, i + 1))) ordered = false;
        return { units: times, bytes: bytes * times, ordered };
      });
    },
  };
}

/** Small calls go on while a large upload is on its way: their latency is what is measured. */
const BACKGROUND: Case = {
  name: "upload-background",
  title: "small calls beside an upload of 64 MB",
  unit: "upload",
  protocols: ["v2"],
  async run(client, measure) {
    const bytes = 64 * MiB;
    const data = payload(bytes, 1);
    await client.call("bench.echo", [0]);
    await measure(async () => {
      let done = false;
      const uploaded = arrived(client, data, bytes, 1, true).finally(() => {
        done = true;
      });
      const latencies: number[] = [];
      while (!done) {
        const began = performance.now();
        await client.call("bench.echo", [latencies.length]);
        latencies.push(performance.now() - began);
      }
      latencies.sort((a, b) => a - b);
      return { units: 1, bytes, ordered: await uploaded, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) };
    });
  },
};

const V2: Partial<Case> = { protocols: ["v2"] };

export const UPLOADS: readonly Case[] = [
  uploadCase(1, "buffer", 16),
  uploadCase(16, "buffer", 3, V2),
  uploadCase(64, "buffer", 3, { ...V2, python: true }),
  uploadCase(16, "blob", 3, { ...V2, withoutLegacy: true }),
  uploadCase(64, "blob", 3, { ...V2, withoutLegacy: true }),
  BACKGROUND,
];
