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

  test("is asked of a function again, and only the same value ends the session, without being sent again", async () => {
    let secret = "first";
    const lab = await Lab.open({ secret: () => secret });
    lab.network.secret = "third";
    secret = "second";
    lab.socket.cut();
    await lab.clock.advance(100);
    expect(lab.session.state).toMatchObject({ status: "waiting", cause: { kind: "authentication" } });
    secret = "third";
    await lab.clock.advance(100);
    expect(lab.session.state).toMatchObject({ status: "open", connection: 2 });
    lab.network.secret = "fourth";
    lab.socket.cut();
    await lab.clock.advance(100);
    await lab.clock.advance(100);
    expect(lab.session.state).toEqual({ status: "closed", cause: expect.any(AuthenticationError) });
    expect(lab.network.sockets).toHaveLength(4);
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
    expect(lab.network.sockets).toHaveLength(2);
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
