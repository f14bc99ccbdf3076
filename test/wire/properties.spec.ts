import { expect, test } from "@playwright/test";
import { decode, encode } from "@msgpack/msgpack";
import fc from "fast-check";
import type { FrameIn, FrameOut, Protocol } from "../../src/wire/message.js";
import { snapshot } from "../../src/wire/snapshot.js";
import { difference } from "../contract/equal.js";
import { frame } from "./chunking.js";
import { Ear } from "./ear.js";
import { python } from "./python.js";
import { pythonValue, type Tagged } from "./pythonValue.js";
import { buffer, frameOf } from "./recording.js";

type Wire = string | { base64: string };
const wire = (out: FrameOut): Wire => (typeof out === "string" ? out : { base64: Buffer.from(out as Uint8Array).toString("base64") });
const frameIn = (one: Wire): FrameIn => (typeof one === "string" ? one : frameOf(one));

const text = fc.oneof(fc.string({ unit: "binary", maxLength: 60 }), fc.constantFrom("__proto__", "NaN", "wslink_bin1", "id", "\\", "\ufeff", "x".repeat(300)));
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n });
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.constantFrom(255, 256, 1024, 1025).map((size) => new Uint8Array(size).fill(7)),
);

/** Half surrogate pairs as UTF-8 has them: U+FFFD. */
const wellFormed = (value: string): string => Buffer.from(value).toString();

/** What a user may send; BigInt on v2 only. */
const sendable = (protocol: Protocol) =>
  fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.oneof(fc.constant(null), fc.boolean(), fc.integer(), fc.maxSafeInteger(), fc.double(), text, bytes, ...(protocol === "v2" ? [int64] : [])),
      fc.array(tie("value"), { maxLength: 6 }),
      fc.dictionary(text, tie("value"), { maxKeys: 6 }),
    ),
  })).value;

/** What Python shall read for it, with its kinds. */
function asPython(value: unknown): unknown {
  if (typeof value === "string") return wellFormed(value);
  if (typeof value === "bigint") return [value];
  if (value instanceof Uint8Array) return buffer(value);
  if (Array.isArray(value)) return value.map(asPython);
  if (typeof value === "object" && value !== null) return Object.fromEntries(Object.entries(value).map(([key, item]) => [wellFormed(key), asPython(item)]));
  if (typeof value !== "number") return value;
  return Number.isSafeInteger(value) ? [BigInt(value)] : value;
}

/** What Python said it read, in the same form. */
function asRead(tagged: Tagged): unknown {
  if (typeof tagged === "number") return [BigInt(tagged)];
  if (typeof tagged !== "object" || tagged === null) return tagged;
  if (Array.isArray(tagged)) return tagged.map(asRead);
  if ("int" in tagged) return [BigInt(tagged.int)];
  if ("dict" in tagged) return Object.fromEntries(tagged.dict.map(([key, item]) => [key, asRead(item)]));
  return pythonValue(tagged, "v2");
}

/** Values that Python may send, keys of any kind. */
const pythonic = fc.letrec<{ value: unknown; key: unknown }>((tie) => ({
  key: fc.oneof(
    text.map((one) => wellFormed(one)),
    fc.constantFrom(null, true, false),
    fc.integer(),
    int64.map((one) => ({ int: String(one) })),
    fc.double().map((one) => ({ float: Number.isFinite(one) ? one.toExponential() : String(one) })),
  ),
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.maxSafeInteger(),
      int64.map((one) => ({ int: String(one) })),
      fc.double().map((one) => ({ float: Number.isFinite(one) ? one.toExponential() : String(one) })),
      text.map((one) => (one === "wslink_bin1" ? "wslink" : wellFormed(one))),
      bytes.map((one) => ({ bytes: Buffer.from(one).toString("base64") })),
    ),
    fc.array(tie("value"), { maxLength: 6 }),
    fc.array(fc.tuple(tie("key"), tie("value")), { maxLength: 6 }).map((dict) => ({ dict })),
  ),
})).value;

const RUNS = 300;
const seed = Number(process.env["SEED"] ?? 20_261_125);

for (const [protocol, generation] of [
  ["v1", 1],
  ["v2", 2],
] as const) {
  test(`${protocol}: what is encoded is what the real server's functions decode`, async () => {
    const values = fc.sample(fc.tuple(sendable(protocol), sendable(protocol), fc.integer({ min: 13, max: 300 })), { numRuns: RUNS, seed });
    const jobs = values.map(([arg, kwarg, maxFrameBytes]) => {
      const { codec } = new Ear(protocol);
      if (protocol === "v2") codec.maxFrameBytes = maxFrameBytes;
      const { frames } = codec.encode({ id: "rpc:c1:1", method: "m", args: snapshot([arg], { kwarg }, 400) });
      const all = { [Symbol.iterator]: () => frames } as Iterable<FrameOut | FrameOut[]>;
      return { frames: Array.from(all, (one) => [one].flat().map(wire)).flat() };
    });
    const read = (await python(generation, "oracle.py", jobs)) as Tagged[];
    expect(read).toHaveLength(RUNS);
    for (const [i, [arg, kwarg]] of values.entries()) {
      const expected = { wslink: "1.0", id: "rpc:c1:1", method: "m", args: [asPython(arg)], kwargs: { kwarg: asPython(kwarg) } };
      expect(difference(asRead(read[i] as Tagged), expected), `seed ${seed}, value ${i}`).toBeUndefined();
    }
  });

  test(`${protocol}: what the real server's functions encode is what is decoded`, async () => {
    const values = fc.sample(fc.tuple(pythonic, fc.integer({ min: 13, max: 300 })), { numRuns: RUNS, seed });
    const answers = (await python(
      generation,
      "oracle.py",
      values.map(([value, maxSize]) => ({ value, maxSize })),
    )) as { frames: Wire[]; value: Tagged }[];
    expect(answers).toHaveLength(RUNS);
    for (const [i, { frames, value }] of answers.entries()) {
      const messages = new Ear(protocol).hear(frames.map(frameIn));
      expect(
        messages.map(({ type }) => type),
        `seed ${seed}, value ${i}`,
      ).toEqual(["result"]);
      expect(difference((messages[0] as { value: unknown }).value, pythonValue(value, protocol)), `seed ${seed}, value ${i}`).toBeUndefined();
    }
  });
}

test("the decoder agrees with the msgpack library on ordinary values", () => {
  const ordinary = fc.object({ withNullPrototype: false, values: [fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.constant(null)] });
  fc.assert(
    fc.property(ordinary, (value) => {
      fc.pre(!JSON.stringify(value).includes("__proto__"));
      const content = encode({ wslink: "1.0", id: "x", result: value });
      const [message] = new Ear("v2").hear([frame(1, 0, content.length, content)]);
      expect(difference((message as { value: unknown }).value, (decode(content) as { result: unknown }).result)).toBeUndefined();
    }),
    { seed, numRuns: 1000 },
  );
});
