import { expect, test } from "@playwright/test";
import { AuthenticationError, ConnectionError, connect } from "wslink-rx";
import { Lab } from "./lab.js";

test.describe("a refused secret", () => {
  test("ends the session when it is fixed, also after a reconnect", async () => {
    const lab = await Lab.open({ secret: "old" });
    lab.network.secret = "new";
    lab.socket.cut();
    await lab.clock.advance(100);
    expect(lab.session.state).toMatchObject({ status: "closed", cause: { kind: "authentication" } });
    await lab.clock.advance(100_000);
    expect(lab.network.sockets).toHaveLength(2);
    await lab.expectNothingLeft();
  });

  test("is asked of a function again at once: the same value ends the session", async () => {
    let asked = 0;
    const lab = await Lab.open({ secret: () => Promise.resolve(asked++ < 0 ? "" : "old") });
    lab.network.secret = "new";
    lab.socket.cut();
    await lab.clock.advance(100);
    expect(asked).toBe(3);
    expect(lab.session.state).toEqual({ status: "closed", cause: expect.any(AuthenticationError) });
    expect(lab.network.sockets).toHaveLength(2);
    await lab.expectNothingLeft();
  });

  const OTHERS: Record<string, () => string | Promise<string>> = {
    "a promise that rejects": () => Promise.reject(new Error("no")),
    "no text": () => 5 as never,
    "a throw": () => {
      throw new Error("no");
    },
  };
  for (const [what, again] of Object.entries(OTHERS)) {
    test(`is asked of a function again at once: ${what} gives no other value`, async () => {
      let asked = 0;
      const lab = await Lab.open({ secret: () => (++asked < 3 ? "old" : again()) });
      lab.network.secret = "new";
      lab.socket.cut();
      await lab.clock.advance(100);
      expect(lab.session.state).toEqual({ status: "closed", cause: expect.any(AuthenticationError) });
      await lab.expectNothingLeft();
    });
  }

  test("is asked of a function again at once: with another value an attempt follows as after any failure, which asks anew", async () => {
    const secrets = ["first", "second", "another", "third"];
    const lab = await Lab.open({ secret: () => secrets.shift() ?? "" });
    lab.network.secret = "third";
    lab.socket.cut();
    await lab.clock.advance(100);
    expect(lab.session.state).toMatchObject({ status: "waiting", attempt: 2, delayMs: 100, cause: { kind: "authentication" } });
    await lab.clock.advance(100);
    expect(lab.session.state).toMatchObject({ status: "open", connection: 2 });
    expect(lab.network.sockets.map(({ requests }) => requests[0]?.args)).toEqual(["first", "second", "third"].map((secret) => [{ secret }]));
    await lab.session.close();
  });

  test("that a function gives once more later is not sent again", async () => {
    const secrets = ["first", "second", "another", "second", "second"];
    const lab = await Lab.open({ secret: () => secrets.shift() ?? "" });
    lab.network.secret = "third";
    lab.socket.cut();
    await lab.clock.advance(200);
    expect(lab.session.state).toEqual({ status: "closed", cause: expect.any(AuthenticationError) });
    expect(lab.network.sockets).toHaveLength(2);
    await lab.expectNothingLeft();
  });

  test("is not waited for in vain: a function that never answers runs into connectTimeoutMs, and close() ends it", async () => {
    let asked = 0;
    const lab = await Lab.open({ connectTimeoutMs: 1_000, secret: () => (++asked % 2 === 1 && asked > 1 ? new Promise<string>(() => {}) : "old") });
    lab.network.secret = "new";
    lab.socket.cut();
    await lab.clock.advance(1_099);
    expect(lab.session.state.status).toBe("connecting");
    await lab.clock.advance(1);
    expect(lab.session.state).toMatchObject({ status: "waiting", cause: { kind: "connection", hint: expect.stringContaining("secret") } });
    await lab.session.close();
    await lab.expectNothingLeft();
  });

  test("may be tried again by open()", async () => {
    const lab = new Lab({ secret: "mine" });
    lab.network.secret = "theirs";
    await expect(lab.session.open()).rejects.toThrow(AuthenticationError);
    lab.network.secret = "mine";
    await lab.session.open();
    expect(lab.session.state).toMatchObject({ status: "open" });
    await lab.session.close();
  });
});

test.describe("the first open", () => {
  test("is one attempt", async () => {
    const lab = new Lab();
    lab.network.refuse();
    const opening = lab.watch(lab.session.open());
    await lab.clock.advance(60_000);
    expect(opening.error).toMatchObject({ kind: "connection", stage: "socket", sent: false, code: 1006 });
    const { message, hint } = opening.error as ConnectionError;
    expect(hint).toContain("Is the server running");
    expect(message).toBe(`no connection to ws://fake/ws: the socket did not open. ${hint}`);
    expect(lab.statuses).toEqual(["idle", "connecting", "closed"]);
    await lab.expectNothingLeft();
  });

  test("is retried with initial: true, and one open() lasts for all attempts", async () => {
    const lab = new Lab({ reconnect: { initial: true, minDelayMs: 10, maxDelayMs: 10 } });
    lab.network.refuse();
    const opening = lab.watch(lab.session.open());
    await lab.clock.advance(100);
    expect(opening.settled).toBe(0);
    expect(lab.watch(lab.session.open()).promise).toBe(opening.promise);
    lab.network.restore();
    await lab.clock.advance(100);
    expect(opening.value).toBe(lab.session);
    expect(lab.session.state).toMatchObject({ status: "open", connection: 1 });
    await lab.session.close();
    await lab.expectNothingLeft();
  });

  test("with initial: true ends with maxAttempts", async () => {
    const lab = new Lab({ reconnect: { initial: true, minDelayMs: 1, maxDelayMs: 1, maxAttempts: 2 } });
    lab.network.refuse();
    const opening = lab.watch(lab.session.open());
    await lab.clock.advance(100);
    expect(opening.error).toBeInstanceOf(ConnectionError);
    expect(lab.network.sockets).toHaveLength(3); // number 0, and two after its failure
    await lab.expectNothingLeft();
  });

  test("names what is missing where no socket can be made", async () => {
    const missing = new ReferenceError("WebSocket is not defined");
    const webSocket = (): never => {
      throw missing;
    };
    const error = await connect("ws://localhost/ws", { webSocket }).catch((refused: unknown) => refused);
    expect(error).toBeInstanceOf(ConnectionError);
    expect(error).toMatchObject({ stage: "socket", cause: missing, hint: expect.stringMatching(/webSocket function.*Node.*22/), message: expect.stringContaining(missing.message) });
  });
});
