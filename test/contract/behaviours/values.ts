import { theme } from "../behaviour.js";
import type { Contract } from "../contract.js";

const nest = (depth: number): unknown => (depth === 0 ? "bottom" : [nest(depth - 1)]);
/** An object with a key `__proto__` of its own. */
const withProto = (value: unknown, rest: object = {}) => Object.defineProperty({ ...rest }, "__proto__", { value, enumerable: true, configurable: true, writable: true });

/** What JavaScript gets for each value of `test/servers/values.py`. */
const expected = (t: Contract): Record<string, unknown> => ({
  nothing: null,
  scalars: [null, true, false, 0, -1, 1.5, -0, "", "text", "ü€𝄞", "\x00"],
  floats: [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e308, 5e-324],
  nan: Number.NaN,
  "nan in text": ["NaN", "a NaN, b", Number.NaN, 'Infinity"', Number.NEGATIVE_INFINITY, "\\"],
  "safe integers": [2 ** 53 - 1, -(2 ** 53 - 1), 2 ** 32, -(2 ** 31), 65536, -129],
  "big integers": t.differs("64-bit integers", {
    v1: [2 ** 53, -(2 ** 53), 2 ** 63, -(2 ** 63), 2 ** 64],
    v2: [2n ** 53n, -(2n ** 53n), 2n ** 63n - 1n, -(2n ** 63n), 2n ** 64n - 1n],
  }),
  "odd keys": { null: 1, true: 2, false: 3, 7: 4, "-7": 5, "18446744073709551615": 6, "bytes ü": 7, "": 8, text: 9 },
  "float keys": { "1.5": 1, "1.0": 2, "1e+16": 3, "1e+22": 4, "1e-07": 5, "0.0001": 6, "123456789.125": 7, "-2.5e-10": 8, "1000000000000000.0": 9 },
  "not a number keys": { NaN: 1, Infinity: 2, "-Infinity": 3 },
  proto: withProto({ polluted: true }, { constructor: 1, plain: withProto(null) }),
  tuple: [1, [2, 3], []],
  empties: [[], {}, "", [[]], { a: {} }],
  deep: nest(300),
  "error as a result": { error: { code: -1, message: "an application's own" } },
  "long text": "0123456789abcdef".repeat(65536),
  wide: Array.from({ length: 70000 }, (_, i) => i),
  "many keys": Object.fromEntries(Array.from({ length: 70000 }, (_, i) => [`key${i}`, i])),
});

/** What JavaScript sends, and what the server says that it got. */
const SENT: readonly [value: unknown, report: unknown][] = [
  [null, "NoneType None"],
  [undefined, "NoneType None"],
  [true, "bool True"],
  [false, "bool False"],
  [0, "int 0"],
  [127, "int 127"],
  [128, "int 128"],
  [-32, "int -32"],
  [-33, "int -33"],
  [65536, "int 65536"],
  [-32769, "int -32769"],
  [2 ** 31, "int 2147483648"],
  [2 ** 32, "int 4294967296"],
  [-(2 ** 31) - 1, "int -2147483649"],
  [2 ** 53 - 1, "int 9007199254740991"],
  [-(2 ** 53 - 1), "int -9007199254740991"],
  [2 ** 53, "float 9007199254740992.0"],
  [-(2 ** 53), "float -9007199254740992.0"],
  [2 ** 63, "float 9.223372036854776e+18"],
  [1e20, "float 1e+20"],
  [1e21, "float 1e+21"],
  [0.5, "float 0.5"],
  [1.5, "float 1.5"],
  [-1e-7, "float -1e-07"],
  [5e-324, "float 5e-324"],
  [1.7976931348623157e308, "float 1.7976931348623157e+308"],
  [Number.NaN, "float nan"],
  [Number.POSITIVE_INFINITY, "float inf"],
  [Number.NEGATIVE_INFINITY, "float -inf"],
  ["", "str "],
  ["text", "str text"],
  ['ü€𝄞\u0000\n"\\', 'str ü€𝄞\u0000\n"\\'],
  ["NaN", "str NaN"],
  ['", Infinity, "', 'str ", Infinity, "'],
  ["\u2028\u2029", "str \u2028\u2029"],
  [[], []],
  [{}, {}],
  [
    [[], [{}]],
    [[], [{}]],
  ],
  [
    [undefined, null, 1],
    ["NoneType None", "NoneType None", "int 1"],
  ],
  [{ dropped: undefined, kept: null }, { "str kept": "NoneType None" }],
  [
    { "": 1, "ü€": 2, null: 3, 7: 4 },
    { "str ": "int 1", "str ü€": "int 2", "str null": "int 3", "str 7": "int 4" },
  ],
  [withProto({ a: 1 }, { constructor: 2 }), { "str __proto__": { "str a": "int 1" }, "str constructor": "int 2" }],
  [new Date(0), "str 1970-01-01T00:00:00.000Z"],
  [{ toJSON: () => ({ a: [1, undefined] }) }, { "str a": ["int 1", "NoneType None"] }],
  [Object.create({ inherited: 1 }, { own: { value: 2, enumerable: true }, hidden: { value: 3 } }), { "str own": "int 2" }],
  [Object.assign(new Array(3), { 0: 1, 2: 3 }), ["int 1", "NoneType None", "int 3"]], // with a hole
  [new Array(20).fill("x"), new Array(20).fill("str x")],
  [Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`k${i}`, i])), Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`str k${i}`, `int ${i}`]))],
];

