import { expect, test } from "@playwright/test";
import type { FrameIn } from "../../src/wire/message.js";
import { difference } from "../contract/equal.js";
import { buffer } from "./recording.js";
import { brief, Ear } from "./ear.js";

const header = (key: unknown): string => JSON.stringify({ wslink: "1.0", method: "wslink.binary.attachment", args: [key] });
const pair = (key: string, content: string): FrameIn[] => [header(key), buffer(Buffer.from(content))];
const text = (result: unknown, id = "x"): string => JSON.stringify({ wslink: "1.0", id, result });

/** What came, with binaries as `<their text>`. */
function heard(frames: readonly FrameIn[], ear: Ear = new Ear("v1")): unknown[][] {
  const shown = (value: unknown): unknown => {
    if (value instanceof ArrayBuffer) return `<${Buffer.from(value).toString()}>`;
    if (Array.isArray(value)) return value.map(shown);
    return typeof value === "object" && value !== null ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shown(item)])) : value;
  };
  return brief(ear.hear(frames)).map((one) => one.map(shown));
}

test("binaries stand where their keys stood: nested, in lists, as the whole result, twice", () => {
  expect(heard([...pair("wslink_bin1", "a"), text("wslink_bin1")])).toEqual([["x", "<a>"]]);
  expect(heard([...pair("wslink_bin1", "a"), ...pair("wslink_bin2", ""), text({ a: ["wslink_bin1", { b: "wslink_bin2" }], c: "wslink_bin1" })])).toEqual([
    ["x", { a: ["<a>", { b: "<>" }], c: "<a>" }],
  ]);
});

test("pairs that nothing refers to disturb nobody, and wait for a message that does", () => {
  const ear = new Ear("v1");
  expect(heard([...pair("wslink_bin1", "a"), ...pair("wslink_bin12", "b"), text("wslink_bin12")], ear)).toEqual([["x", "<b>"]]);
  expect(heard([text(["other"]), text("see wslink_bin1"), text({ wslink_bin1: 1 }), text('say "wslink_bin1"')], ear)).toHaveLength(4);
  expect(heard([text(["wslink_bin1"])], ear)).toEqual([["x", ["<a>"]]]);
});

test("other texts may stand between a header and its binary, and between a pair and its message", () => {
  expect(heard([header("wslink_bin1"), text(1, "a"), buffer(Buffer.from("z")), text(2, "b"), text("wslink_bin1", "c")])).toEqual([
    ["a", 1],
    ["b", 2],
    ["c", "<z>"],
  ]);
});

test("of two headers in a row the latter has the binary", () => {
  expect(heard([header("wslink_bin1"), header("wslink_bin2"), buffer(Buffer.from("z")), text(["wslink_bin2"])])).toEqual([["x", ["<z>"]]]);
});

test("a reference whose bytes never came stays its key, told once per message", () => {
  expect(heard([text(["wslink_bin1", { a: "wslink_bin2" }, "wslink_bin1", ...["3", "4", "5"].map((n) => `wslink_bin${n}`)])])).toEqual([
    ["bad", undefined, "ProtocolError", "x refers to wslink_bin1, wslink_bin2, wslink_bin3, whose bytes never came, or holds a text that looks like a reference"],
    ["x", ["wslink_bin1", { a: "wslink_bin2" }, "wslink_bin1", "wslink_bin3", "wslink_bin4", "wslink_bin5"]],
  ]);
});

test("a binary without a header, and headers without a proper key, are bad and swallow what follows them", () => {
  const ear = new Ear("v1");
  expect(heard([buffer(Buffer.from("z"))], ear)).toEqual([["bad", undefined, "ProtocolError", expect.stringContaining("without a header")]]);
  for (const key of ["__proto__", "wslink_bin", "wslink_bin1x", "", 7, null, {}]) {
    expect(heard([header(key), buffer(Buffer.from("z"))], ear)).toEqual([["bad", undefined, "ProtocolError", expect.stringContaining("without a key")]]);
  }
  expect(heard([text("fine")], ear)).toEqual([["x", "fine"]]);
});

test("an id or an error that looks like a key is none", () => {
  expect(heard([...pair("wslink_bin1", "a"), text("wslink_bin1", "wslink_bin1")])).toEqual([["wslink_bin1", "<a>"]]);
  expect(heard([...pair("wslink_bin1", "a"), JSON.stringify({ wslink: "1.0", id: "x", error: { code: 1, message: "wslink_bin1" } })])).toEqual([["x", "error", 1]]);
});

test("a pair that comes again takes the place of the first", () => {
  expect(heard([...pair("wslink_bin1", "old"), ...pair("wslink_bin1", "new"), text("wslink_bin1")])).toEqual([["x", "<new>"]]);
});

test("references in the key __proto__ pollute nothing", () => {
  const [[, value] = []] = heard([...pair("wslink_bin1", "a"), '{"wslink": "1.0", "id": "x", "result": {"__proto__": {"b": "wslink_bin1"}, "c": "wslink_bin1"}}']);
  expect(difference(value, JSON.parse('{"__proto__": {"b": "<a>"}, "c": "<a>"}'))).toBeUndefined();
});

test("a deferred message owns its attachments, a skipped one takes them along", () => {
  const ear = new Ear("v1", { interest: (id) => (id === "later" ? "defer" : id === "nobody" ? "skip" : "take") });
  const [deferred] = ear.hear([...pair("wslink_bin1", "mine"), text(["wslink_bin1"], "later"), ...pair("wslink_bin1", "another")]);
  expect(heard([text("wslink_bin1")], ear)).toEqual([["x", "<another>"]]);
  const message = (deferred as { decode: () => unknown }).decode() as { value: [ArrayBuffer] };
  expect(Buffer.from(message.value[0]).toString()).toBe("mine");
  expect(brief(ear.hear([...pair("wslink_bin2", "a"), text("wslink_bin2", "nobody")]))).toEqual([["nobody", "skipped"]]);
  expect(heard([text("wslink_bin2")], ear)).toHaveLength(2);
});

test("100,000 waiting pairs and a large text are looked through once", () => {
  const ear = new Ear("v1");
  ear.hear(Array.from({ length: 100_000 }, (_, i) => [header(`wslink_bin${i}`), new ArrayBuffer(0)]).flat());
  const large = Array.from({ length: 200_000 }, (_, i) => `item ${i}`);
  expect(ear.messages).toHaveLength(0);
  // with a search per key this is 10¹¹ steps
  expect(heard([text([...large, "wslink_bin99999"])], ear)[0]?.[1]).toHaveLength(200_001);
});
