import { expect, test } from "@playwright/test";
import type { LimitError } from "../../src/errors.js";
import type { Limits } from "../../src/wire/limits.js";
import { DEFAULT_LIMITS } from "../../src/wire/limits.js";
import type { FrameIn, Interest, Message } from "../../src/wire/message.js";
import { snapshot } from "../../src/wire/snapshot.js";
import { frame, pieces, response } from "./chunking.js";
import { brief, Ear } from "./ear.js";

const whole = (content: Uint8Array): ArrayBuffer => frame(1, 0, content.length, content);
const header = (key: string): string => JSON.stringify({ wslink: "1.0", method: "wslink.binary.attachment", args: [key] });
const pair = (key: string, length: number): FrameIn[] => [header(key), new ArrayBuffer(length)];
const text = (result: unknown, id = "x"): string => JSON.stringify({ wslink: "1.0", id, result });
const nest = (depth: number): unknown => (depth === 0 ? 0 : [nest(depth - 1)]);
const nestMap = (depth: number): unknown => (depth === 0 ? 0 : { a: nestMap(depth - 1) });
/** Neither the brackets that open nor those that close stand next to each other. */
const nestHidden = (depth: number): unknown => (depth < 4 ? nest(depth) : depth % 2 === 0 ? [["]"], nestHidden(depth - 1), 1.5, []] : { a: "[{", "}": nestHidden(depth - 1), b: {}, c: [[0]] });

/** The limits that were met: their names, values and the ids of the messages. */
const met = (messages: readonly Message[]): unknown[] =>
  messages.flatMap((m) => (m.type === "bad" && m.error.name === "LimitError" ? [[(m.error as LimitError).limit, (m.error as LimitError).value, m.id]] : []));

const ear = (protocol: "v1" | "v2", limits: Partial<Limits>, interest: Interest = "take"): Ear => new Ear(protocol, { limits, interest });

test("maxMessageBytes: whole, in chunks, early chunks, text", () => {
  const content = response("x".repeat(100), "x");
  const size = content.length;
  const v2 = ear("v2", { maxMessageBytes: size - 1 });
  expect(met(v2.hear([whole(content)]))).toEqual([["maxMessageBytes", size, "x"]]);
  expect(met(v2.hear(pieces(content, 50)))).toEqual([["maxMessageBytes", size, "x"]]);
  expect(met(v2.hear(pieces(content, 50, 2).toReversed()))).toEqual([
    ["maxMessageBytes", size, undefined],
    ["maxMessageBytes", size, "x"],
  ]);
  expect(brief(ear("v2", { maxMessageBytes: size }).hear([whole(content)]))).toEqual([["x", "x".repeat(100)]]);
  const message = text("x".repeat(100));
  expect(met(ear("v1", { maxMessageBytes: message.length - 1 }).hear([message]))).toEqual([["maxMessageBytes", message.length, "x"]]);
  expect(met(ear("v1", { maxMessageBytes: message.length }).hear([message]))).toEqual([]);
});

test("maxPartialMessages: the one heard longest ago gives way, and its other chunks are swallowed", () => {
  const one = (id: number): ArrayBuffer[] => pieces(response("x".repeat(30), `m${id}`), 30, id);
  const v2 = ear("v2", { maxPartialMessages: 2 });
  const [a, b, c] = [one(1), one(2), one(3)];
  v2.hear([a[0], b[0], a[1]] as ArrayBuffer[]);
  expect(v2.messages).toHaveLength(1);
  const again = one(1);
  expect(met(v2.hear([again[0], c[0]] as ArrayBuffer[]))).toEqual([["maxPartialMessages", 3, "m2"]]);
  expect(brief(v2.hear([b[1], again[1], c[1]] as ArrayBuffer[]))).toEqual([
    ["m1", "x".repeat(30)],
    ["m3", "x".repeat(30)],
  ]);
});

test("maxPartialBytes: v2 counts what a chunk costs beside its bytes, v1 the attachments without a message", () => {
  const v2 = ear("v2", { maxPartialBytes: 4000 });
  const tiny = pieces(response("x".repeat(30)), 1);
  expect(met(v2.hear(tiny.toReversed()))[0]).toEqual(["maxPartialBytes", expect.any(Number), undefined]);
  expect((v2.messages[0] as { error: LimitError }).error.value).toBeGreaterThan(4000);
  expect(met(ear("v2", { maxPartialBytes: 4000 }).hear(pieces(response("x".repeat(8000), "big"), 3000)))).toEqual([["maxPartialBytes", expect.any(Number), "big"]]);
  const v1 = ear("v1", { maxPartialBytes: 100 });
  v1.hear([...pair("wslink_bin1", 60), ...pair("wslink_bin2", 30)]);
  expect(met(v1.hear(pair("wslink_bin3", 20)))).toEqual([["maxPartialBytes", 110, undefined]]);
  expect(brief(v1.hear([text(["wslink_bin1", "wslink_bin2"])]))).toEqual([
    ["bad", undefined, "ProtocolError", expect.stringContaining("wslink_bin1")],
    ["x", ["wslink_bin1", expect.anything()]],
  ]);
});

