import { theme } from "../behaviour.js";
import type { Session } from "../backend.js";
import { gate } from "../gate.js";

const ran = async (session: Session, note: string) => ((await session.call("test.notes")) as string[]).includes(note);

/** Calls that nobody waits for any more, and calls that cannot be sent. */
export const givingUp = theme("giving up", {
  "a call rejects with the reason of its signal, and its late reply is no error": async (t) => {
    const session = await t.connect();
    const errors = t.record(session.errors$);
    const wait = await gate(t);
    const controller = new AbortController();
    const reason = new RangeError("enough");
    const call = session.call(wait.method, wait.args, {}, { signal: controller.signal });
    await wait.reached();
    controller.abort(reason);
    t.equal(await t.rejects(call, RangeError), reason);
    await wait.open();
    t.equal(await session.call("test.add", [1, 2]), 3); // behind the late reply
    t.equal(errors.values, []);
  },

  "an abort without a reason is an AbortError": async (t) => {
    const session = await t.connect();
    const controller = new AbortController();
    const call = session.call("test.add", [1, 2], {}, { signal: controller.signal });
    controller.abort();
    t.equal((await t.rejects(call, DOMException)).name, "AbortError");
  },

  "a call whose signal was aborted before is not sent": async (t) => {
    const session = await t.connect();
    const note = crypto.randomUUID();
    await t.rejects(session.call("test.note", [note], {}, { signal: AbortSignal.abort(new RangeError("before")) }), RangeError);
    t.equal(await ran(session, note), false);
  },

  "an aborted call still runs on the server": async (t) => {
    const session = await t.connect();
    const controller = new AbortController();
    const note = crypto.randomUUID();
    const call = session.call("test.note", [note], {}, { signal: controller.signal });
    controller.abort(new RangeError("too late"));
    await t.rejects(call, RangeError);
    t.equal(await ran(session, note), true);
  },

  "unsubscribing from call$ aborts the call": async (t) => {
    const session = await t.connect();
    const errors = t.record(session.errors$);
    const wait = await gate(t);
    const recording = t.record(session.call$(wait.method, wait.args));
    await wait.reached();
    t.equal(session.stats().inFlight, 1);
    recording.unsubscribe();
    t.equal(session.stats().inFlight, 0);
    await wait.open();
    t.equal(await session.call("test.add", [1, 2]), 3);
    t.equal([recording.values, errors.values], [[], []]);
  },

  "a call rejects when its time is over, and its late reply is no error": async (t) => {
    const session = await t.connect();
    const errors = t.record(session.errors$);
    const wait = await gate(t);
    const error = await t.rejects(session.call(wait.method, wait.args, {}, { timeoutMs: 20 }), t.lib.CallTimeoutError);
    t.equal([error.name, error.kind, error.method, error.timeoutMs], ["CallTimeoutError", "timeout", wait.method, 20]);
    await wait.open();
    t.equal(await session.call("test.add", [1, 2]), 3);
    t.equal(errors.values, []);
  },

  "a call that was not answered in time bears the stack of its caller": async (t) => {
    const session = await t.connect();
    const wait = await gate(t);
    const thePatientCaller = () => session.call(wait.method, wait.args, {}, { timeoutMs: 10 });
    const error = await t.rejects(thePatientCaller(), t.lib.CallTimeoutError);
    t.matches(error.stack, /^CallTimeoutError: .*thePatientCaller/s, "stack");
    await wait.open();
  },

  "callTimeoutMs is for every call that names no time of its own": async (t) => {
    const session = await t.connect({ callTimeoutMs: 100 });
    const wait = await gate(t);
    const patient = session.call(wait.method, wait.args, {}, { timeoutMs: 0 });
    const error = await t.rejects(session.call("test.add", [1, 2]), t.lib.CallTimeoutError);
    t.equal([error.method, error.timeoutMs], ["test.add", 100]);
    await wait.open();
    t.equal(await patient, wait.args[0]);
  },

  "no listener is left on a signal whose call is settled": async (t) => {
    const session = await t.connect();
    const wait = await gate(t);
    const { signal } = new AbortController();
    let listeners = 0;
    const count = (name: "addEventListener" | "removeEventListener", by: number) => {
      const real = signal[name].bind(signal) as (...args: unknown[]) => void;
      signal[name] = (...args: unknown[]) => {
        listeners += by;
        real(...args);
      };
    };
    count("addEventListener", 1);
    count("removeEventListener", -1);
    await session.call("test.add", [1, 2], {}, { signal });
    await t.rejects(session.call("test.mistake", [], {}, { signal }), t.lib.RpcError);
    await t.rejects(session.call(wait.method, wait.args, {}, { signal, timeoutMs: 5 }), t.lib.CallTimeoutError);
    const last = session.call("test.add", [1, 2], {}, { signal });
    t.equal(listeners, 1, "listeners of the call in flight");
    await session.close();
    await t.rejects(last, t.lib.ConnectionError);
    t.equal(listeners, 0, "listeners");
    await wait.open();
  },

  "arguments that cannot be sent are a TypeError with their path, and nothing is sent": async (t) => {
    const session = await t.connect();
    const cycle: Record<string, unknown> = {};
    cycle["a"] = [cycle];
    let deep: unknown = 1;
    for (let i = 0; i < 450; i++) deep = [deep];
    const refused: [unknown, RegExp][] = [
      [() => {}, /args\[0\].*function/],
      [{ a: [1, Symbol("s")] }, /args\[0\]\.a\[1\].*s/],
      [{ m: new Map() }, /args\[0\]\.m.*Map/],
      [[new Set([1])], /args\[0\]\[0\].*Set/],
      [cycle, /args\[0\]\.a\[0\]/],
      [deep, /maxDepth/],
      [2n ** 64n, /args\[0\].*18446744073709551616/],
      [Promise.resolve(), /args\[0\].*Promise/],
    ];
    const { sent } = session.stats();
    for (const [value, message] of refused) t.matches((await t.rejects(session.call("test.note", [value]), TypeError)).message, message);
    t.matches((await t.rejects(session.call("test.note", [], { text: new WeakMap() }), TypeError)).message, /kwargs\.text.*WeakMap/);
    t.equal(session.stats().sent.messages, sent.messages);
    t.equal(await session.call("test.add", [1, 2]), 3);
  },

  "a wrong use of call() is a TypeError that names the option and the value": async (t) => {
    const session = await t.connect();
    const wrong = session.call.bind(session) as (...args: unknown[]) => Promise<unknown>;
    for (const [args, message] of [
      [[7], /method.*7/],
      [["test.note", 7], /args.*7/],
      [["test.note", { text: 1 }], /args.*Object/],
      [["test.note", [], [1]], /kwargs.*Array/],
      [["test.note", [], {}, { timeoutMs: -1 }], /test\.note.*timeoutMs.*-1/],
      [["test.note", [], {}, { timeoutMs: "soon" }], /timeoutMs.*soon/],
      [["test.note", [], {}, { timeout: 5 }], /options\.timeout /],
      [["test.note", [], {}, { signal: {} }], /signal/],
      [["test.note", [], {}, { transfer: [new Uint8Array(1)] }], /transfer.*Uint8Array/],
    ] as const) {
      t.matches((await t.rejects(wrong(...args), TypeError, String(message))).message, message);
    }
    t.equal(session.stats().inFlight, 0);
  },

  "a call without a connection rejects at once, and was not sent": async (t) => {
    const session = t.session();
    const hint = async (what: string) => {
      const error = await t.rejects(session.call("test.add", [1, 2]), t.lib.ConnectionError, what);
      t.equal([error.stage, error.sent], ["socket", false]);
      t.matches(error.message, /test\.add/);
      return error.hint;
    };
    t.matches(await hint("idle"), /open/i);
    const opening = session.open();
    t.matches(await hint("connecting"), /open|queue/i);
    await opening;
    await session.close();
    t.matches(await hint("closed"), /open/i);
    await t.rejects(session.ping(), t.lib.ConnectionError);
  },
});