export const values = theme("values", {
  "of every kind come in as results": async (t) => {
    const session = await t.connect();
    const { values: names } = (await session.call("test.names")) as { values: string[] };
    const wanted = expected(t);
    t.equal(Object.keys(wanted).sort(), [...names].sort(), "the names of values.py");
    for (const name of names) t.equal(await session.call("test.value", [name]), wanted[name], name);
    t.equal(({} as { polluted?: unknown }).polluted, undefined, "the prototype");
  },

  "of every kind come in as publications": async (t) => {
    const session = await t.connect();
    const heard = t.record(session.topic("values"));
    const wanted = expected(t);
    for (const name of Object.keys(wanted)) await session.call("test.publish.value", ["values", name]);
    const payloads = await heard.take(Object.keys(wanted).length);
    Object.keys(wanted).forEach((name, i) => {
      t.equal(payloads[i], wanted[name], name);
    });
  },

  "of every kind go out as arguments": async (t) => {
    const session = await t.connect();
    for (const [value, report] of SENT) t.equal(await session.call("test.report", [value]), { args: [report], kwargs: {} });
    t.equal(
      await session.call(
        "test.report",
        SENT.map(([value]) => value),
      ),
      { args: SENT.map(([, report]) => report), kwargs: {} },
      "all together",
    );
  },

  "of every kind go out as keyword arguments": async (t) => {
    const session = await t.connect();
    const kwargs = Object.fromEntries(SENT.map(([value], i) => [`k${i}`, value]));
    const reports = Object.fromEntries(SENT.flatMap(([value, report], i) => (value === undefined ? [] : [[`str k${i}`, report]])));
    t.equal(await session.call("test.report", [], kwargs), { args: [], kwargs: reports });
  },

  "beyond 53 bits go out as BigInt where the protocol has such integers": async (t) => {
    const session = await t.connect();
    const sent = [2n ** 64n - 1n, -(2n ** 63n), 5n, -5n];
    const call = () => session.call("test.report", [sent]);
    const taken = t.differs("64-bit integers", { v1: false, v2: true });
    if (taken) t.equal(await call(), { args: [["int 18446744073709551615", "int -9223372036854775808", "int 5", "int -5"]], kwargs: {} });
    else t.matches((await t.rejects(call(), TypeError)).message, /args\[0\]\[0\].*BigInt/);
    t.equal(await session.call("test.add", [1, 2]), 3);
  },

  "are read when call() is called": async (t) => {
    const session = await t.connect();
    const list = [1];
    const record: Record<string, unknown> = { a: 1 };
    const reply = session.call("test.echo", [list], record);
    list.push(2);
    record["a"] = 2;
    t.equal(await reply, { args: [[1]], kwargs: { a: 1 } });
  },

  "come back as they went": async (t) => {
    const session = await t.connect();
    for (const value of [nest(390), "ü".repeat(100_000), Array.from({ length: 70000 }, (_, i) => i), withProto([{}]), { error: 1 }, { result: null }])
      t.equal(await session.call("test.same", [value]), value);
  },
});
