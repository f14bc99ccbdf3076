import { theme } from "../behaviour.js";
import type { Contract } from "../contract.js";

const ascii = (text: string): ArrayBuffer => new TextEncoder().encode(text).buffer;
const bytes = (...values: number[]): ArrayBuffer => Uint8Array.from(values).buffer;
const SIZES = [1, 255, 256, 257, 65535, 65536, 65537];

/** What JavaScript gets for each binary of `test/servers/values.py`. */
const expected = (t: Contract): Record<string, unknown> => ({
  whole: bytes(0, 1, 254, 255),
  nested: { image: { blob: ascii("abc"), size: [1, 2] }, list: [ascii("d"), { e: ascii("ef") }] },
  list: [ascii("1"), ascii("22"), ascii(""), ascii("333")],
  twice: { first: ascii("the same"), second: [ascii("the same")] },
  empty: bytes(),
  bytearray: ascii("array"),
  memoryview: ascii("view"),
  floats: Float32Array.of(0.5, -1.25, 3).buffer,
  "odd sizes": SIZES.map((size) => t.pattern(size)),
  many: Array.from({ length: 40 }, (_, i) => bytes(i)),
});

export const binariesIn = theme("binaries in", {
  "of every shape come in as results": async (t) => {
    const session = await t.connect();
    const { binaries: names } = (await session.call("test.names")) as { binaries: string[] };
    const wanted = expected(t);
    t.equal(Object.keys(wanted).sort(), [...names].sort(), "the names of values.py");
    for (const name of names) t.equal(await session.call("test.binary", [name]), wanted[name], name);
  },

  "of every shape come in as publications": async (t) => {
    const session = await t.connect();
    const heard = t.record(session.topic("binaries"));
    const wanted = expected(t);
    for (const name of Object.keys(wanted)) await session.call("test.publish.binary", ["binaries", name]);
    t.equal(await heard.take(Object.keys(wanted).length), Object.values(wanted));
  },

  "fit a typed array as they are": async (t) => {
    const session = await t.connect();
    const buffer = (await session.call("test.binary", ["floats"])) as ArrayBuffer;
    t.equal([...new Float32Array(buffer)], [0.5, -1.25, 3]);
    buffer.slice(0);
    t.equal(structuredClone(buffer, { transfer: [buffer] }).byteLength, 12, "it can be transferred");
  },

  "of every size are whole": async (t) => {
    const session = await t.connect();
    for (const size of [0, 1, 2, 3, 4, 1023, 1024, 100_001, 1_048_577]) t.equal(await session.call("test.pattern", [size, 7]), t.pattern(size, 7), `${size} bytes`);
  },

  "larger than a frame of the server are whole": async (t) => {
    const session = await t.connect();
    const size = 9_000_001; // on 2.x that is three chunks
    const result = (await session.call("test.pattern", [size, 5])) as ArrayBuffer;
    t.equal(result.byteLength, size);
    t.equal(await t.sha256(result), await session.call("test.pattern.sha256", [size, 5]));
  },

  "of many calls and topics at a time do not get mixed up": async (t) => {
    const session = await t.connect();
    const heard = t.record(session.topic("mixed"));
    const seeds = Array.from({ length: 12 }, (_, i) => i * 100_000);
    const results = await Promise.all(
      seeds.map(async (seed) => {
        await session.call("test.publish.binary", ["mixed", "whole"]);
        return session.call("test.pattern", [50_000 + seed / 1000, seed]);
      }),
    );
    seeds.forEach((seed, i) => {
      t.equal(results[i], t.pattern(50_000 + seed / 1000, seed), `seed ${seed}`);
    });
    t.equal(
      await heard.take(12),
      Array.from({ length: 12 }, () => bytes(0, 1, 254, 255)),
    );
  },

  "leave text alone that looks like a reference": async (t) => {
    const session = await t.connect();
    const errors = t.record(session.errors$);
    const prose = (await session.call("test.prose")) as Record<string, unknown>;
    t.equal(prose["blob"], ascii("known"));
    const name = /^see (wslink_bin\d+) for more$/.exec(prose["known"] as string)?.[1] as string;
    t.equal(prose, { blob: ascii("known"), known: `see ${name} for more`, longer: `${name}0000`, unknown: "wslink_bin87654321 is no key", [`${name} as a key`]: 1 });
    // on 1.x a whole text that is a key of nothing stays as it is, and is told
    t.ok(
      errors.values.every((error) => error.message.includes(`${name}0000`)),
      "only the text that is nothing but an unknown key may be told",
    );
  },

  "may come long before the message that refers to them": async (t) => {
    const session = await t.connect();
    const name = crypto.randomUUID();
    t.matches(await session.call("test.hold", [name]), /^later: wslink_bin\d+$/);
    for (let i = 0; i < 3; i++) await session.call("test.binary", ["many"]);
    t.equal(await session.call("test.release", [name]), { blob: ascii(`held ${name}`) });
  },

  "whose bytes went to another client leave their key, and an error": async (t) => {
    const [one, other] = [await t.connect(), await t.connect()];
    const errors = t.record(other.errors$);
    const name = crypto.randomUUID();
    await one.call("test.hold", [name]);
    const { blob } = (await other.call("test.release", [name])) as { blob: unknown };
    if (t.protocol === "v2")
      t.equal(blob, ascii(`held ${name}`)); // its binaries are inside their message
    else {
      t.matches(blob, /^wslink_bin\d+$/);
      const [error] = await errors.take(1);
      t.equal(error?.kind, "protocol");
      t.matches(error?.message, new RegExp(String(blob)));
    }
    t.equal(await other.call("test.binary", ["whole"]), bytes(0, 1, 254, 255));
  },

  "are handed over by the function of the option `binary`": async (t) => {
    const seen: unknown[] = [];
    const session = await t.connect({
      binary: (buffer, protocol) => {
        seen.push([buffer.byteLength, protocol]);
        return new Uint8Array(buffer);
      },
    });
    t.equal(await session.call("test.binary", ["nested"]), {
      image: { blob: new TextEncoder().encode("abc"), size: [1, 2] },
      list: [new TextEncoder().encode("d"), { e: new TextEncoder().encode("ef") }],
    });
    t.equal(seen, [
      [3, t.protocol],
      [1, t.protocol],
      [2, t.protocol],
    ]);
  },
});
