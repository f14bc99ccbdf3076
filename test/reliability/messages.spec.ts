import { expect, test } from "@playwright/test";
import { type AnyWslinkError, isWslinkError, RpcError } from "wslink-rx";
import { Lab, settled } from "./lab.js";

/** What the compiler knows after `isWslinkError`. */
function told(error: AnyWslinkError): unknown {
  switch (error.kind) {
    case "connection":
      return [error.stage, error.hint, error.sent];
    case "authentication":
      return error.hint;
    case "protocol":
      return error.cause;
    case "rpc":
      return [error.method, error.exception];
    case "timeout":
      return error.timeoutMs;
    case "limit":
      return error.limit;
    default:
      return error satisfies never;
  }
}

test.describe("an error says what happened", () => {
  test("1009: no size is said to be over a limit that it is below", async () => {
    const lab = await Lab.open({ reconnect: false });
    const call = lab.call("up", [new Uint8Array(1_000_000)]);
    lab.socket.cut(1009);
    await settled();
    expect(call.error).toMatchObject({ name: "LimitError", limit: "maxFrameBytes", message: expect.stringMatching(/^up: .*1009.*frame of 1000\d+ bytes.*lower limits\.maxFrameBytes$/) });
    expect((call.error as Error).message).not.toContain("over");
  });

  test("a timeout says whether the call may still run", async () => {
    const lab = new Lab({ offline: "queue" });
    const queued = lab.call("queued", [], {}, { timeoutMs: 20 });
    await lab.clock.advance(20);
    expect(queued.error).toMatchObject({ name: "CallTimeoutError", message: "queued was not sent within 20 ms" });
    await lab.session.open();
    const sent = lab.call("sent", [], {}, { timeoutMs: 20 });
    lab.socket.bufferedAmount = 9 * 1024 * 1024;
    const waiting = lab.call("waiting", [], {}, { timeoutMs: 20 });
    const ping = lab.watch(lab.session.ping({ timeoutMs: 20 }));
    lab.network.stall();
    await lab.clock.advance(20);
    expect(sent.error).toMatchObject({ message: "sent was not answered within 20 ms; it may still run on the server" });
    expect(waiting.error).toMatchObject({ message: "waiting was not sent within 20 ms" });
    expect(ping.value ?? ping.error).toBeDefined();
    await lab.session.close();
    await lab.expectNothingLeft();
  });

  for (const option of ["url", "secret"] as const) {
    test(`${option}() that rejects: nothing about time`, async () => {
      const lab = new Lab({ [option]: () => Promise.reject(new Error("no token")) });
      const opening = lab.watch(lab.session.open());
      await settled();
      expect(opening.error).toMatchObject({ name: "ConnectionError", message: expect.stringContaining(`options.${option} failed: no token`), hint: expect.stringContaining(option) });
      expect((opening.error as Error).message).not.toMatch(/time/);
      await lab.expectNothingLeft();
    });
  }

  test("inside a retry policy the session is waiting already, and a call made there says so", async () => {
    const seen: unknown[] = [];
    const lab: Lab = await Lab.open({
      reconnect: ({ attempt }) => {
        const { state } = lab.session;
        seen.push([state.status, state.status === "waiting" && state.attempt === attempt, lab.call("inside")]);
        return 50;
      },
    });
    const observed = lab.statuses.length;
    lab.socket.cut();
    await settled();
    const [[status, sameAttempt, call]] = seen as [[string, boolean, { error: unknown }]];
    expect([status, sameAttempt]).toEqual(["waiting", true]);
    expect(call.error).toMatchObject({ sent: false, message: expect.stringContaining("is waiting") });
    // subscribers are told once, with the delay
    expect(lab.states.slice(observed)).toEqual([expect.objectContaining({ status: "waiting", delayMs: 50, retryAt: 1_050 })]);
    await lab.session.close();
    await lab.expectNothingLeft();
  });

  test("a retry policy may close or open the session", async () => {
    for (const act of ["close", "open"] as const) {
      const reconnect = () => {
        void lab.session[act]().catch(() => {});
        return 50;
      };
      const lab: Lab = await Lab.open({ reconnect });
      lab.socket.cut();
      await settled();
      expect(lab.session.state.status).toBe(act === "close" ? "closed" : "open");
      await lab.clock.advance(1_000);
      expect(lab.network.sockets).toHaveLength(act === "close" ? 1 : 2);
      await lab.session.close();
      await lab.expectNothingLeft();
    }
  });
});

test.describe("an RpcError", () => {
  const refused = async (error: object): Promise<RpcError> => {
    const lab = await Lab.open();
    const call = lab.call("myprotocol.add");
    lab.socket.message({ wslink: "1.0", id: lab.socket.calls[0]?.id, error });
    await settled();
    await lab.session.close();
    expect(call.error).toBeInstanceOf(RpcError);
    return call.error as RpcError;
  };

  test("holds what Python raised, in its message and as properties", async () => {
    const data = { method: "myprotocol.add", exception: "TypeError('no number')", trace: "Traceback (most recent call last):\n …" };
    const error = await refused({ code: -32001, message: "Exception raised", data });
    expect(error).toMatchObject({ message: "myprotocol.add: TypeError('no number') (-32001)", reason: "Exception raised", code: -32001, exception: data.exception, trace: data.trace, data });
  });

  for (const data of [undefined, null, "myprotocol.add", 7, [], {}, { exception: 5, trace: ["a"] }]) {
    test(`without an exception in its data holds the server's words: ${JSON.stringify(data)}`, async () => {
      const error = await refused({ code: -32601, message: "Unregistered method called", ...(data === undefined ? {} : { data }) });
      expect(error).toMatchObject({ message: "myprotocol.add: Unregistered method called (-32601)", exception: undefined, trace: undefined });
    });
  }

  test("is told apart by kind, as all of its family", async () => {
    const error: unknown = await refused({ code: -32001, message: "m", data: { exception: "E()" } });
    expect(isWslinkError(error) && told(error)).toEqual(["myprotocol.add", "E()"]);
  });
});
