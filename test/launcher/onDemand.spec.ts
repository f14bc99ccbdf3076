import { expect, test } from "@playwright/test";
import { ConnectionError, fetchSession, type LaunchOptions, launch, launchOnDemand, Session, stopSession } from "wslink-rx";
import { MockServer } from "wslink-rx/testing";
import { type Answer, FakeLauncher, TAKEN } from "./fakeLauncher.js";

let launcher: FakeLauncher;
const start = async (answer: (count: number) => Answer): Promise<FakeLauncher> => (launcher = await FakeLauncher.start((_, count) => answer(count)));
test.afterEach(() => launcher?.stop());
const failure = (promise: Promise<unknown>): Promise<Error> =>
  promise.then(
    () => new Error("it resolved"),
    (error: Error) => error,
  );

test.describe("a launcher's retry policy obeys the rules of the session's", () => {
  const NO_DELAYS: Record<string, () => unknown> = {
    NaN: () => Number.NaN,
    undefined: () => undefined,
    "a promise": async () => 1000,
    "-5": () => -5,
    Infinity: () => Number.POSITIVE_INFINITY,
    true: () => true,
    "a throw": () => {
      throw new Error("mine");
    },
  };
  for (const [what, retry] of Object.entries(NO_DELAYS)) {
    test(`${what} is no delay: one request, and a TypeError`, async () => {
      await start(() => TAKEN);
      const error = await failure(launch({ url: launcher.url, application: "x", retry: retry as never }));
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toContain("options.retry()");
      expect(launcher.asked).toHaveLength(1);
    });
  }

  test("a delay beyond the platform's timers waits", async () => {
    await start(() => TAKEN);
    const error = await failure(launch({ url: launcher.url, application: "x", retry: () => 2 ** 31, timeoutMs: 100 }));
    expect(error).toMatchObject({ name: "ConnectionError", message: expect.stringContaining("within 100 ms") });
    expect(launcher.asked).toHaveLength(1);
  });
});

