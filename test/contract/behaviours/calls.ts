import { theme } from "../behaviour.js";

/** Calls that are answered, with a result or with an error. */
export const calls = theme("calls", {
  "give what the method returns": async (t) => {
    const session = await t.connect();
    t.equal(await session.call("test.add", [1, 2]), 3);
    t.equal(await session.call("test.add", ["a", "ü"]), "aü");
    t.equal(await session.call("test.value", ["nothing"]), null);
    t.equal(await session.call("test.note", ["returns nothing"]), null);
  },

  "carry positional and keyword arguments, both, and none": async (t) => {
    const session = await t.connect();
    t.equal(await session.call("test.echo"), { args: [], kwargs: {} });
    t.equal(await session.call("test.echo", [1, [2], { a: 3 }]), { args: [1, [2], { a: 3 }], kwargs: {} });
    t.equal(await session.call("test.echo", [], { b: { c: [null] }, "not an identifier": 1 }), { args: [], kwargs: { b: { c: [null] }, "not an identifier": 1 } });
    t.equal(await session.call("test.echo", [1], { b: 2 }), { args: [1], kwargs: { b: 2 } });
    t.equal(await session.call("test.add", [], { a: 1, b: 2 }), 3);
  },

  "of a method that does not exist reject with an RpcError": async (t) => {
    const session = await t.connect();
    for (const method of ["test.nothing", "", "__init__", "ü.x", "wslink"]) {
      const error = await t.rejects(session.call(method), t.lib.RpcError, method);
      t.equal([error.name, error.kind, error.code, error.method, error.exception], ["RpcError", "rpc", t.lib.RpcCode.MethodNotFound, method, undefined]);
      t.ok(error.message.startsWith(`${method}: `), "the message names the method");
      t.ok(t.lib.isWslinkError(error) && error instanceof t.lib.WslinkError && error instanceof Error, "one of the family");
    }
    t.equal(await session.call("test.add", [1, 2]), 3);
  },

  "that raise reject with the exception and its trace, and the message holds what Python said": async (t) => {
    const session = await t.connect();
    const text = 'a "mistake" ü𝄞\nin two lines';
    const error = await t.rejects(session.call("test.mistake", [text]), t.lib.RpcError);
    t.equal(error.code, t.lib.RpcCode.Exception);
    t.equal(error.method, "test.mistake");
    const { method, exception, trace } = error.data as Record<string, unknown>;
    t.equal(method, "test.mistake");
    t.ok(JSON.stringify(exception).includes("mistake"), "data.exception tells of the exception");
    t.matches(trace, /calls\.py|\.js:\d+/, "data.trace"); // a mock server's methods are JavaScript
    t.equal([error.exception, error.trace], [exception, trace]);
    t.equal(error.message, `test.mistake: ${exception} (-32001)`);
  },

  "of an async method that raises reject too": async (t) => {
    const session = await t.connect();
    const error = await t.rejects(session.call("test.async.mistake"), t.lib.RpcError);
    t.equal([error.code, error.method], [t.lib.RpcCode.Exception, "test.async.mistake"]);
  },

  "with arguments that the method does not take reject": async (t) => {
    const session = await t.connect();
    for (const [args, kwargs] of [
      [[1], {}],
      [[1, 2, 3], {}],
      [[1, 2], { c: 3 }],
      [[1], { a: 1, b: 2 }],
    ] as const) {
      const error = await t.rejects(session.call("test.add", [...args], kwargs), t.lib.RpcError);
      t.equal(error.code, t.lib.RpcCode.Exception);
    }
  },

  "whose result cannot be serialised reject": async (t) => {
    const session = await t.connect();
    const error = await t.rejects(session.call("test.unserialisable"), t.lib.RpcError);
    t.equal([error.code, error.method], [t.lib.RpcCode.ResultNotSerializable, "test.unserialisable"]);
    t.equal(await session.call("test.add", [1, 2]), 3);
  },

  "that reject bear the stack of their caller": async (t) => {
    const session = await t.connect();
    const theCaller = () => session.call("test.mistake");
    const error = await t.rejects(theCaller(), t.lib.RpcError);
    t.matches(error.stack, /^RpcError: .*theCaller/s, "stack");
    const anObserver = () => session.call$("test.mistake");
    const observed = await t.rejects(new Promise((resolve, reject) => anObserver().subscribe({ next: resolve, error: reject })), t.lib.RpcError);
    t.matches(observed.stack, /^RpcError: .*anObserver/s, "stack by call$");
  },

  "stay a result where the application puts an error of its own into it": async (t) => {
    const session = await t.connect();
    t.equal(await session.call("test.value", ["error as a result"]), { error: { code: -1, message: "an application's own" } });
  },

  "as functions of methods()": async (t) => {
    const session = await t.connect();
    const server = session.methods({ add: "test.add", echo: "test.echo", mistake: "test.mistake" });
    t.equal(Object.keys(server), ["add", "echo", "mistake"]);
    t.equal(await server.add(1, 2), 3);
    t.equal(await server.echo(1, { a: 2 }, "c"), { args: [1, { a: 2 }, "c"], kwargs: {} });
    const { add } = server; // a plain function: it needs no `this`
    t.equal(await add(3, 4), 7);
    const aCaller = () => server.mistake("of methods()");
    const error = await t.rejects(aCaller(), t.lib.RpcError);
    t.equal(error.method, "test.mistake");
    t.matches(error.stack, /aCaller/, "stack");
  },

  "as call$ are made with each subscription, and only then": async (t) => {
    const session = await t.connect();
    const name = `cold ${crypto.randomUUID()}`;
    const notes = async () => ((await session.call("test.notes")) as string[]).filter((note) => note === name).length;
    const cold = session.call$("test.note", [name]);
    t.equal(await notes(), 0);
    for (let i = 0; i < 2; i++) {
      const recording = t.record(cold);
      await recording.completed;
      t.equal(recording.values, [null]);
    }
    t.equal(await notes(), 2);
    const failing = t.record(session.call$("test.mistake"));
    const error = await t.rejects(failing.completed, t.lib.RpcError);
    t.equal(error.method, "test.mistake");
    t.equal(failing.values, []);
    await t.rejects(t.record(session.call$("test.note", [() => {}])).completed, TypeError);
  },

  "by the hundreds at a time each get their own reply, in the order in which they were made": async (t) => {
    const session = await t.connect();
    const settled: number[] = [];
    const results = await Promise.all(
      Array.from({ length: 400 }, async (_, i) => {
        const result = await session.call(i % 10 === 9 ? "test.mistake" : "test.add", i % 10 === 9 ? [`${i}`] : [i, 1000]).catch((error: Error) => error.message);
        settled.push(i);
        return result;
      }),
    );
    t.equal(settled, [...settled.keys()]);
    results.forEach((result, i) => {
      if (i % 10 === 9) t.matches(result, /^test\.mistake: /);
      else t.equal(result, i + 1000);
    });
  },

  "go out in the order in which they were made, large and small": async (t) => {
    const session = await t.connect();
    const name = crypto.randomUUID();
    const large = "x".repeat(300_000);
    for (let i = 0; i < 6; i++) {
      void session.call("test.note", [`${name} ${i} a`]);
      void session.call("test.digests", [large, new Blob([large]), new Uint8Array(1_000_000)]);
    }
    await session.call("test.note", [`${name} end`]);
    const notes = ((await session.call("test.notes")) as string[]).filter((note) => note.startsWith(name));
    t.equal(notes, [...Array.from({ length: 6 }, (_, i) => `${name} ${i} a`), `${name} end`]);
  },
});
