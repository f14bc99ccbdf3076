import { expect, test } from "@playwright/test";
import { ConnectionError, type RetryAttempt } from "wslink-rx";
import { retryPolicy } from "../../src/retry.js";
import { Lab, settled } from "./lab.js";

const RETRY = { minDelayMs: 500, maxDelayMs: 20_000, maxAttempts: Number.POSITIVE_INFINITY, stableMs: 5_000, initial: false, policy: undefined };
const cause = new Error("gone");

test.describe("the delays", () => {
  const delay = (attempt: number, random: number, options: object = {}) => retryPolicy({ ...RETRY, ...options }, () => random)({ attempt, elapsedMs: 0, cause });

  test("are drawn between minDelayMs and an upper end that doubles up to maxDelayMs", () => {
    expect([1, 2, 3, 4, 5, 6, 1_000, Number.MAX_SAFE_INTEGER].map((attempt) => delay(attempt, 0))).toEqual(new Array(8).fill(500));
    expect([1, 2, 3, 4, 5, 6, 1_000, Number.MAX_SAFE_INTEGER].map((attempt) => delay(attempt, 1))).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000, 20_000]);
    expect(delay(1, 0.5)).toBe(750);
  });

  test("grow from nothing too, and are minDelayMs where maxDelayMs is less", () => {
    expect([1, 2, 10, 20].map((attempt) => delay(attempt, 1, { minDelayMs: 0 }))).toEqual([2, 4, 1_024, 20_000]);
    expect([0, 1].map((random) => delay(3, random, { minDelayMs: 0, maxDelayMs: 0 }))).toEqual([0, 0]);
    expect([0, 1].map((random) => delay(3, random, { minDelayMs: 30_000 }))).toEqual([30_000, 30_000]);
  });

  test("are a policy's own, as long as maxAttempts lets it", () => {
    const policy = retryPolicy({ ...RETRY, maxAttempts: 2, policy: ({ attempt, cause }) => attempt * 7 + cause.message.length });
    expect([1, 2, 3].map((attempt) => policy({ attempt, elapsedMs: 0, cause }))).toEqual([11, 18, false]);
  });

  test("ends after maxAttempts", () => {
    const policy = retryPolicy({ ...RETRY, maxAttempts: 2 });
    expect([1, 2].map((attempt) => typeof policy({ attempt, elapsedMs: 0, cause }))).toEqual(["number", "number"]);
    expect(policy({ attempt: 3, elapsedMs: 0, cause })).toBe(false);
  });
});

test("a lost connection is found again, and the states say what is going on", async () => {
  const lab = await Lab.open();
  lab.socket.cut();
  await lab.clock.advance(100);
  expect(lab.states).toEqual([
    { status: "idle" },
    { status: "connecting", attempt: 0 },
    { status: "open", clientId: "c0123", protocol: "v2", connection: 1, responsive: true },
    { status: "waiting", attempt: 1, delayMs: 100, retryAt: 1_100, cause: expect.any(ConnectionError) },
    { status: "connecting", attempt: 1 },
    { status: "open", clientId: "c0123", protocol: "v2", connection: 2, responsive: true },
  ]);
  await lab.session.close();
  await lab.expectNothingLeft();
});

test("attempts are counted on until a connection has lived for stableMs", async () => {
  const told: RetryAttempt[] = [];
  const lab = await Lab.open({
    reconnect: (attempt) => {
      told.push(attempt);
      return 10;
    },
  });
  await lab.clock.advance(4_999);
  lab.socket.cut(); // the first open is number 0
  await lab.clock.advance(10);
  await lab.clock.advance(4_999);
  lab.socket.cut();
  await lab.clock.advance(10);
  await lab.clock.advance(5_000);
  lab.socket.cut();
  expect(told.map(({ attempt, elapsedMs }) => [attempt, elapsedMs])).toEqual([
    [1, 0],
    [2, 5_009],
    [1, 0],
  ]);
  await lab.session.close();
});

