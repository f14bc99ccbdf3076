import { expect, test } from "@playwright/test";
import { Ear } from "./ear.js";
import { parsePythonJson, stringifyPythonJson } from "../../src/wire/pythonJson.js";
import { difference } from "../contract/equal.js";

test("bare NaN and infinities are numbers, in text they are text", () => {
  for (const [text, value] of [
    ["NaN", Number.NaN],
    ["[NaN,NaN]", [Number.NaN, Number.NaN]],
    ["-Infinity", Number.NEGATIVE_INFINITY],
    [" [ Infinity , -Infinity,NaN ] ", [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]],
    ['{"NaN": NaN, "Infinity": "-Infinity", "a": "NaN, \\"NaN", "b": Infinity}', { NaN: Number.NaN, Infinity: "-Infinity", a: 'NaN, "NaN', b: Number.POSITIVE_INFINITY }],
    ['["\\\\", NaN, "\\\\\\"", NaN]', ["\\", Number.NaN, '\\"', Number.NaN]],
    ['[NaN, 1e999, -1.5e-301, 0, -0.0, "ü€𝄞"]', [Number.NaN, Number.POSITIVE_INFINITY, -1.5e-301, 0, -0, "ü€𝄞"]],
    ['[[[NaN], {"a": {"b": [NaN, "x"]}}], NaN]', [[[Number.NaN], { a: { b: [Number.NaN, "x"] } }], Number.NaN]],
  ] as const) {
    expect(difference(parsePythonJson(text), value)).toBeUndefined();
  }
  expect(
    difference(
      parsePythonJson('{"__proto__": NaN, "a": NaN}'),
      JSON.parse('{"__proto__": 0, "a": 0}', () => undefined),
    ),
  ).toBeDefined();
  const proto = parsePythonJson('{"__proto__": NaN, "a": {"__proto__": [NaN]}}') as Record<string, unknown>;
  expect(Object.keys(proto)).toEqual(["__proto__", "a"]);
  expect(Object.getPrototypeOf(proto)).toBe(Object.prototype);
});

test("what is no JSON stays none", () => {
  for (const text of [
    "nan",
    "-NaN",
    "NaN5",
    "5NaN",
    "NaNNaN",
    "+Infinity",
    "1Infinity",
    "- Infinity",
    "Infinity5",
    "--Infinity",
    "[NaN",
    '"NaN',
    "{NaN: 1}",
    "[NaN,]",
    "NAN",
    "I",
    "N",
    '["\n", NaN]',
  ]) {
    expect(() => parsePythonJson(text), text).toThrow(SyntaxError);
  }
});

test("what is deeper than the stack is seen before anything walks it, a NaN at its bottom too", () => {
  const depth = 200_000;
  for (const bottom of ["NaN", "1"])
    expect(() =>
      parsePythonJson(`${"[".repeat(depth)}${bottom}${"]".repeat(depth)}`, (value) => {
        if (Array.isArray(value)) throw new Error("too deep");
      }),
    ).toThrow("too deep");
  const ear = new Ear("v1");
  ear.hear([`{"wslink": "1.0", "id": "rpc:c1:1", "result": ${"[".repeat(depth)}NaN${"]".repeat(depth)}}`]);
  expect(ear.messages).toMatchObject([{ type: "bad", id: "rpc:c1:1", error: { limit: "maxDepth" } }]);
});

test("NaN and infinities are written bare, text that looks like one is not", () => {
  const value = { a: [Number.NaN, "NaN", Number.NEGATIVE_INFINITY, 'x"Infinity"', null, true, 1.5, -0, {}], __proto__x: "\uE000" };
  expect(stringifyPythonJson(value, true)).toBe('{"a":[NaN,"NaN",-Infinity,"x\\"Infinity\\"",null,true,1.5,0,{}],"__proto__x":"\uE000"}');
  expect(stringifyPythonJson({ a: [1, "b"] }, false)).toBe('{"a":[1,"b"]}');
});

test("half a surrogate pair becomes U+FFFD, as in v2; a whole one and an escaped backslash stay", () => {
  for (const bare of [false, true]) {
    expect(JSON.parse(stringifyPythonJson(["a\ud800b", "\udfff", "𝄞", "\\ud800", "\\\ud800", "\n"], bare))).toEqual(["a\ufffdb", "\ufffd", "𝄞", "\\ud800", "\\\ufffd", "\n"]);
  }
});