test.describe("a launcher's address", () => {
  const PRIVATE = /TOPSECRET|user|password/;

  test("keeps its query, and tells it in no error", async () => {
    await start(() => [503, { error: "no" }]);
    const url = `${launcher.url.replace("//", "//user:password@")}?token=TOPSECRET`;
    const errors = [await failure(launch({ url, application: "x" })), await failure(fetchSession({ url, id: "a/7" })), await failure(stopSession({ url: url.replace("?", "/?"), id: "8" }))];
    expect(launcher.asked).toEqual(["POST /paraview/?token=TOPSECRET", "GET /paraview/a%2F7?token=TOPSECRET", "DELETE /paraview/8?token=TOPSECRET"]);
    for (const error of errors) expect(error.message).toMatch(/the launcher at http:\/\/127\.0\.0\.1:\d+\/paraview\//);
    for (const error of errors) expect(error.message).not.toMatch(PRIVATE);
  });

  test("is told without what is private when nobody listens, or nothing comes in time", async () => {
    await start(() => "hold");
    const late = await failure(launch({ url: `${launcher.url}?token=TOPSECRET`, application: "x", timeoutMs: 50 }));
    expect(late.message).toContain("within 50 ms");
    const { url } = launcher;
    await launcher.stop();
    const refused = await failure(launch({ url: `${url.replace("//", "//user:password@")}?token=TOPSECRET`, application: "x" }));
    expect(refused.message).toContain("could not be asked");
    for (const { message } of [late, refused]) expect(message).not.toMatch(PRIVATE);
  });

  test("of the launched server is told without its query", async () => {
    await start(() => [200, { id: "1", sessionURL: "ws://user:password@127.0.0.1:9/ws?token=TOPSECRET" }]);
    const webSocket = (url: string): never => {
      throw new Error(`no socket to ${url}`);
    };
    const error = await failure(launch({ url: launcher.url, application: "x", webSocket }));
    expect(error.message).toContain("ws://127.0.0.1:9/ws");
    expect(error.message).not.toMatch(PRIVATE);
  });
});

test.describe("launchOnDemand", () => {
  const session = (more: Partial<LaunchOptions> & { maxLaunches?: number }, server = new MockServer()) => {
    const { webSocket } = server;
    return { server, session: new Session({ ...launchOnDemand({ url: launcher.url, application: "x", webSocket, ...more }), webSocket, log: false, reconnect: () => 1, protocol: "v2" }) };
  };
  const LAUNCHED: Answer = [200, { id: "1", sessionURL: "ws://mock.test/ws" }];

  test("asks for nothing, and tries no socket, after close(); open() launches", async () => {
    await start((count) => (count < 3 ? TAKEN : LAUNCHED));
    const { session: made } = session({ retry: () => 3_600_000 });
    const opening = failure(made.open());
    await launcher.requests(1);
    await made.close();
    expect(await opening).toBeInstanceOf(ConnectionError);
    // the one that waited is ended: the next open() asks at once
    const again = failure(made.open());
    await launcher.requests(2);
    await made.close();
    expect(await again).toBeInstanceOf(ConnectionError);
    await made.open();
    expect(launcher.asked).toHaveLength(3);
    await made.close();
  });

  test("a launch that outlasts an attempt serves the next one", async () => {
    await start((count) => (count < 2 ? TAKEN : LAUNCHED));
    const server = new MockServer();
    const { webSocket } = server;
    let goOn = (): void => {};
    const held = new Promise<void>((resolve) => (goOn = resolve));
    const launching = launchOnDemand({ url: launcher.url, application: "x", webSocket, retry: () => 0 });
    const slow = { ...launching, url: (info: { signal: AbortSignal }) => held.then(() => launching.url(info)) };
    const made = new Session({ ...slow, webSocket, log: false, connectTimeoutMs: 20, protocol: "v2" });
    expect(await failure(made.open())).toBeInstanceOf(ConnectionError);
    goOn();
    await launcher.requests(2);
    await made.open();
    expect(launcher.asked).toHaveLength(2);
    await made.close();
    server.close();
  });

  test("after maxLaunches the session ends, with that as its cause", async () => {
    await start(() => LAUNCHED);
    const server = new MockServer();
    const { session: made } = session({ maxLaunches: 2, acceptTimeoutMs: 0 }, server);
    await made.open();
    const ended = new Promise<Error | undefined>((resolve) => made.state$.subscribe((state) => state.status === "closed" && resolve(state.cause)));
    server.stop({ code: 1006 });
    const cause = await ended;
    expect(cause).toMatchObject({ name: "ConnectionError", stage: "launcher", final: true, message: expect.stringContaining("2 servers were launched") });
    expect(launcher.asked).toHaveLength(2);
    server.close();
  });

  test("a failed launch is not counted, and does not forget the server that lives", async () => {
    await start((count) => (count === 1 ? LAUNCHED : [500, {}]));
    const server = new MockServer();
    const { session: made } = session({ maxLaunches: 1 }, server);
    await made.open();
    const [client] = server.clients;
    client?.drop();
    await new Promise<void>((resolve) => made.connected$.subscribe(({ connection }) => connection === 2 && resolve()));
    expect(launcher.asked).toHaveLength(1);
    await made.close();
    server.close();
  });

  test("a signal of its own ends what is under way too, and no listener stays on it", async () => {
    await start(() => "hold");
    const abort = new AbortController();
    let listeners = 0;
    const { signal } = abort;
    const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners--;
      remove(...args);
    };
    const { session: made } = session({ signal });
    const opening = failure(made.open());
    await launcher.requests(1);
    expect(listeners).toBe(1);
    abort.abort(new Error("enough"));
    expect((await opening).message).toContain("enough");
    expect(listeners).toBe(0);
    await made.close();
  });
});
