import { expect, test } from "@playwright/test";
import { Binary, type Snapshot, snapshot } from "../../src/wire/snapshot.js";

const of = (...args: unknown[]): Snapshot => snapshot(args, {}, 400);
const bytesOf = ({ binaries }: Snapshot): number[][] => binaries.map(({ source }) => [...(source as Uint8Array)]);

test("is read when the call is made: what changes afterwards is not sent", () => {
  const list = [1, { a: 2 }];
  const buffer = new Uint8Array([1, 2, 3]);
  const copy = of(list, buffer);
  (list[1] as { a: number }).a = 3;
  list.push(4);
  buffer[0] = 9;
  expect(JSON.stringify((copy.args as unknown[])[0])).toBe('[1,{"a":2}]');
  expect(bytesOf(copy)).toEqual([[1, 2, 3]]);
});

test("undefined is None in a list and dropped in an object; holes too", () => {
  // biome-ignore lint/suspicious/noSparseArray: this is what is tested
  const { args, kwargs } = snapshot([undefined, [1, , 2]], { a: undefined, b: [undefined] }, 400);
  expect(JSON.stringify([args, kwargs])).toBe('[[null,[1,null,2]],{"b":[null]}]');
});

test("binaries of every kind: buffers, views of a part, DataView, subclasses, shared memory, Blob", () => {
  class Mine extends Uint8Array {}
  const { buffer } = new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7]);
  const shared = new Uint8Array(new SharedArrayBuffer(2));
  shared.set([8, 9]);
  expect(bytesOf(of(buffer, new Uint8Array(buffer, 2, 3), new DataView(buffer, 1, 2), new Uint16Array(buffer, 2, 1), new Mine([1]), shared, shared.buffer, new ArrayBuffer(0)))).toEqual([
    [0, 1, 2, 3, 4, 5, 6, 7],
    [2, 3, 4],
    [1, 2],
    [2, 3],
    [1],
    [8, 9],
    [8, 9],
    [],
  ]);
  const blob = new Blob(["abc"]);
  expect(of([blob]).binaries[0]?.source).toBe(blob);
});

test("toJSON is honoured once: Date, URL, one's own, one that gives a binary, or itself", () => {
  const itself = {
    a: 1,
    toJSON(): unknown {
      return this;
    },
  };
  const { args, binaries } = of(
    new Date(0),
    new URL("http://x/"),
    { toJSON: (key: string) => `at ${key}` },
    { toJSON: () => new Uint8Array([1]) },
    { toJSON: () => undefined },
    { a: 1, toJSON: undefined, dropped: { toJSON: () => undefined } },
  );
  expect((args as unknown[]).map((one) => (one instanceof Binary ? "binary" : one))).toEqual(["1970-01-01T00:00:00.000Z", "http://x/", "at 2", "binary", null, { a: 1 }]);
  expect(binaries).toHaveLength(1);
  expect(() => of(itself)).toThrow("args[0].toJSON cannot be sent: function toJSON");
});

test("boxed values, class instances, objects without a prototype, __proto__ as a key", () => {
  class Point {
    x = 1;
    get y(): number {
      return 2;
    }
  }
  const { args, bigInt } = of(Object(1), Object("a"), Object(true), Object(7n), new Point(), Object.assign(Object.create(null), { a: 1 }), JSON.parse('{"__proto__": {"a": 1}}'), -0);
  const [one, a, yes, big, point, bare, proto, zero] = args as [unknown, unknown, unknown, unknown, object, object, object, unknown];
  expect([one, a, yes, big]).toEqual([1, "a", true, 7n]);
  expect(bigInt).toBe("args[3] is the BigInt 7n");
  expect({ ...point }).toEqual({ x: 1 });
  expect({ ...bare }).toEqual({ a: 1 });
  expect(Object.keys(proto)).toEqual(["__proto__"]);
  expect(Object.is(zero, -0)).toBe(true);
});