test("maxPartialBytes counts what is held of skipped messages, and what was made for a claim", () => {
  const MiB = 1024 * 1024;
  const head = response(null, "publish:nobody:0").slice(0, -1);
  const total = 900 * MiB;
  const skipping = ear("v2", { maxPartialBytes: 8 * MiB }, "skip");
  const early = (id: number, i: number): ArrayBuffer => frame(id, 100 * MiB + i * MiB, total, new Uint8Array(MiB));
  skipping.hear([frame(1, 0, total, head)]);
  for (let i = 0; i < 7; i++) expect(met(skipping.hear([early(1, i), frame(1, head.length + i, total, new Uint8Array(1))]))).toEqual([]);
  expect(met(skipping.hear([early(1, 7)]))).toEqual([["maxPartialBytes", expect.any(Number), "publish:nobody:0"]]);

  // a binary of 64 MiB is claimed, and believed once a 64th of it is there
  const size = 64 * MiB;
  const claim = new Uint8Array(1.02 * MiB);
  claim.set([...head, 0xc6, size >>> 24, (size >>> 16) & 255, 0, 0]);
  const claiming = ear("v2", { maxPartialBytes: 100 * MiB });
  const begin = (id: number): unknown[] => met(claiming.hear([frame(id, 0, head.length + 5 + size, claim), frame(id, claim.length, head.length + 5 + size, new Uint8Array(10))]));
  expect(begin(1)).toEqual([]);
  expect(begin(2)).toEqual([["maxPartialBytes", expect.any(Number), "publish:nobody:0"]]);
  expect(begin(3)).toHaveLength(1);
});

test("maxMessageBytes bounds a message of v1 together with its binaries", () => {
  const v1 = ear("v1", { maxMessageBytes: 200 });
  expect(met(v1.hear([...pair("wslink_bin1", 100), text(["wslink_bin1"])]))).toEqual([]);
  expect(met(v1.hear([...pair("wslink_bin1", 100), ...pair("wslink_bin2", 100), text(["wslink_bin1", "wslink_bin2"])]))).toEqual([["maxMessageBytes", expect.any(Number), "x"]]);
  // they are gone with it
  expect(brief(v1.hear([text("wslink_bin1")]))[0]).toEqual(["bad", undefined, "ProtocolError", expect.stringContaining("wslink_bin1")]);
});

test("a message of v1 that begins in another order is known by its id when it is over a limit", () => {
  const long = "x".repeat(300);
  for (const message of [`{"result": "${long}", "id": "x"}`, `{"id": "x", "wslink": "1.0", "result": "${long}"}`, `{"wslink": "1.0", "extra": NaN, "id": "x", "result": "${long}"}`])
    expect(met(ear("v1", { maxMessageBytes: 200 }).hear([message]))).toEqual([["maxMessageBytes", message.length, "x"]]);
  expect(met(ear("v1", { maxDepth: 3 }).hear(['{"result": [[[[1]]]], "id": "x"}']))).toEqual([["maxDepth", 4, "x"]]);
  expect(met(ear("v1", { maxMessageBytes: 200 }).hear([`${"{".repeat(300)}`]))).toEqual([["maxMessageBytes", 300, undefined]]);
});

test("maxPartialAgeMs: counted from the last chunk; v1's attachments go silently", () => {
  const v2 = ear("v2", { maxPartialAgeMs: 1000 });
  const [a, b, c] = pieces(response("x".repeat(60), "slow"), 30) as [ArrayBuffer, ArrayBuffer, ArrayBuffer];
  v2.hear([a], 0);
  v2.hear([b], 900);
  expect(brief(v2.hear([c], 1900))).toEqual([["slow", "x".repeat(60)]]);
  v2.hear([a], 2000);
  expect(met(v2.hear([whole(response(1, "other"))], 3001))).toEqual([["maxPartialAgeMs", 1001, "slow"]]);
  const v1 = ear("v1", { maxPartialAgeMs: 1000 });
  v1.hear(pair("wslink_bin1", 3), 0);
  v1.hear(pair("wslink_bin2", 3), 900);
  const [missing, message] = v1.hear([text(["wslink_bin1", "wslink_bin2"])], 1001);
  expect(missing).toMatchObject({ type: "bad", error: { name: "ProtocolError" } });
  expect(message).toMatchObject({ type: "result", value: ["wslink_bin1", {}] });
});

