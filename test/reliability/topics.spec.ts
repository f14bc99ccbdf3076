import { expect, test } from "@playwright/test";
import type { Session, StartInfo } from "wslink-rx";
import { type FakeSocket, Lab, settled } from "./lab.js";

const methods = (lab: Lab): string[] => lab.socket.calls.map(({ method }) => method);
const asked = (extra: object = {}) => ({
  start: (session: Session) => session.call("start"),
  stop: (session: Session) => session.call("stop"),
  ...extra,
});

/** Answers the last call of the application that was not answered. */
function answer(lab: Lab, result: unknown = null): void {
  lab.socket.reply(lab.socket.calls.at(-1)?.id ?? "", result);
}

test("start runs again on each new connection and learns connection and gap; no subscriber notices", async () => {
  const lab = await Lab.open();
  const infos: StartInfo[] = [];
  const heard: unknown[] = [];
  let ended = false;
  lab.session.topic("t", { start: async (_, info) => infos.push(info) }).subscribe({ next: (payload) => heard.push(payload), complete: () => (ended = true), error: () => (ended = true) });
  lab.socket.publish("t", 1);
  lab.socket.cut();
  await lab.clock.advance(100);
  lab.socket.publish("t", 2);
  lab.network.refuse();
  lab.socket.cut();
  await lab.clock.advance(350);
  lab.network.restore();
  await lab.clock.advance(100);
  lab.socket.publish("t", 3);
  expect(infos).toEqual([
    { connection: 1, gapMs: 0 },
    { connection: 2, gapMs: 100 },
    { connection: 3, gapMs: 400 },
  ]);
  expect(heard).toEqual([1, 2, 3]);
  expect(ended).toBe(false);
  await lab.session.close();
  expect(ended).toBe(true);
});

test("a start that is cut by a loss runs again, and the Observable lives on", async () => {
  const lab = await Lab.open();
  let failure: unknown;
  lab.session.topic("t", asked()).subscribe({ error: (error: unknown) => (failure = error) });
  expect(methods(lab)).toEqual(["start"]);
  lab.socket.cut();
  await lab.clock.advance(100);
  expect(methods(lab)).toEqual(["start"]);
  answer(lab);
  await settled();
  expect(failure).toBeUndefined();
  await lab.session.close();
});

test("a start in several steps that is cut between them runs again", async () => {
  const lab = await Lab.open();
  let failure: unknown;
  const start = async (session: Session) => {
    await session.call("one");
    await session.call("two");
  };
  lab.session.topic("t", { start }).subscribe({ error: (error: unknown) => (failure = error) });
  answer(lab);
  lab.socket.cut(); // the reply of "one" is there, "two" finds no connection
  await lab.clock.advance(100);
  expect(failure).toBeUndefined();
  expect(methods(lab)).toEqual(["one"]);
  await lab.session.close();
});

test("a start that the server refuses errors that Observable alone, and a later subscriber asks again", async () => {
  const lab = await Lab.open();
  const failures: unknown[] = [];
  const heard: unknown[] = [];
  const refused = lab.session.topic("t", asked());
  lab.session.topic("t").subscribe((payload) => heard.push(payload));
  refused.subscribe({ error: (error: unknown) => failures.push(error) });
  lab.socket.refuse(lab.socket.calls[0]?.id ?? "", -32001, "no such part");
  await settled();
  expect(failures).toEqual([expect.objectContaining({ name: "RpcError", code: -32001 })]);
  lab.socket.publish("t", 1);
  expect(heard).toEqual([1]);
  refused.subscribe({ error: (error: unknown) => failures.push(error) });
  expect(methods(lab)).toEqual(["start", "start"]); // no stop for what never began
  await lab.session.close();
});