test("a server that stays away ends the session after maxAttempts, with the last cause", async () => {
  const lab = await Lab.open({ reconnect: { minDelayMs: 10, maxDelayMs: 10, maxAttempts: 3 } });
  const topic = lab.watch(new Promise<void>((complete) => lab.session.topic("t").subscribe({ complete })));
  lab.network.refuse();
  lab.socket.cut();
  await lab.clock.advance(1_000);
  expect(lab.network.sockets).toHaveLength(4);
  expect(lab.session.state).toEqual({ status: "closed", cause: expect.any(ConnectionError) });
  expect(topic.settled).toBe(1);
  await lab.expectNothingLeft();
});

for (const [what, reconnect] of Object.entries({ "the option false": false, "a policy's false": () => false } as const)) {
  test(`${what} ends the session when the connection is lost`, async () => {
    const lab = await Lab.open({ reconnect });
    lab.socket.cut(1001, "Server shutdown");
    expect(lab.session.state).toMatchObject({ status: "closed", cause: { code: 1001, reason: "Server shutdown", stage: "open" } });
    await lab.expectNothingLeft();
  });
}

for (const [what, policy] of Object.entries({
  throws: () => {
    throw new RangeError("my policy");
  },
  "gives NaN": () => Number.NaN,
  "gives a negative number": () => -1,
  "gives Infinity": () => Number.POSITIVE_INFINITY,
  "gives a promise": () => Promise.resolve(1) as never,
  "gives nothing": () => undefined as never,
  "gives true": () => true as never,
} satisfies Record<string, () => number | false>)) {
  test(`a policy that ${what} ends the session and says so`, async () => {
    const lab = await Lab.open({ reconnect: policy });
    const call = lab.call();
    lab.socket.cut();
    const { state } = lab.session;
    expect(state.status === "closed" && state.cause).toBeInstanceOf(TypeError);
    expect(state.status === "closed" && state.cause?.message).toMatch(/options\.reconnect\(\) (failed: my policy|must be .* got (NaN|-1|Infinity|a Promise|undefined|true))/);
    await lab.expectNothingLeft();
    expect(call.error).toBeInstanceOf(ConnectionError);
  });
}

for (const act of ["close", "open"] as const) {
  test(`a policy that calls ${act}() does not bring a second life`, async () => {
    const lab: Lab = new Lab({
      reconnect: () => {
        void lab.session[act]().catch(() => {});
        return 10;
      },
    });
    await lab.session.open();
    lab.socket.cut();
    await lab.clock.advance(50);
    expect(lab.session.state.status).toBe(act === "close" ? "closed" : "open");
    expect(lab.network.sockets).toHaveLength(act === "close" ? 1 : 2);
    await lab.session.close();
    await lab.expectNothingLeft();
  });
}

test("a policy may stand beside initial and stableMs", async () => {
  const told: number[] = [];
  const lab = new Lab({ reconnect: { initial: true, stableMs: 1_000, policy: ({ attempt }) => told.push(attempt) * 10 } });
  lab.network.refuse();
  const opening = lab.watch(lab.session.open());
  await lab.clock.advance(15);
  lab.network.restore();
  await lab.clock.advance(20);
  expect([opening.settled, lab.session.state.status]).toEqual([1, "open"]);
  await lab.clock.advance(990);
  lab.socket.cut();
  await lab.clock.advance(30 + 1_000);
  lab.socket.cut();
  expect(told).toEqual([1, 2, 3, 1]);
  await lab.session.close();
  await lab.expectNothingLeft();
});

test("open() while waiting tries now, and settles at the next open, or at the end", async () => {
  const lab = await Lab.open({ reconnect: () => 60_000 });
  lab.network.refuse();
  lab.socket.cut();
  const opening = lab.watch(lab.session.open());
  await settled();
  expect(lab.session.state).toMatchObject({ status: "waiting", attempt: 2 });
  const again = lab.watch(lab.session.open());
  await settled();
  expect([opening.settled, again.settled]).toEqual([0, 0]);
  lab.network.restore();
  await lab.clock.advance(60_000);
  expect(lab.session.state).toMatchObject({ status: "open", connection: 2 });
  expect([opening.value, again.value]).toEqual([lab.session, lab.session]);
  lab.network.refuse();
  lab.socket.cut();
  const last = lab.watch(lab.session.open());
  await lab.session.close();
  await settled();
  expect(last.error).toMatchObject({ kind: "connection" });
  await lab.expectNothingLeft();
});

