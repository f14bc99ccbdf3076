import { encode } from "@msgpack/msgpack";
import { expect, test } from "@playwright/test";
import type { FrameIn, Protocol } from "../../src/wire/message.js";
import { frame, pieces, response } from "./chunking.js";
import { brief, Ear } from "./ear.js";

const PUBLICATION = "publish:pictures:0";
const BLOB = 1 << 20;

function publication(protocol: Protocol): FrameIn[] {
  if (protocol === "v2") return pieces(response({ blob: new Uint8Array(BLOB) }, PUBLICATION), 300_000);
  return [
    '{"wslink": "1.0", "method": "wslink.binary.attachment", "args": ["wslink_bin1"]}',
    new ArrayBuffer(BLOB),
    JSON.stringify({ wslink: "1.0", id: PUBLICATION, result: { blob: "wslink_bin1" } }),
  ];
}

/** Counts calls of the only ways by which a body can be decoded or its bytes copied. */
function counted(action: () => void): { parsed: number; decoded: number; copiedBytes: number } {
  const count = { parsed: 0, decoded: 0, copiedBytes: 0 };
  const { parse } = JSON;
  const { decode } = TextDecoder.prototype;
  const { set, slice } = Uint8Array.prototype;
  JSON.parse = (...args) => {
    if (args[0].includes("result")) count.parsed++;
    return parse(...args);
  };
  TextDecoder.prototype.decode = function (...args) {
    count.decoded++;
    return decode.apply(this, args);
  };
  Uint8Array.prototype.set = function (source, offset) {
    count.copiedBytes += source.length;
    set.call(this, source, offset);
  };
  Uint8Array.prototype.slice = function (...args) {
    const copy = slice.apply(this, args);
    count.copiedBytes += copy.length;
    return copy;
  };
  try {
    action();
  } finally {
    JSON.parse = parse;
    TextDecoder.prototype.decode = decode;
    Uint8Array.prototype.set = set;
    Uint8Array.prototype.slice = slice;
  }
  return count;
}

for (const protocol of ["v1", "v2"] as const) {
  test(`${protocol}: what nobody wants is neither decoded nor copied`, () => {
    const ear = new Ear(protocol, { interest: "skip" });
    const frames = publication(protocol);
    const small = protocol === "v2" ? pieces(response(7, PUBLICATION), 1000) : [JSON.stringify({ wslink: "1.0", id: PUBLICATION, result: 7 })];
    const count = counted(() => ear.hear([...frames, ...small]));
    expect(brief(ear.messages)).toEqual([
      [PUBLICATION, "skipped"],
      [PUBLICATION, "skipped"],
    ]);
    expect(count).toEqual({ parsed: 0, decoded: 0, copiedBytes: 0 });
    expect(new Set(ear.asked)).toEqual(new Set([PUBLICATION]));
  });

  test(`${protocol}: an error is told even where nobody wants the topic`, () => {
    const ear = new Ear(protocol, { interest: "skip" });
    const failed = { wslink: "1.0", id: PUBLICATION, error: { code: -32002, message: "Method result cannot be serialized", data: "pictures" } };
    ear.hear(protocol === "v2" ? pieces(encode(failed), 1000) : [JSON.stringify(failed)]);
    expect(ear.messages).toEqual([{ type: "error", id: PUBLICATION, error: failed.error }]);
    for (const size of protocol === "v2" ? [1, 20, 60] : []) {
      const cut = new Ear("v2", { interest: "skip" });
      cut.hear(pieces(encode(failed), size));
      expect(cut.messages).toEqual([{ type: "error", id: PUBLICATION, error: failed.error }]);
    }
  });

  test(`${protocol}: what is taken is decoded once and each byte of it copied at most once`, () => {
    const ear = new Ear(protocol, { interest: "take" });
    const frames = publication(protocol);
    const count = counted(() => ear.hear(frames));
    expect(ear.messages).toMatchObject([{ type: "result", id: PUBLICATION }]);
    expect((ear.messages[0] as { value: { blob: ArrayBuffer } }).value.blob.byteLength).toBe(BLOB);
    expect(count.parsed).toBe(protocol === "v1" ? 1 : 0);
    expect(count.copiedBytes).toBeLessThanOrEqual(protocol === "v1" ? 0 : BLOB + 200);
  });

  test(`${protocol}: what is deferred is decoded when it is asked for, and again if it is asked again`, () => {
    const ear = new Ear(protocol, { interest: "defer" });
    const frames = publication(protocol);
    expect(counted(() => ear.hear(frames))).toEqual({ parsed: 0, decoded: 0, copiedBytes: 0 });
    const [deferred] = ear.messages as unknown as [{ type: string; decode: () => { value: { blob: ArrayBuffer } } }];
    expect(deferred.type).toBe("deferred");
    for (let i = 0; i < 2; i++) expect(deferred.decode().value.blob.byteLength).toBe(BLOB);
  });

  test(`${protocol}: a deferred message that is bad says so when it is decoded`, () => {
    const ear = new Ear(protocol, { interest: "defer" });
    const content = Uint8Array.from(response([1, 2], PUBLICATION)).fill(0xc1, -1);
    ear.hear([protocol === "v1" ? `{"wslink": "1.0", "id": "${PUBLICATION}", "result": [}` : frame(1, 0, content.length, content)]);
    expect((ear.messages[0] as { decode: () => unknown }).decode()).toMatchObject({ type: "bad", id: PUBLICATION, error: { name: "ProtocolError" } });
  });
}

test("v2: progress from the first chunk on, only of what has come without a gap", () => {
  const content = response("x".repeat(100), "slow");
  const [a, b, c, d] = pieces(content, 33) as [ArrayBuffer, ArrayBuffer, ArrayBuffer, ArrayBuffer];
  const total = content.length;
  expect(brief(new Ear("v2", { interest: "report" }).hear([a, c, b, d]))).toEqual([
    ["slow", "progress", 33, total],
    ["slow", "progress", 99, total],
    ["slow", "progress", total, total],
    ["slow", "x".repeat(100)],
  ]);
  expect(brief(new Ear("v2", { interest: "report" }).hear([frame(1, 0, total, content)]))).toHaveLength(2);
});

test("v1: one progress, at the end", () => {
  const message = JSON.stringify({ wslink: "1.0", id: "slow", result: "x" });
  expect(brief(new Ear("v1", { interest: "report" }).hear([message]))).toEqual([
    ["slow", "progress", message.length, message.length],
    ["slow", "x"],
  ]);
});

test("v2: the id is found in chunks of one byte, and asked for once", () => {
  for (const interest of ["skip", "defer", "take", "report"] as const) {
    const ear = new Ear("v2", { interest });
    ear.hear(pieces(response(7, PUBLICATION), 1));
    expect(ear.asked).toEqual([PUBLICATION]);
    const last = ear.messages.at(-1);
    expect(last?.type).toBe({ skip: "skipped", defer: "deferred", take: "result", report: "result" }[interest]);
    if (last?.type === "deferred") expect(last.decode()).toMatchObject({ type: "result", value: 7 });
  }
});