for (const [what, start] of Object.entries({
  throws: () => {
    throw new Error("my own");
  },
  "rejects at once": () => Promise.reject(new Error("my own")),
})) {
  test(`a start that ${what} errors its Observable`, async () => {
    const lab = await Lab.open();
    let failure: unknown;
    lab.session.topic("t", { start }).subscribe({ error: (error: unknown) => (failure = error) });
    await settled();
    expect(failure).toMatchObject({ message: "my own" });
    await lab.session.close();
    await lab.expectNothingLeft();
  });
}

test("stop waits for a start that is pending", async () => {
  const lab = await Lab.open();
  const subscription = lab.session.topic("t", asked()).subscribe();
  subscription.unsubscribe();
  await settled();
  expect(methods(lab)).toEqual(["start"]);
  answer(lab);
  await settled();
  expect(methods(lab)).toEqual(["start", "stop"]);
  await lab.session.close();
});

test("who comes and goes many times while start is pending costs one stop", async () => {
  const lab = await Lab.open();
  const topic = lab.session.topic("t", asked());
  for (let i = 0; i < 100; i++) topic.subscribe().unsubscribe();
  answer(lab);
  await settled();
  answer(lab);
  await settled();
  expect(methods(lab)).toEqual(["start", "stop"]);
  await lab.session.close();
});

test("who comes back while start is pending asks for nothing more, and who comes back while stop is pending starts after it", async () => {
  const lab = await Lab.open();
  const topic = lab.session.topic("t", asked());
  topic.subscribe().unsubscribe();
  const heard: unknown[] = [];
  const back = topic.subscribe((payload) => heard.push(payload));
  answer(lab);
  await settled();
  expect(methods(lab)).toEqual(["start"]);
  lab.socket.publish("t", 1);
  expect(heard).toEqual([1]);
  back.unsubscribe();
  topic.subscribe((payload) => heard.push(payload));
  await settled();
  expect(methods(lab)).toEqual(["start", "stop"]);
  answer(lab);
  await settled();
  expect(methods(lab)).toEqual(["start", "stop", "start"]);
  answer(lab);
  await settled();
  lab.socket.publish("t", 2);
  expect(heard).toEqual([1, 2]);
  expect(methods(lab)).toHaveLength(3);
  await lab.session.close();
});

test("one count of subscribers each: the second starts nothing, the first to leave stops nothing", async () => {
  const lab = await Lab.open();
  const topic = lab.session.topic("t", asked());
  const [first, second] = [topic.subscribe(), topic.subscribe()];
  answer(lab);
  await settled();
  first.unsubscribe();
  await settled();
  expect(methods(lab)).toEqual(["start"]);
  second.unsubscribe();
  await settled();
  expect(methods(lab)).toEqual(["start", "stop"]);
  await lab.session.close();
});

test("a stop that fails goes to errors$; one cut by a loss, or of a lost connection, is forgotten", async () => {
  const lab = (await Lab.open()).listen();
  const topic = lab.session.topic("t", asked());
  const leave = async () => {
    const subscription = topic.subscribe();
    answer(lab);
    await settled();
    subscription.unsubscribe();
    await settled();
  };
  await leave();
  lab.socket.refuse(lab.socket.calls.at(-1)?.id ?? "", -32001, "cannot stop");
  await settled();
  expect(lab.errors).toEqual([expect.objectContaining({ name: "RpcError", code: -32001 })]);
  await leave();
  lab.socket.cut();
  await lab.clock.advance(100);
  expect(lab.errors).toHaveLength(1);
  expect(methods(lab)).toEqual([]); // nobody listens: nothing is asked of the new connection
  await lab.session.close();
});