/** A deep Proxy, as reactive frameworks make them: whatever is read of it is one too. */
function reactive<T extends object>(target: T): T {
  return new Proxy(target, {
    get(from, name, receiver) {
      const value: unknown = Reflect.get(from, name, receiver);
      return typeof value === "object" && value !== null && !ArrayBuffer.isView(value) && !Object.isFrozen(from) ? reactive(value) : value;
    },
  });
}

test("reactive objects, args and kwargs themselves too, are read through", () => {
  const HIDDEN = Symbol("hidden");
  class Base {
    inherited = 1;
    get shown(): number {
      return 2;
    }
  }
  class Model extends Base {
    static count = 3;
    #secret = 4;
    [HIDDEN] = 5;
    own = Object.defineProperty({ seen: 6 }, "unseen", { value: 7, enumerable: false });
    read(): number {
      return this.#secret;
    }
  }
  const plain = [
    new Model(),
    Object.freeze({ a: Object.freeze([1]) }),
    Object.create({ below: 1 }, { above: { value: 2, enumerable: true } }),
    { list: [1, { deep: [true, null, "text"] }] },
    new URL("http://x/?q"),
  ];
  const expected = [{ inherited: 1, own: { seen: 6 } }, { a: [1] }, { above: 2 }, { list: [1, { deep: [true, null, "text"] }] }, "http://x/?q"];
  expect(JSON.parse(JSON.stringify(of(...plain).args))).toEqual(expected);
  plain.pop(); // a Proxy of a URL is none: its toJSON refuses, as JSON.stringify does
  const copy = snapshot(reactive(plain), reactive({ kwargs: plain }), 400);
  expect(JSON.parse(JSON.stringify([copy.args, copy.kwargs]))).toEqual([expected.slice(0, 4), { kwargs: expected.slice(0, 4) }]);
  const bytes = reactive({ frame: new Uint8Array([1, 2, 3]) });
  expect(bytesOf(of(bytes))).toEqual([[1, 2, 3]]);
  expect(() => of(reactive([new Map()]))).toThrow("args[0][0] cannot be sent: a Map");
});

test("NaN and infinities are noticed wherever they are", () => {
  expect(of(1, { a: [Number.NaN] }).oddNumber).toBe(true);
  expect(snapshot([], { a: Number.POSITIVE_INFINITY }, 400).oddNumber).toBe(true);
  expect(of(1, "NaN").oddNumber).toBe(false);
  expect([2 ** 53, -(2 ** 53), 1e21, 2 ** 53 - 1, 1 - 2 ** 53, 0.5, 5e-324].map((number) => of(1, number).oddNumber)).toEqual([true, true, true, false, false, false, false]);
});

test("what cannot be sent is named with its path and value", () => {
  const cycle: unknown[] = [];
  cycle.push({ again: cycle });
  const detached = new Uint8Array(4);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  const broken = {
    get a(): never {
      throw new Error("mine");
    },
  };
  const json = {
    toJSON(): never {
      throw new Error("mine");
    },
  };
  for (const [value, message] of [
    [new Map(), "args[0].a[1] cannot be sent: a Map"],
    [new Set(), "args[0].a[1] cannot be sent: a Set"],
    [new (class extends Map {})(), "args[0].a[1] cannot be sent: a Map"],
    [() => 1, "args[0].a[1] cannot be sent: function "],
    [Symbol("s"), "args[0].a[1] cannot be sent: Symbol(s)"],
    [Promise.resolve(), "args[0].a[1] cannot be sent: a Promise"],
    [new Error("x"), "args[0].a[1] cannot be sent: a Error"],
    [2n ** 64n, "args[0].a[1] is more than 64 bits: 18446744073709551616n"],
    [-(2n ** 63n) - 1n, "args[0].a[1] is more than 64 bits: -9223372036854775809n"],
    [cycle, "args[0].a[1][0].again contains itself: a Array"],
    [detached, "args[0].a[1] is detached: a ArrayBuffer"],
    [detached.buffer, "args[0].a[1] is detached: a ArrayBuffer"],
    [broken, "args[0].a[1].a cannot be read"],
    [json, "args[0].a[1] cannot be read"],
  ] as const) {
    expect(() => of({ a: [0, value] })).toThrow(TypeError);
    expect(() => of({ a: [0, value] })).toThrow(message);
  }
  expect(() => snapshot("text", {}, 400)).toThrow('args must be an array, got "text"');
  for (const kwargs of [null, [], 7, new ArrayBuffer(1), new Uint8Array(1), new Blob(), new Date(0), new Map()]) expect(() => snapshot([], kwargs, 400)).toThrow(/^kwargs must be an object, got /);
  const twice = { a: 1 };
  expect(() => of(twice, [twice])).not.toThrow();
});

