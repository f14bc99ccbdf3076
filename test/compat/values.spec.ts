import { expect, test } from "@playwright/test";
import { numbers } from "../../src/compat/numbers.js";
import { sendable } from "../../src/compat/sendable.js";

// What the legacy client's values become; that long lists are not walked by their names is a matter of the benchmark.
const same = (text: string): string => text;

test("every BigInt becomes a Number, in place, also where several subscribers get the message", () => {
  const bytes = new Uint8Array(3);
  const message = { a: 1n, list: [2n, [3n, { b: 2n ** 60n }], "x", null, 1.5], bytes, empty: {}, __proto__: null };
  const first = numbers(message);
  expect(first).toBe(message);
  expect(first).toEqual({ a: 1, list: [2, [3, { b: 2 ** 60 }], "x", null, 1.5], bytes, empty: {} });
  expect(numbers(message)).toBe(message);
  expect(numbers(7n)).toBe(7);
  for (const value of [null, undefined, "x", 1, true, bytes]) expect(numbers(value)).toBe(value);
  // biome-ignore lint/suspicious/noSparseArray: this is what is tested
  const sparse = [1n, , 2n];
  expect(numbers(sparse)).toEqual([1, undefined, 2]);
});

test("functions and symbols are left out, a Map is the dict of its own keys, texts may stand for something", () => {
  const list = [1, "key", () => 1, [2, "key"], new Map([["a", 1]]), undefined];
  expect(sendable(list, (text) => (text === "key" ? 7 : text))).toEqual([1, 7, undefined, [2, 7], {}, undefined]);
  expect(sendable({ f: () => 1, s: Symbol("s"), n: 1, e: Object.assign(new Error("x"), { code: 5 }) }, same)).toEqual({ n: 1, e: { code: 5 } });
});

test("what need not change is not copied", () => {
  for (const value of [[1, [2, { a: "b" }]], { a: [1], b: new Uint8Array(1), d: new Date(0) }]) expect(sendable(value, same)).toBe(value);
  const kept = [5];
  const changed = sendable([kept, () => 1], same) as unknown[];
  expect(changed[0]).toBe(kept);
});

test("a cycle is left to the session, which tells where it is", () => {
  const cycle: unknown[] = [];
  cycle.push([cycle]);
  expect(sendable(cycle, same)).toBe(cycle);
});