test.describe("close()", () => {
  const called = (socket: FakeSocket) => socket.calls.map(({ method }) => method);

  for (const when of ["started", "starting"] as const) {
    test(`runs the stop of a topic that is ${when}, before the close, and completes it`, async () => {
      const lab = await Lab.open();
      let ended = 0;
      lab.session.topic("t", asked()).subscribe({ complete: () => ended++ });
      if (when === "started") answer(lab);
      await settled();
      const { socket } = lab;
      expect(called(socket)).toEqual(["start"]);
      const closing = lab.session.close();
      expect([called(socket), lab.session.state.status, ended]).toEqual([["start", "stop"], "closed", 1]);
      await closing;
      await settled();
      expect(called(socket)).toEqual(["start", "stop"]);
      await lab.expectNothingLeft();
    });
  }

  test("runs no stop twice, nor one of a topic that was never started or is stopped already", async () => {
    const lab = await Lab.open();
    const stops: string[] = [];
    const topic = (name: string) => lab.session.topic(name, { start: async () => {}, stop: async () => void stops.push(name) });
    topic("never subscribed");
    topic("left").subscribe().unsubscribe();
    await settled();
    expect(stops).toEqual(["left"]);
    const open = topic("open");
    const subscription = open.subscribe();
    await settled();
    await lab.session.close();
    subscription.unsubscribe();
    await settled();
    await lab.session.close();
    expect(stops).toEqual(["left", "open"]);
  });

  test("runs the stop of a topic whose subscribers left while it was starting", async () => {
    const lab = await Lab.open();
    lab.session.topic("t", asked()).subscribe().unsubscribe();
    expect(called(lab.socket)).toEqual(["start"]);
    await lab.session.close();
    await settled();
    expect(called(lab.socket)).toEqual(["start", "stop"]);
    await lab.expectNothingLeft();
  });

  test("swallows what a stop rejects with or throws, and is held up by none", async () => {
    const lab = (await Lab.open()).listen();
    const stops: string[] = [];
    const start = async (): Promise<void> => {};
    const topic = (name: string, then: () => unknown = () => {}) => {
      const stop = (): Promise<unknown> => {
        stops.push(name);
        return then() as Promise<unknown>;
      };
      return lab.session.topic(name, { start, stop }).subscribe();
    };
    topic("rejects", () => Promise.reject(new Error("no")));
    topic("throws", () => {
      throw new Error("no");
    });
    topic("hangs", () => new Promise(() => {}));
    topic("closes", () => lab.session.close());
    const other = topic("another");
    topic("leaves", () => other.unsubscribe());
    await settled();
    await lab.session.close();
    await settled();
    expect(stops).toEqual(["rejects", "throws", "hangs", "closes", "another", "leaves"]);
    expect(lab.errors).toEqual([]);
    expect(lab.statuses.filter((status) => status === "closed")).toHaveLength(1);
    await lab.expectNothingLeft();
  });

  test("runs no stop while there is no connection", async () => {
    const lab = await Lab.open();
    const stops: string[] = [];
    lab.session.topic("t", { start: async () => {}, stop: async () => void stops.push("t") }).subscribe();
    await settled();
    lab.socket.cut();
    await lab.session.close();
    await settled();
    expect(stops).toEqual([]);
  });
});

test("a first open that fails leaves topics waiting", async () => {
  const lab = new Lab();
  lab.network.refuse();
  const heard: unknown[] = [];
  let ended = false;
  const infos: StartInfo[] = [];
  lab.session.topic("t", { start: async (_, info) => infos.push(info) }).subscribe({ next: (payload) => heard.push(payload), complete: () => (ended = true) });
  await lab.session.open().catch(() => {});
  expect(ended).toBe(false);
  lab.network.restore();
  await lab.session.open();
  lab.socket.publish("t", 1);
  expect(heard).toEqual([1]);
  expect(infos).toEqual([{ connection: 1, gapMs: 0 }]);
  await lab.session.close();
});

test("a start that closes the session ends the others too", async () => {
  const lab = new Lab();
  const started: string[] = [];
  lab.session
    .topic("a", {
      start: async (session) => {
        started.push("a");
        await session.close();
      },
    })
    .subscribe();
  lab.session.topic("b", { start: async () => started.push("b") }).subscribe();
  await lab.session.open();
  await lab.expectNothingLeft();
  expect(started).toEqual(["a"]);
});