test("maxDepth, in: lists and maps, exactly as many as allowed", () => {
  for (const build of [nest, nestMap, nestHidden]) {
    const v2 = ear("v2", { maxDepth: 50 });
    expect(met(v2.hear([whole(response(build(50), "x"))]))).toEqual([]);
    expect(met(v2.hear([whole(response(build(51), "x"))]))).toEqual([["maxDepth", 51, "x"]]);
    const v1 = ear("v1", { maxDepth: 50 });
    expect(met(v1.hear([text(build(50))]))).toEqual([]);
    expect(met(v1.hear([text(build(51))]))).toEqual([["maxDepth", 51, "x"]]);
    expect(met(v1.hear([text(["wslink_bin1", build(50)])]))).toEqual([["maxDepth", 51, "x"]]);
    expect(v1.messages.filter(({ type }) => type === "result")).toHaveLength(1);
  }
  const deep = "[".repeat(200_000) + "]".repeat(200_000);
  for (const result of ["[[[[[1]]]]]", "[[[[[1], 2], 3], 4], 5]"]) expect(met(ear("v1", { maxDepth: 4 }).hear([`{"wslink": "1.0", "id": "x", "result": ${result}}`]))).toEqual([["maxDepth", 5, "x"]]);
  expect(met(ear("v1", {}).hear([`{"wslink": "1.0", "id": "x", "result": ${deep}}`]))).toEqual([["maxDepth", 401, "x"]]);
  expect(met(ear("v1", {}).hear([text("]".repeat(1000))]))).toEqual([]);
});

test("maxDepth, out: names the path and the value", () => {
  expect(() => snapshot([nest(50)], {}, 50)).not.toThrow();
  expect(() => snapshot([nest(51)], {}, 50)).toThrow(/args\[0\]\[0\].* is nested deeper than limits.maxDepth \(50\)/);
  expect(() => snapshot([], { a: nestMap(51) }, 50)).toThrow(/kwargs.a.a.* is nested deeper/);
});

test("maxAttachments and maxAttachmentBytes", () => {
  const binaries = (count: number, length: number): Uint8Array =>
    response(
      Array.from({ length: count }, () => new Uint8Array(length)),
      "x",
    );
  expect(met(ear("v2", { maxAttachments: 3 }).hear([whole(binaries(3, 1)), whole(binaries(4, 1))]))).toEqual([["maxAttachments", 4, "x"]]);
  expect(met(ear("v2", { maxAttachmentBytes: 100 }).hear([whole(binaries(1, 100)), whole(binaries(1, 101))]))).toEqual([["maxAttachmentBytes", 101, "x"]]);
  const v1 = ear("v1", { maxAttachments: 2, maxAttachmentBytes: 100 });
  expect(met(v1.hear([...pair("wslink_bin1", 100), ...pair("wslink_bin2", 101)]))).toEqual([["maxAttachmentBytes", 101, undefined]]);
  expect(met(v1.hear([...pair("wslink_bin3", 0), ...pair("wslink_bin4", 0)]))).toEqual([["maxAttachments", 3, undefined]]);
  expect(met(v1.hear(pair("wslink_bin4", 5)))).toEqual([]);
});

test("maxFrameBytes, out: v1 refuses what is larger, v2 cuts", () => {
  const call = (protocol: "v1" | "v2", maxFrameBytes: number, arg: unknown): number[] => {
    const { codec } = ear(protocol, {});
    codec.maxFrameBytes = maxFrameBytes;
    const { frames } = codec.encode({ id: "x", method: "m", args: snapshot([arg], {}, 400) });
    const sizes: number[] = [];
    for (let next = frames.next(); !next.done; next = frames.next()) for (const frame of [next.value].flat()) sizes.push(typeof frame === "string" ? Buffer.byteLength(frame) : frame.length);
    return sizes;
  };
  const limit = (name: string, value: number) => expect.objectContaining({ name: "LimitError", limit: name, value });
  const thrown = (action: () => unknown): unknown => {
    try {
      return action();
    } catch (error) {
      return error;
    }
  };
  expect(call("v1", 200, new Uint8Array(200)).at(1)).toBe(200);
  expect(thrown(() => call("v1", 200, new Uint8Array(201)))).toEqual(limit("maxFrameBytes", 201));
  const textSize = Buffer.byteLength(JSON.stringify({ wslink: "1.0", id: "x", method: "m", args: ["ü".repeat(100)], kwargs: {} }));
  expect(call("v1", textSize, "ü".repeat(100))).toEqual([textSize]);
  expect(thrown(() => call("v1", textSize - 1, "ü".repeat(100)))).toEqual(limit("maxFrameBytes", textSize));
  for (const size of [13, 14, 64]) expect(Math.max(...call("v2", size, new Uint8Array(500)))).toBe(size);
});

test("the defaults are those that are documented", () => {
  const MiB = 1024 * 1024;
  expect(DEFAULT_LIMITS).toEqual({
    maxMessageBytes: 1024 * MiB,
    maxPartialMessages: 64,
    maxPartialBytes: 2048 * MiB,
    maxPartialAgeMs: 120_000,
    maxFrameBytes: 4_194_303,
    maxDepth: 400,
    maxAttachments: 100_000,
    maxAttachmentBytes: 1024 * MiB,
    maxQueuedCalls: 10_000,
    maxQueuedMs: 300_000,
  });
});
