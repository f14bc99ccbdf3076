import { expect, test } from "@playwright/test";
import { difference } from "../contract/equal.js";
import { cut, frame, pieces, recorded, response } from "./chunking.js";
import { brief, Ear } from "./ear.js";
import { expectedOf } from "./recording.js";

const SCENES = [
  ["value scalars", "values"],
  ["value odd keys", "values"],
  ["value float keys", "values"],
  ["value big integers", "values"],
  ["value proto", "values"],
  ["binary nested", "binaries"],
  ["binary many", "binaries"],
] as const;

const bad = (text: string | RegExp, id: string | undefined) => ["bad", id, "ProtocolError", expect.stringMatching(text)];

for (const [scene, kind] of SCENES) {
  const content = recorded(scene);
  const expected = expectedOf(kind, scene.slice(scene.indexOf(" ") + 1), "v2");
  const arrives = (frames: Iterable<ArrayBuffer>): void => {
    const [message, ...more] = new Ear("v2").hear(frames);
    expect(more).toHaveLength(0);
    expect(message?.type).toBe("result");
    expect(difference((message as { value: unknown }).value, expected)).toBeUndefined();
  };

  test(`${scene} arrives cut in two at every place, in either order`, () => {
    for (let at = 1; at < content.length; at++) {
      const frames = cut(content, [at]);
      arrives(frames);
      arrives(frames.toReversed());
    }
  });

  test(`${scene} arrives in small chunks of every size and in larger ones, forwards, backwards and every second one first`, () => {
    for (let size = 1; size < content.length; size += size < 32 ? 1 : 29) {
      const frames = pieces(content, size);
      arrives(frames);
      arrives(frames.toReversed());
      arrives([...frames.filter((_, i) => i % 2), ...frames.filter((_, i) => i % 2 === 0)]);
    }
  });
}

test("messages arrive interleaved, chunk by chunk", () => {
  const names = ["value scalars", "binary nested", "value odd keys"] as const;
  const all = names.map((name, i) => pieces(recorded(name), 7, i + 1));
  const frames = Array.from({ length: Math.max(...all.map((one) => one.length)) }, (_, i) => all.flatMap((one) => one[i] ?? [])).flat();
  const messages = new Ear("v2").hear(frames);
  expect(messages.map(({ type }) => type)).toEqual(["result", "result", "result"]);
  const expected = [expectedOf("values", "scalars", "v2"), expectedOf("binaries", "nested", "v2"), expectedOf("values", "odd keys", "v2")];
  for (const value of expected) expect(messages.some((message) => difference((message as { value: unknown }).value, value) === undefined)).toBe(true);
});

test("a chunk that comes twice is bad, early or late, and the next message is not", () => {
  const content = response("x".repeat(60));
  const [first, second, third] = pieces(content, 40) as [ArrayBuffer, ArrayBuffer, ArrayBuffer];
  for (const [frames, id] of [
    [[first, first, second, third], "rpc:c1:1"],
    [[first, second, second, third], "rpc:c1:1"],
    [[second, second, third], undefined],
    [[third, second, third], undefined],
  ] as const) {
    const ear = new Ear("v2");
    expect(brief(ear.hear(frames))).toEqual([bad(/overlaps/, id)]);
    expect(brief(ear.hear(pieces(response("next"), 9, 2)))).toEqual([["rpc:c1:1", "next"]]);
  }
});

test("a chunk that overlaps another by one byte is bad, whichever side and order", () => {
  const content = response("x".repeat(60));
  const chunk = (from: number, to: number): ArrayBuffer => frame(1, from, content.length, content.subarray(from, to));
  for (const frames of [
    [chunk(0, 40), chunk(39, 60)],
    [chunk(20, 40), chunk(0, 21)],
    [chunk(20, 40), chunk(39, 60)],
    [chunk(40, 60), chunk(20, 41)],
    [chunk(20, 60), chunk(30, 40)],
    [chunk(30, 40), chunk(20, 60)],
  ]) {
    expect(brief(new Ear("v2").hear(frames))).toEqual([
      ["bad", frames.some((one) => new DataView(one).getUint32(4, true) === 0 && one.byteLength > 36) ? "rpc:c1:1" : undefined, "ProtocolError", expect.stringMatching(/overlaps/)],
    ]);
  }
});

