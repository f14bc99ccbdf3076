import type { Protocol } from "../bench.js";
import { pack } from "./frames.js";
import { type Burst, burstFrames, items } from "./publications.js";

/** Each client asks for the same bursts and results: they are made once. */
const made = new Map<string, unknown>();

function once<T>(key: string, make: () => T): T {
  if (!made.has(key)) made.set(key, make());
  return made.get(key) as T;
}

/** What a call makes the server send before its reply, and the reply's result, encoded. */
export interface Effect {
  readonly before?: readonly Buffer[];
  readonly result: Buffer;
}

/** `undefined`: there is no such method. */
export function perform(protocol: Protocol, method: string, args: readonly unknown[]): Effect | undefined {
  switch (method) {
    case "bench.echo":
      return { result: encode(protocol, args[0]) };
    case "bench.prepare":
      burst(protocol, args);
      return { result: encode(protocol, null) };
    case "bench.burst":
      return { before: burst(protocol, args), result: encode(protocol, args[1]) };
    case "bench.items":
      return { result: once(`${protocol} items ${args.join(" ")}`, () => encode(protocol, items(args[0] as number, args[1] as boolean))) };
    default:
      return undefined;
  }
}

function burst(protocol: Protocol, args: readonly unknown[]): Buffer[] {
  const [topic, count, bytes, kind, topics] = args as [string, number, number, Burst["kind"], number];
  return once(`${protocol} ${args.join(" ")}`, () => burstFrames(protocol, { topic, count, bytes, kind, topics }));
}

/** As Python does it: NaN stands bare in JSON. */
export function encode(protocol: Protocol, value: unknown): Buffer {
  if (protocol === "v2") return pack(value);
  const text = JSON.stringify(value, (_key, item) => (Number.isNaN(item) ? "<NaN>" : item));
  return Buffer.from(text.replaceAll('"<NaN>"', "NaN"));
}