test("url and secret are asked anew for each attempt", async () => {
  const asked = { url: 0, secret: 0 };
  const lab = await Lab.open({
    url: () => `ws://fake/${++asked.url}`,
    secret: async () => `secret ${++asked.secret}`,
  });
  lab.socket.cut();
  await lab.clock.advance(100);
  expect(lab.network.sockets.map(({ url }) => url)).toEqual(["ws://fake/1", "ws://fake/2"]);
  expect(lab.network.sockets.map(({ requests }) => requests[0]?.args)).toEqual([[{ secret: "secret 1" }], [{ secret: "secret 2" }]]);
  await lab.session.close();
});

for (const name of ["url", "secret"] as const) {
  test(`a ${name}() that fails once is asked again`, async () => {
    let asked = 0;
    const lab = await Lab.open({ [name]: () => (++asked === 2 ? Promise.reject(new Error("no token yet")) : "ws://fake/ws") });
    lab.socket.cut();
    await lab.clock.advance(100);
    expect(lab.session.state).toMatchObject({ status: "waiting", attempt: 2, cause: { message: expect.stringContaining(`options.${name} failed: no token yet`) } });
    await lab.clock.advance(100);
    expect(lab.session.state).toMatchObject({ status: "open", connection: 2 });
    await lab.session.close();
  });
}

test("a url() that gives no URL is named, not the secret", async () => {
  const lab = new Lab({ url: () => "http://[" });
  const opening = lab.watch(lab.session.open());
  await lab.expectNothingLeft();
  expect(opening.error).toMatchObject({ kind: "connection", message: expect.stringContaining("options.url failed"), hint: expect.stringContaining("url") });
});

test("a stalled server runs each attempt into its deadline, and the attempts back off", async () => {
  const delays: number[] = [];
  const lab = await Lab.open({
    connectTimeoutMs: 1_000,
    reconnect: ({ attempt }) => {
      delays.push(attempt);
      return attempt * 100;
    },
  });
  lab.network.stall();
  lab.socket.cut();
  await lab.clock.advance(100 + 1_000 + 200 + 1_000 + 300);
  expect(delays).toEqual([1, 2, 3]);
  expect(lab.session.state).toEqual({ status: "connecting", attempt: 3 });
  await lab.clock.advance(1_000);
  expect(lab.session.state).toMatchObject({ status: "waiting", cause: { stage: "hello", hint: expect.stringContaining("busy") } });
  await lab.session.close();
  await lab.expectNothingLeft();
});

test("a server that closes every connection with 1009 is not tried for ever", async () => {
  const lab = await Lab.open();
  for (let round = 0; round < 2; round++) {
    lab.socket.cut(1009);
    await lab.clock.advance(100);
    expect(lab.session.state.status).toBe("open");
  }
  lab.socket.cut(1009);
  expect(lab.session.state).toMatchObject({ status: "closed", cause: { code: 1009 } });
  await lab.expectNothingLeft();
});

test("1009 after stable connections is a loss like any other", async () => {
  const lab = await Lab.open();
  for (let round = 0; round < 5; round++) {
    await lab.clock.advance(6_000);
    lab.socket.cut(1009);
    await lab.clock.advance(100);
  }
  expect(lab.session.state).toMatchObject({ status: "open", connection: 6 });
  await lab.session.close();
});

test("a reconnect to a 1.x server sends no binary frame and the probe first", async () => {
  const lab = await Lab.open({ protocol: "auto", secret: "s" }, "v1");
  expect(lab.network.sockets.map(({ frames }) => typeof frames[0])).toEqual(["object", "string"]);
  lab.socket.cut();
  await lab.clock.advance(100);
  expect(lab.network.sockets).toHaveLength(3);
  expect(lab.socket.requests.map(({ method }) => method)).toEqual(["wslink.ping", "wslink.hello"]);
  await lab.session.close();
  await lab.expectNothingLeft();
});