test("transfer moves: the caller's buffer is gone, the bytes are the same, not a copy's", () => {
  const buffer = new Uint8Array([1, 2, 3, 4]).buffer;
  const copy = snapshot([buffer, new Uint8Array(buffer, 1, 2), buffer], {}, 400, [buffer, buffer]);
  expect(buffer.byteLength).toBe(0);
  expect(bytesOf(copy)).toEqual([
    [1, 2, 3, 4],
    [2, 3],
    [1, 2, 3, 4],
  ]);
  const unused = new ArrayBuffer(3);
  snapshot([], {}, 400, [unused]);
  expect(unused.byteLength).toBe(0);
});

test("transfer moves nothing when anything is wrong", () => {
  const good = new ArrayBuffer(4);
  const gone = new ArrayBuffer(4);
  structuredClone(gone, { transfer: [gone] });
  for (const [args, transfer, message] of [
    [[good, new Map()], [good], "args[1] cannot be sent: a Map"],
    [[good], [good, gone], "transfer[1] is detached: a ArrayBuffer"],
    [[good], [good, new Uint8Array(1)], "transfer[1] must be an ArrayBuffer, got a Uint8Array"],
  ] as const) {
    expect(() => snapshot(args, {}, 400, transfer as readonly ArrayBuffer[])).toThrow(message);
    expect(good.byteLength).toBe(4);
  }
});

test("of a getter or a Proxy that throws the path is named", () => {
  const getter = {
    get a(): never {
      throw new Error("mine");
    },
  };
  const refuse = (): never => {
    throw new Error("mine");
  };
  expect(() => of([getter])).toThrow("args[0][0].a cannot be read");
  expect(() => of({ b: new Proxy({}, { getPrototypeOf: refuse }) })).toThrow("args[0].b cannot be read");
  expect(() => of({ b: new Proxy([], { get: refuse }) })).toThrow("args[0].b cannot be read");
  expect(() => of({ b: new Proxy({}, { ownKeys: refuse }) })).toThrow("args[0].b cannot be read");
});

test("options that stand in the place of kwargs, or among them, are told as that; a signal among args too", () => {
  const { signal } = new AbortController();
  const said = /options are the fourth argument$/;
  for (const kwargs of [signal, () => {}, { signal }, { onProgress: () => {} }, { deep: [{ signal }] }]) expect(() => snapshot([], kwargs, 400)).toThrow(said);
  for (const args of [[signal], [{ signal }], [[signal]]]) expect(() => snapshot(args, {}, 400)).toThrow(/^args\[0\].* cannot be sent: a AbortSignal; options are the fourth argument$/);
  // a function among the positional arguments is no slip of the place
  expect(() => snapshot([() => {}], {}, 400)).not.toThrow(said);
});

test("a resizable buffer arrives as it is, copied or moved, and what is moved can be sent by a browser's socket", () => {
  for (const transfer of [false, true]) {
    const buffer = new (ArrayBuffer as new (length: number, options: object) => ArrayBuffer)(4, { maxByteLength: 64 });
    new Uint8Array(buffer).set([1, 2, 3, 4]);
    const { binaries } = snapshot([buffer, new Uint8Array(buffer, 1)], {}, 400, transfer ? [buffer] : []);
    expect(binaries.map(({ source }) => [...(source as Uint8Array)])).toEqual([
      [1, 2, 3, 4],
      [2, 3, 4],
    ]);
    for (const { source } of binaries) expect(((source as Uint8Array).buffer as { resizable?: boolean }).resizable ?? false).toBe(false);
    expect(buffer.byteLength).toBe(transfer ? 0 : 4);
  }
});
