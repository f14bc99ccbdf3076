import { expect, test } from "@playwright/test";
import { difference } from "../contract/equal.js";
import { frame, pieces, response } from "./chunking.js";
import { brief, Ear } from "./ear.js";
import { randomFrom } from "./random.js";
import type { Message } from "../../src/wire/message.js";

const str = (text: string): number[] => [0xa0 | text.length, ...Buffer.from(text)];
/** A response whose result is these msgpack bytes. */
const raw = (...result: number[]): ArrayBuffer => {
  const content = new Uint8Array([0x83, ...str("wslink"), ...str("1.0"), ...str("id"), ...str("rpc:1"), ...str("result"), ...result]);
  return frame(1, 0, content.length, content);
};
const whole = (content: Uint8Array): ArrayBuffer => frame(1, 0, content.length, content);
/** All of a message in few words: large binaries by their length and a sum. */
function seen(message: Message): unknown[] {
  const brief = (_: string, value: unknown): unknown =>
    value instanceof ArrayBuffer ? `${value.byteLength} bytes, ${new Uint8Array(value).reduce((a, b) => a + b, 0)}` : typeof value === "bigint" ? String(value) : value;
  return message.type === "result" ? ["result", message.id, JSON.stringify(message.value, brief)] : [message.type];
}
/** A bad message says how far it came, which differs. */
const withoutWords = (message: unknown[]): unknown[] => (message[0] === "bad" ? message.slice(0, 3) : message);
const decoded = (...result: number[]): unknown => {
  const [message] = new Ear("v2").hear([raw(...result)]);
  expect(message?.type).toBe("result");
  return (message as { value: unknown }).value;
};

test("keys that are no text become what Python's json writes", () => {
  expect(decoded(0x86, 0xc0, 1, 0xc3, 2, 0xc2, 3, 0x07, 4, 0xcb, 0x3f, 0xf8, 0, 0, 0, 0, 0, 0, 5, 0xc4, 2, 0xc3, 0xbc, 6)).toEqual({ null: 1, true: 2, false: 3, "7": 4, "1.5": 5, ü: 6 });
});

test("integers beyond 2^53 are BigInt, others Number", () => {
  expect(decoded(0x92, 0xcf, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xcf, 0, 0x20, 0, 0, 0, 0, 0, 0)).toEqual([Number.MAX_SAFE_INTEGER, 2n ** 53n]);
  expect(decoded(0x92, 0xd3, 0xff, 0xe0, 0, 0, 0, 0, 0, 1, 0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0)).toEqual([Number.MIN_SAFE_INTEGER, -(2n ** 63n)]);
});

test("the key __proto__ is a property like any other, and pollutes nothing", () => {
  const value = decoded(0x81, ...str("__proto__"), 0x81, ...str("polluted"), 0xc3) as object;
  expect(Object.keys(value)).toEqual(["__proto__"]);
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});

test("what msgpack has and the protocol has not costs its message: ext types, lists as keys, the unused byte, bytes that are no UTF-8", () => {
  for (const [bytes, why] of [
    [[0xd4, 1, 2], /ext type/],
    [[0xd6, 0xff, 0, 0, 0, 0], /ext type/],
    [[0xc7, 1, 5, 0], /ext type/],
    [[0xc1], /0xc1/],
    [[0x81, 0x91, 1, 2], /map key/],
    [[0x81, 0x80, 2], /map key/],
    [[0xa2, 0xff, 0xfe], /UTF-8/],
    [[0xd9, 40, ...new Array(40).fill(0xc0)], /UTF-8/],
    [[0x81, 0xa1, 0xff, 1], /UTF-8/],
    [[0x81, 0xc4, 1, 0xff, 1], /UTF-8/],
  ] as const) {
    expect(brief(new Ear("v2").hear([raw(...bytes)]))).toEqual([["bad", "rpc:1", "ProtocolError", expect.stringMatching(why)]]);
  }
});

