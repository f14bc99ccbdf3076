import { encode } from "@msgpack/msgpack";
import type { Protocol } from "../../src/index.js";
import { chunk, message, type RawFrame } from "./rawPeer.js";

/** What a client sends, and whether a good hello goes before it. */
export interface Exchange {
  readonly frames: readonly RawFrame[];
  readonly before?: "hello" | "nothing";
}

const nested = (depth: number): unknown => {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
};
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** Frames that a mock has to answer as the real server of its protocol does, one connection for each. */
export function exchanges(protocol: Protocol, secret: string): Record<string, Exchange> {
  const one = (content: unknown): RawFrame => message(protocol, content);
  const call = (method: unknown, args: unknown = [], more: object = {}): RawFrame => one({ wslink: "1.0", id: "rpc:x:1", method, args, kwargs: {}, ...more });
  const hello = (args: unknown): RawFrame => one({ wslink: "1.0", id: "system:c0:0", method: "wslink.hello", args });
  const after = (...frames: RawFrame[]): Exchange => ({ frames, before: "hello" });
  const first = (...frames: RawFrame[]): Exchange => ({ frames, before: "nothing" });
  const add = call("test.add", [1, 2]);

  const both: Record<string, Exchange> = {
    "a call before hello": first(add),
    "an unknown method before hello": first(call("nothing")),
    "hello with a wrong secret": first(hello([{ secret: `${secret}x` }]), add, hello([{ secret }]), add),
    "hello with an empty secret": first(hello([{ secret: "" }])),
    "hello with a secret that is no text": first(hello([{ secret: 7 }])),
    "hello with a secret of null": first(hello([{ secret: null }])),
    "hello with no secret": first(hello([{}])),
    "hello with a list": first(hello([[secret]])),
    "hello with a text": first(hello([secret])),
    "hello with nothing": first(hello([])),
    "hello twice": after(hello([{ secret }]), hello([{ secret: "wrong" }]), add),
    "hello as a call": after(call("wslink.hello", [{ secret }])),
    "a call under a system's name": after(one({ id: "system:c0:7", method: "test.add", args: [1, 2] })),
    "an id that begins as a system's": after(one({ id: "systemic:c0:7", method: "test.add", args: [1, 2] }), one({ id: "", method: "test.add", args: [1, 2] })),
    "unknown methods": after(call("nothing"), call(""), call("ü"), call("__init__")),
    "methods that are no text": after(call(7), call(0), call(null), call(true), call(1.5)),
    "a method that is a list": after(call(["test.add"]), add),
    "a method that is a dict": after(call({}), add),
    "no method": after(one({ id: "rpc:x:1", args: [] }), add),
    "no method in a system message": first(one({ id: "system:x:1", args: [] }), add),
    "an id that is a number": after(call("test.add", [1, 2], { id: 7 }), add),
    "an id that is null": after(call("test.add", [1, 2], { id: null }), add),
    "args of null": after(call("test.add", null), add),
    "args of a number": after(call("test.add", 7), add),
    "args of true": after(call("test.add", true), add),
    "args that are a dict or a text": after(call("test.notes", { a: 1 }), call("test.notes", "ab"), call("test.notes", "")),
    "no args": after(one({ id: "rpc:x:1", method: "test.notes" })),
    "kwargs that are no dict": after(call("test.notes", [], { kwargs: [1] }), call("test.notes", [], { kwargs: null }), call("test.notes", [], { kwargs: "a" })),
    "a message without an id": after(one({ method: "test.add", args: [1, 2] }), one({}), add),
    "a list": after(one([1, 2]), add),
    "an empty list": after(one([]), add),
    "a list with an id": after(one(["id"]), add),
    "a list with args": after(one(["args"]), add),
    "a number": after(one(7), add),
    true: after(one(true), add),
    "a text that is a message": after(one("abc"), add),
    "a text that holds id": after(one("idle"), add),
    null: after(one(null), add),
    "a request in reply form": after(one({ id: "rpc:x:1", result: 1 }), add),
    "deep arguments that are taken": after(call("test.note", [nested(489)])),
    "deep arguments that are not": after(call("test.note", [nested(490)]), add),
    "exit later": after(call("application.exit.later", [1000]), add),
  };

  const v1: Record<string, Exchange> = {
    "no JSON": after("{", add),
    "an empty text": after("", add),
    "bare numbers": after('{"id": "rpc:x:1", "method": "test.same", "args": [[NaN, Infinity, -Infinity]]}'),
    "a binary before hello": first(text("abc"), add),
    "JSON in a binary before hello": first(text(JSON.stringify({ id: "system:c0:1", method: "wslink.ping" })), add),
    "a binary without a header": after(text("abc"), add),
    "a header without a binary": after(header("wslink_bin111"), call("test.digests", ["wslink_bin111"])),
    "a pair": after(header("wslink_bin112"), text("abc"), call("test.digests", ["wslink_bin112"], { kwargs: { a: ["wslink_bin112"] } }), call("test.digests", ["wslink_bin112"])),
    "a binary goes to the oldest header": after(header("wslink_bin114"), text("abc"), call("test.digests", ["wslink_bin111", "wslink_bin114"]), text("de"), call("test.digests", ["wslink_bin114"])),
    "a key of another kind": after(header("mine"), text("abc"), call("test.same", ["mine"])),
    "headers with several keys, with none": after(header("wslink_bin115", "wslink_bin116"), header(), text("a"), text("b"), call("test.digests", ["wslink_bin116", ["wslink_bin115"]])),
    "a header with keys that are no list": after(JSON.stringify({ method: "wslink.binary.attachment", args: "wslink_bin117" }), add),
  };

  const bytes = encode({ wslink: "1.0", id: "rpc:x:1", method: "test.add", args: [1, 2] });
  const half = bytes.length >> 1;
  const [start, end] = [bytes.subarray(0, half), bytes.subarray(half)];
  const total = bytes.length;
  const v2: Record<string, Exchange> = {
    "a text": after("hello?", add),
    "a text before hello": first("hello?", add),
    "an empty frame": after(new Uint8Array(0), add),
    "a frame of 11 bytes": after(chunk(bytes).subarray(0, 11), add),
    "a frame of 9 bytes": after(new Uint8Array([1, 0, 0, 0, 0, 0, 0, 0, 5]), add),
    "a total of 0": after(chunk(new Uint8Array(0)), add),
    "no msgpack": after(chunk(new Uint8Array([0xc1])), add),
    "msgpack that ends too early": after(chunk(start), add),
    "msgpack with more behind it": after(chunk(new Uint8Array([...bytes, 0xc0])), add),
    chunks: after(chunk(start, { id: 1e9, total }), chunk(end, { id: 1e9, offset: half, total })),
    "chunks, the last one first": after(chunk(end, { id: 1e9, offset: half, total }), chunk(start, { id: 1e9, total })),
    "chunks of two messages": after(chunk(start, { id: 1e9, total }), chunk(start, { id: 2e9, total }), chunk(end, { id: 1e9, offset: half, total }), chunk(end, { id: 2e9, offset: half, total })),
    "an empty chunk": after(
      chunk(new Uint8Array(0), { id: 1e9, total }),
      chunk(start, { id: 1e9, total }),
      chunk(new Uint8Array(0), { id: 1e9, offset: total + 5, total }),
      chunk(end, { id: 1e9, offset: half, total }),
    ),
    "a chunk sent twice": after(chunk(start, { id: 1e9, total }), chunk(start, { id: 1e9, total }), add),
    "a chunk out of range": after(chunk(end, { id: 1e9, offset: total, total }), add),
    "a chunk beyond the end": after(chunk(end, { id: 1e9, offset: half + 1, total }), add),
    "totals that differ": after(chunk(start, { id: 1e9, total }), chunk(end, { id: 1e9, offset: half, total: total + 1 }), add),
    "512 bytes before hello": first(padded(512), add),
    "513 bytes before hello": first(padded(513), add),
    "513 bytes after it": after(padded(513), add),
    "keys that are no str": after(add, chunk(raw("81", "01", "01")), add),
    "keys within arguments that are no str": after(chunk(asked("test.same", "81", "c0", "01")), add),
    "keys that are floats, bools, negative": after(chunk(asked("test.same", "83", "cb3ff8000000000000", "01", "c3", "02", "ff", "03")), add),
    "a list as a key": after(chunk(asked("test.same", "81", "90", "01")), add),
    "a method that is bytes": after(chunk(raw("82", "a26964", "a161", "a66d6574686f64", "c403616263")), add),
    "ext types and timestamps in arguments": after(...["d40100", "d6ff00000000", "c7030cabcdef"].map((ext) => chunk(asked("test.parts.wanted", ext))), add),
    "every form of a number": after(
      chunk(asked("test.same", "dc000c", "7f", "e0", "cc80", "cdffff", "ceffffffff", "cfffffffffffffffff", "d080", "d18000", "d280000000", "d38000000000000000", "ca3f000000", "cb3ff8000000000000")),
    ),
    "every form of a text, a binary, a list, a map": after(
      chunk(asked("test.same", "dd0000000a", "a0", "d90161", "da000161", "db0000000161", "c40161", "c5000161", "c60000000161", "dc000101", "de0001a16101", "df00000001a16101")),
    ),
    "a str that is no UTF-8": after(chunk(new Uint8Array([0x82, 0xa2, 0x69, 0x64, 0xa1, 0xff, 0xa1, 0x61, 0x01])), add),
  };
  return { ...both, ...(protocol === "v1" ? v1 : v2) };
}

const raw = (...hex: string[]): Uint8Array => Uint8Array.from(Buffer.from(hex.join(""), "hex"));

/** A request with one argument, which is given in hexadecimal. */
const asked = (method: string, ...argument: string[]): Uint8Array =>
  raw("83", ...["id", "rpc:x:1", "method", method, "args"].map((text) => Buffer.from(encode(text)).toString("hex")), "91", ...argument);

const header = (...keys: string[]): string => JSON.stringify({ wslink: "1.0", method: "wslink.binary.attachment", args: keys });

/** A request of so many bytes of msgpack. */
function padded(size: number): Uint8Array {
  const content = (fill: number) => encode({ id: "system:c0:8", method: "wslink.ping", args: ["x".repeat(fill)] });
  return chunk(content(300 + size - content(300).length));
}
