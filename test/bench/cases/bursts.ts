import type { Client, Payload } from "../clients/client.js";
import type { Case, Found } from "./case.js";

export const KiB = 1024;
export const MiB = 1024 * 1024;

/** Asks for a burst and waits until the last publication has come. */
export function burst(client: Client, topic: string, count: number, bytes: number, kind: "binary" | "text" = "binary"): Promise<Found> {
  return new Promise((resolve, reject) => {
    let came = 0;
    let ordered = true;
    const unsubscribe = client.subscribe(topic, (payload) => {
      if (payload.n !== came || !isWhole(payload, bytes)) ordered = false;
      if (++came < count) return;
      unsubscribe();
      resolve({ units: count, bytes: count * bytes, ordered });
    });
    client.call("bench.burst", [topic, count, bytes, kind, 0]).catch(reject);
  });
}

/** A binary begins and ends with its publication's number. */
function isWhole({ n, text, data }: Payload, bytes: number): boolean {
  if (data === undefined) return text?.length === bytes;
  const view = data instanceof ArrayBuffer ? new DataView(data) : new DataView(data.buffer, data.byteOffset, data.byteLength);
  return view.byteLength === bytes && view.getUint32(0, true) === n && view.getUint32(bytes - 4, true) === n;
}

interface Size {
  readonly count: number;
  readonly bytes: number;
  readonly kind?: "binary" | "text";
  /** Bursts before the measured ones, and measured ones. */
  readonly warmUps: number;
  readonly times: number;
}

function burstCase(name: string, title: string, size: Size, options: Partial<Case> = {}): Case {
  return {
    name,
    title,
    unit: "message",
    ...options,
    async run(client, measure, quick) {
      const { bytes, kind } = size;
      const [warmUps, times] = quick ? [0, 1] : [size.warmUps, size.times];
      const topic = name.replaceAll("-", "."); // the npm client knows no topic with a hyphen
      const count = quick ? Math.ceil(size.count / 25) : size.count;
      await client.call("bench.prepare", [topic, count, bytes, kind ?? "binary", 0]);
      for (let i = 0; i < warmUps; i++) await burst(client, topic, count, bytes, kind);
      await measure(async () => {
        const all: Found = { units: 0, bytes: 0, ordered: true };
        for (let i = 0; i < times; i++) {
          const one = await burst(client, topic, count, bytes, kind);
          Object.assign(all, { units: all.units + one.units, bytes: all.bytes + one.bytes, ordered: all.ordered && one.ordered });
        }
        return all;
      });
    },
  };
}

export const BURSTS: readonly Case[] = [
  burstCase("burst-1k", "5,000 publications with a binary of 1 KB", { count: 5_000, bytes: KiB, warmUps: 2, times: 5 }, { python: true }),
  burstCase("burst-1k-text", "5,000 publications with 1 KB of text", { count: 5_000, bytes: KiB, kind: "text", warmUps: 2, times: 5 }),
  burstCase("burst-256k", "500 × 256 KB", { count: 500, bytes: 256 * KiB, warmUps: 1, times: 3 }, { python: true }),
  burstCase("burst-16m", "30 × 16 MB", { count: 30, bytes: 16 * MiB, warmUps: 0, times: 1 }),
  burstCase("message-64m", "one message of 64 MB", { count: 1, bytes: 64 * MiB, warmUps: 1, times: 4 }, { python: true }),
  burstCase("message-256m", "one message of 256 MB", { count: 1, bytes: 256 * MiB, warmUps: 0, times: 1 }),
];
