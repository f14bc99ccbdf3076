import { LimitError } from "../../src/errors.js";
import type { Protocol } from "../../src/wire/message.js";
import { snapshot } from "../../src/wire/snapshot.js";
import { Ear } from "./ear.js";
import { type Random, randomFrom } from "./random.js";

const MAX_DEPTH = 6;
const MAX_FRAME_BYTES = 3_000;
const itself: unknown[] = [];
itself.push(itself);
const detached = new ArrayBuffer(8);
structuredClone(detached, { transfer: [detached] });
const immovable = new WebAssembly.Memory({ initial: 1 }).buffer;
const thrower = {
  get bad(): never {
    throw new Error("a getter");
  },
};

/** What can be sent. */
const GOOD: readonly ((random: Random) => unknown)[] = [
  (random) => random(300) - 150,
  (random) => [0.5, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 40), -40_000, -0, Number.NaN, Number.POSITIVE_INFINITY][random(9)],
  (random) => [true, false, null, undefined][random(4)],
  (random) => ["", "wslink_bin1", "ü", '"\ud800\n', "𝄞", "a", "\u007f"][random(7)]?.repeat([1, 10, 40, 300, 70_000][random(5)] as number),
  (random) => [1n, -1n, 2n ** 53n, 2n ** 64n - 1n, -(2n ** 63n)][random(5)],
  (random) => new Uint8Array([0, 3, 255, 256, 2_000, 70_000][random(6)] as number),
  (random) => [new ArrayBuffer(9), new DataView(new ArrayBuffer(9), 2, 3), new Float64Array(3), new SharedArrayBuffer(4), new Blob(["blob"])][random(5)],
  () => ({ toJSON: () => ({ of: "toJSON" }) }),
  () => ({ toJSON: () => new Uint8Array(2) }),
  () => ({ toJSON: () => "text" }),
  (random) => [Object(1), Object("text"), Object(false), new Date(0), new URL("ws://a")][random(5)],
  (random) => Array.from({ length: [16, 70_000][random(2)] as number }, () => 1),
  () => Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k${i}`, i])),
];
/** What cannot. */
const BAD: readonly (() => unknown)[] = [
  () => new Map(),
  () => new Set([1]),
  () => () => {},
  () => Symbol("s"),
  () => itself,
  () => 2n ** 64n,
  () => detached,
  () => thrower,
  () => ({
    toJSON: () => {
      throw new Error("toJSON");
    },
  }),
  () => [[[[[[[[]]]]]]]],
];

export interface FuzzOutResult {
  readonly sent: number;
  readonly refused: number;
}

/**
 * Sends made-up arguments, a few of which cannot be sent.
 * @throws when anything but a TypeError or a LimitError is thrown, and when frames are not what was said of them.
 */
export async function fuzzOut(protocol: Protocol, count: number, seed: number): Promise<FuzzOutResult> {
  const random = randomFrom(seed);
  const maxFrameBytes = protocol === "v1" ? 400_000 : MAX_FRAME_BYTES;
  const { codec } = new Ear(protocol);
  let [sent, refused] = [0, 0];
  for (let i = 0; i < count; i++) {
    const args = random(50) ? Array.from({ length: random(4) }, () => value(random, 0)) : value(random, 0);
    const kwargs = random(50) ? { a: value(random, 2), __proto__: null } : value(random, 0);
    const own = new ArrayBuffer(8);
    const moved = [[], [own], [detached], [immovable], ["no buffer"]][random(20)] as ArrayBuffer[] | undefined;
    codec.maxFrameBytes = random(100) ? maxFrameBytes : 13;
    try {
      if (moved?.[0] === own && Array.isArray(args)) args.push(new Uint8Array(own, 1, 2));
      const tree = snapshot(args, kwargs, MAX_DEPTH, moved);
      const { frames, totalBytes } = codec.encode({ id: `rpc:c:${i}`, method: "m", args: tree });
      let size = 0;
      for (let next = frames.next(); !next.done; next = frames.next())
        for (const frame of [next.value].flat()) {
          const { length } = typeof frame === "function" ? await frame() : frame;
          size += length;
          if (protocol === "v2" && length > MAX_FRAME_BYTES) throw new Error(`a frame of ${length} bytes`);
        }
      if (size !== totalBytes) throw new Error(`${size} bytes of frames where ${totalBytes} were said`);
      sent++;
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof LimitError)) throw new Error(`call ${i} of seed ${seed}`, { cause: error });
      refused++;
    }
  }
  return { sent, refused };
}

function value(random: Random, depth: number): unknown {
  const kind = random(depth > 3 ? 6 : 10);
  if (kind === 0 && random(12) === 0) return BAD[random(BAD.length)]?.();
  // plain ones often, so that some arguments need no copy
  if (kind < 6) return GOOD[random(random(2) ? GOOD.length : 4)]?.(random);
  const items = Array.from({ length: random(4) }, () => value(random, depth + 1));
  return kind < 8 ? items : Object.fromEntries(items.map((item, i) => [random(9) ? `k${i}` : "__proto__", item]));
}