test("large bins in any place and truncated at any, in one chunk or in many, come to the same", () => {
  const size = 70_000;
  const bin = (fill: number): Buffer => Buffer.concat([Buffer.from([0xc6, 0, 1, 0x11, 0x70]), Buffer.alloc(size, fill)]);
  const head = new Uint8Array(raw(), 12);
  // the second is a key
  const content = Buffer.concat([head, Buffer.from([0x83, ...str("before")]), bin(1), bin(0x61), Buffer.from([7, ...str("after")]), bin(2)]);
  for (const length of [content.length, content.length - 1, content.length - size, content.length - size - 1, content.length - size - 20, size, 100]) {
    const cut = new Uint8Array(content.subarray(0, length));
    const whole = brief(new Ear("v2").hear(pieces(cut, length)));
    for (const step of [1_000, 60_000, 70_001]) expect(brief(new Ear("v2").hear(pieces(cut, step))).map(withoutWords), `${length} bytes by ${step}`).toEqual(whole.map(withoutWords));
    if (length < content.length) expect(whole).toEqual([["bad", "rpc:1", "ProtocolError", expect.stringMatching(/ends too early/)]]);
    else expect(Object.keys((whole[0] as [string, object])[1])).toEqual(["before", "a".repeat(size), "after"]);
  }
});

test("a message with large bins that was mutated comes to the same in one chunk and in many", () => {
  const random = randomFrom(1);
  const good = response({ a: new Uint8Array(65_536).fill(0x61), b: [1, "text", new Uint8Array(66_000), { c: new Uint8Array(10) }], d: new Uint8Array(65_535) });
  // the bytes between the large bins: those are what decides
  const places = Array.from(good.keys()).filter((i) => good.subarray(Math.max(0, i - 3), i + 4).some((byte) => byte !== 0 && byte !== 0x61));
  let read = 0;
  for (let round = 0; round < 400; round++) {
    const bytes = good.slice(0, random(4) ? good.length : random(good.length));
    for (let i = random(3); i > 0; i--) bytes[places[random(places.length)] as number] = random(256);
    const [whole, cut] = [bytes.length, 1 + random(70_000)].map((size) => new Ear("v2").hear(pieces(bytes, size)).map(seen));
    expect(cut, `round ${round}`).toEqual(whole);
    if (whole?.[0]?.[0] === "result") read++;
  }
  expect(read).toBeGreaterThan(50);
});

test("messages that are none: nil, list, number, text, no id, an id that is no text, neither result nor error", () => {
  for (const bytes of [[0xc0], [0x91, 1], [7], str("hello"), [0x80], [0x81, ...str("id"), 7], [0x81, ...str("id"), 0xc0], [0x81, ...str("id"), ...str("x")]]) {
    const [message, ...more] = new Ear("v2").hear([whole(new Uint8Array(bytes))]);
    expect(more).toHaveLength(0);
    expect(message).toMatchObject({ type: "bad", error: { name: "ProtocolError" } });
  }
  for (const text of ["null", "[1]", "7", '"hello"', "{}", '{"id": 7}', '{"id": null, "result": 1}', '{"wslink": "1.0", "id": "x"}', "", "{", "undefined"]) {
    const [message, ...more] = new Ear("v1").hear([text]);
    expect(more).toHaveLength(0);
    expect(message).toMatchObject({ type: "bad", error: { name: "ProtocolError" } });
  }
});