test("chunks that lie about their place or total are bad", () => {
  const content = response("x".repeat(60));
  const total = content.length;
  const part = content.subarray(0, 10);
  for (const [frames, why] of [
    [[frame(1, 0, total, part), frame(1, 10, total + 1, part)], /began with total/],
    [[frame(1, 0, 5, part)], /out of range/],
    [[frame(1, total, total, part)], /out of range/],
    [[frame(1, 0xffffffff, 0xffffffff, part)], /limits.maxMessageBytes/],
    [[frame(1, 0, 0, new Uint8Array(0))], /empty/],
    [[frame(1, 0, total, new Uint8Array(0))], /empty/],
    [[frame(1, 0, total - 1, content.subarray(0, total - 1))], /too early|elsewhere/],
    [[frame(1, 0, total + 1, new Uint8Array([...content, 0xc0]))], /follow after the end/],
    [pieces(new Uint8Array([...content, 0xc0]), 7), /follow after the end|elsewhere/],
  ] as const) {
    const ear = new Ear("v2");
    const heard = brief(ear.hear(frames));
    expect(heard).toHaveLength(1);
    expect(heard[0]?.[3]).toMatch(why);
    expect(brief(ear.hear(pieces(response("next"), 9, 1)))).toEqual([["rpc:c1:1", "next"]]);
  }
});

test("a frame without a whole header loses the framing, a text frame does not", () => {
  for (let length = 0; length < 12; length++) {
    expect(new Ear("v2").hear([new ArrayBuffer(length)])).toMatchObject([{ type: "bad", id: undefined, fatal: true, error: { name: "ProtocolError" } }]);
  }
  const [message] = new Ear("v2").hear(["text"]);
  expect(message).toMatchObject({ type: "bad", id: undefined, error: { name: "ProtocolError" } });
  expect(message).not.toHaveProperty("fatal");
});

test("what is claimed is not allocated: totals, strings, binaries, lists and maps of gigabytes", () => {
  const bodies = [
    [0xc6, 0x3f, 0xff, 0xff, 0xff],
    [0xdb, 0xff, 0xff, 0xff, 0xff],
    [0xdd, 0xff, 0xff, 0xff, 0xff],
    [0xdf, 0xff, 0xff, 0xff, 0xff],
    Array.from({ length: 300 }, () => [0xdd, 0xff, 0xff, 0xff, 0xff]).flat(),
    Array.from({ length: 300 }, () => [0xdc, 0xff, 0xff]).flat(),
  ];
  const ear = new Ear("v2");
  const before = process.memoryUsage();
  for (const body of bodies) {
    const content = new Uint8Array([...response(null).subarray(0, -1), ...body, 1, 2, 3]);
    ear.hear([frame(1, 0, content.length, content)]); // whole, and wrong
    ear.hear([frame(2, 0, 0x3fffffff, content)]); // the rest to come
    ear.hear([frame(3, 0x20000000, 0x3fffffff, content)]);
    ear.hear([frame(2, 0, 1, content), frame(3, 0, 1, content)]); // and given up
  }
  const after = process.memoryUsage();
  expect(after.arrayBuffers + after.heapUsed - before.arrayBuffers - before.heapUsed).toBeLessThan(32 * 1024 * 1024);
  expect(ear.messages.every(({ type }) => type === "bad")).toBe(true);
  expect(ear.messages.length).toBeGreaterThan(bodies.length);
});

test("a chunk id is free again when its message is complete", () => {
  const ear = new Ear("v2");
  const heard = ear.hear([...pieces(response(1), 9, 5), ...pieces(response(2), 11, 5), ...pieces(response(3), 1000, 5)]);
  expect(brief(heard).map(([, value]) => value)).toEqual([1, 2, 3]);
});

test("ten thousand chunks may come before their turn, in any order; one more is refused, once", () => {
  const content = response("x".repeat(10_000));
  const frames = pieces(content, 1);
  const far = frames.filter((_, i) => i % 70 === 3);
  const rest = frames.filter((_, i) => i % 70 !== 3).toReversed();
  expect(brief(new Ear("v2").hear([...far.slice(0, 70), ...rest, ...far.slice(70)]))).toEqual([["rpc:c1:1", "x".repeat(10_000)]]);
  const early = Array.from({ length: 100_001 }, (_, i) => frame(9, 2 + 2 * i, 1_000_000, new Uint8Array(1)));
  for (const order of [early, early.toReversed()]) expect(brief(new Ear("v2").hear(order))).toEqual([["bad", undefined, "ProtocolError", expect.stringMatching(/before their turn/)]]);
});
