import { expect, test } from "@playwright/test";
import { ConnectionError, type RetryAttempt } from "wslink-rx";
import { fullJitter } from "../../src/retry.js";
import { Lab } from "./lab.js";

const RETRY = { minDelayMs: 500, maxDelayMs: 20_000, maxAttempts: Number.POSITIVE_INFINITY, stableMs: 5_000, initial: false };
const cause = new Error("gone");

test.describe("full jitter", () => {
  const delay = (attempt: number, random: number) => fullJitter(RETRY, () => random)({ attempt, elapsedMs: 0, cause });

  test("draws from 0 to a cap that doubles up to maxDelayMs", () => {
    expect([1, 2, 3, 4, 5, 6, 7, 1_000, Number.MAX_SAFE_INTEGER].map((attempt) => delay(attempt, 0.5))).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000]);
    expect(delay(9, 0)).toBe(0);
    expect(delay(9, 0.999_999)).toBeLessThan(20_000);
  });

  test("ends after maxAttempts", () => {
    const policy = fullJitter({ ...RETRY, maxAttempts: 2 });
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
    { status: "connecting", attempt: 1 },
    { status: "open", clientId: "c0123", protocol: "v2", connection: 1, responsive: true },
    { status: "waiting", attempt: 1, delayMs: 100, cause: expect.any(ConnectionError) },
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
  lab.socket.cut(); // the first open is no retry, so it counts none
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
  "gives nothing": () => undefined as never,
  "gives true": () => true as never,
} satisfies Record<string, () => number | false>)) {
  test(`a policy that ${what} ends the session and says so`, async () => {
    const lab = await Lab.open({ reconnect: policy });
    const call = lab.call();
    lab.socket.cut();
    const { state } = lab.session;
    expect(state.status === "closed" && state.cause?.message).toMatch(/my policy|options\.reconnect\(\) must be .* got (NaN|-1|undefined|true)/);
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

test("a policy's Infinity waits until it is told", async () => {
  const lab = await Lab.open({ reconnect: () => Number.POSITIVE_INFINITY });
  lab.socket.cut();
  await lab.clock.advance(86_400_000);
  expect(lab.network.sockets).toHaveLength(1);
  await lab.session.open();
  expect(lab.session.state).toMatchObject({ status: "open", connection: 2 });
  await lab.session.close();
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