for (const protocol of ["v1", "v2"] as const) {
  const send = (id: string, result: unknown, ear = new Ear(protocol)): unknown[][] =>
    brief(ear.hear([protocol === "v1" ? JSON.stringify({ wslink: "1.0", id, result }) : whole(response(result, id))]));

  test(`${protocol}: ids of every shape`, () => {
    for (const id of [
      "",
      " ",
      "__proto__",
      "constructor",
      'quote"',
      "back\\slash",
      "new\nline",
      "ü€𝄞",
      "\u0000",
      "\ufeffbom",
      "x".repeat(31),
      "x".repeat(32),
      "x".repeat(255),
      "x".repeat(256),
      "x".repeat(2000),
      "ü".repeat(40_000),
    ]) {
      const ear = new Ear(protocol);
      expect(send(id, 1, ear)).toEqual([[id, 1]]);
      expect(ear.asked.every((asked) => asked === id)).toBe(true);
    }
  });

  test(`${protocol}: an id that does not stand first is found all the same`, () => {
    const message = { result: [1, { id: "wrong" }], id: "right", wslink: "1.0" };
    expect(brief(new Ear(protocol).hear([protocol === "v1" ? JSON.stringify(message) : whole(encodeInOrder())]))).toEqual([["right", [1, { id: "wrong" }]]]);
  });

  test(`${protocol}: errors of any shape keep what they have`, () => {
    for (const [error, expected] of [
      [
        { code: -32601, message: "no", data: { a: 1 } },
        { code: -32601, message: "no", data: { a: 1 } },
      ],
      [{}, { code: 0, message: "keys ", data: undefined }],
      ["text", { code: 0, message: "text", data: "text" }],
      [7, { code: 0, message: "7", data: 7 }],
    ] as const) {
      const [message] = new Ear(protocol).hear([protocol === "v1" ? JSON.stringify({ wslink: "1.0", id: "x", error }) : whole(errorResponse(error))]);
      expect(message).toEqual({ type: "error", id: "x", error: expected });
    }
  });

  test(`${protocol}: what \`binary\` gives stands in the place of each binary, and what it throws costs the message`, () => {
    const frames =
      protocol === "v1"
        ? ['{"wslink": "1.0", "method": "wslink.binary.attachment", "args": ["wslink_bin1"]}', new ArrayBuffer(3), '{"wslink": "1.0", "id": "x", "result": ["wslink_bin1"]}']
        : [whole(response([new Uint8Array(3)], "x"))];
    const binary = (bytes: ArrayBuffer, by: string) => ({ length: bytes.byteLength, by });
    expect(brief(new Ear(protocol, { binary }).hear(frames))).toEqual([["x", [{ length: 3, by: protocol }]]]);
    expect(brief(new Ear(protocol, { binary: () => null }).hear(frames))).toEqual([["x", [null]]]);
    const throws = (): never => {
      throw new Error("not mine");
    };
    expect(brief(new Ear(protocol, { binary: throws }).hear(frames))).toEqual([["bad", "x", "ProtocolError", expect.any(String)]]);
  });
}

/** `{ result: [1, { id: "wrong" }], id: "right", wslink: "1.0" }` */
function encodeInOrder(): Uint8Array {
  return new Uint8Array([0x83, ...str("result"), 0x92, 1, 0x81, ...str("id"), ...str("wrong"), ...str("id"), ...str("right"), ...str("wslink"), ...str("1.0")]);
}

function errorResponse(error: unknown): Uint8Array {
  // the same bytes as a response but for one key of the same length
  const bytes = Buffer.from(response(error, "x"));
  const at = bytes.indexOf("result");
  return new Uint8Array([...bytes.subarray(0, at - 1), 0xa5, ...Buffer.from("error"), ...bytes.subarray(at + 6)]);
}

test("an answer to a claim beyond its message is an error at once, not a wait", () => {
  const content = new Uint8Array([0x81, ...str("id"), 0xdb, 0x10, 0, 0, 0, 1]);
  expect(brief(new Ear("v2").hear([frame(1, 0, 100, content)]))).toEqual([["bad", undefined, "ProtocolError", expect.stringMatching(/in a message of 100/)]]);
});

test("nesting of 300 arrives, and difference() tells two depths apart", () => {
  const nest = (depth: number): unknown => (depth === 0 ? "bottom" : [nest(depth - 1)]);
  expect(difference(nest(3), nest(4))).toBeDefined();
  const bytes = [...new Array(300).fill(0x91), ...str("bottom")];
  expect(difference(decoded(...bytes), nest(300))).toBeUndefined();
});
