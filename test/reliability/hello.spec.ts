import { inspect } from "node:util";
import { expect, test } from "@playwright/test";
import type { Protocol } from "wslink-rx";
import { Lab, settled } from "./lab.js";

const PROTOCOLS = ["v1", "v2"] as const satisfies Protocol[];
const listening = async (protocol: Protocol): Promise<Lab> => (await Lab.open({}, protocol)).listen();

const ABSURD: unknown[] = [0, -1, 12, 13, 24, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "4194304", null, [], {}, true, { toString: 1 }];
test.describe("the reply to the hello", () => {
  for (const maxMsgSize of ABSURD) {
    test(`with maxMsgSize ${inspect(maxMsgSize)} is reported, and 4 MiB are used`, async () => {
      const lab = new Lab().listen();
      lab.network.hello = { clientID: "c0123", maxMsgSize };
      await lab.session.open();
      expect(lab.errors).toEqual([expect.objectContaining({ name: "ProtocolError", message: expect.stringContaining("maxMsgSize") })]);
      lab.call("large", [new Uint8Array(5_000_000)]);
      const frames = lab.socket.frames.slice(-2).map(({ length }) => length);
      expect(frames[0]).toBe(4_194_303); // limits.maxFrameBytes
      await lab.expectAlive();
    });
  }

  test("without maxMsgSize is that of an older server", async () => {
    const lab = new Lab().listen();
    lab.network.hello = { clientID: "c0123" };
    await lab.session.open();
    expect(lab.errors).toEqual([]);
    await lab.expectAlive();
  });

  for (const protocol of PROTOCOLS) {
    for (const hello of [
      {},
      { clientID: "" },
      { clientID: 7 },
      { clientID: null },
      { clientID: ["c"] },
      [],
      "c0123",
      null,
      7,
      { clientid: "c0123" },
      { clientID: "c".repeat(1_000_000) },
    ] as unknown[]) {
      test(`${(JSON.stringify(hello) ?? "").slice(0, 40)} is no welcome (${protocol})`, async () => {
        const lab = new Lab({}, protocol).listen();
        lab.network.hello = hello as never;
        const opening = lab.watch(lab.session.open());
        await lab.expectNothingLeft();
        expect(opening.error).toMatchObject({ name: "ConnectionError", stage: "hello", hint: expect.stringContaining("clientID"), cause: { name: "ProtocolError" } });
        expect(lab.errors).toHaveLength(1);
        expect(lab.errors[0]?.message.length).toBeLessThan(200);
      });
    }

    for (const where of ["errors$", "log"] as const) {
      for (const [what, hello] of Object.entries({ "an absurd maxMsgSize": { clientID: "c0123", maxMsgSize: "big" }, "a missing clientID": {} })) {
        if (protocol === "v1" && "maxMsgSize" in hello) continue;
        test(`a listener of ${where} that closes when ${what} is told ends the attempt, and open() begins anew (${protocol})`, async () => {
          const lab: Lab = new Lab(where === "log" ? { log: () => void lab.session.close() } : {}, protocol);
          let closing = true;
          if (where === "errors$") lab.session.errors$.subscribe(() => closing && void lab.session.close());
          const good = lab.network.hello;
          lab.network.hello = hello;
          const opening = lab.watch(lab.session.open());
          await lab.expectNothingLeft();
          expect(opening.error).toMatchObject({ name: "ConnectionError" });
          expect(lab.statuses).toEqual(["idle", "connecting", "closed"]);
          const call = lab.call("work");
          await settled();
          expect(call.error).toMatchObject({ sent: false, message: expect.stringContaining("closed") });
          lab.network.hello = good;
          closing = false;
          await lab.session.open();
          expect(lab.network.sockets).toHaveLength(2);
          await lab.session.close();
        });
      }
    }

    test(`that is another error than a refusal is told (${protocol})`, async () => {
      const lab = new Lab({}, protocol);
      const { system } = lab.network;
      lab.network.server = {
        ...lab.network.server,
        request: (request) => (request.method === "wslink.hello" ? request.socket.refuse(request.id, -32001, "broken") : system.call(lab.network, request)),
      };
      const opening = lab.watch(lab.session.open());
      await lab.expectNothingLeft();
      expect(opening.error).toMatchObject({ name: "ConnectionError", stage: "hello", cause: { name: "RpcError", code: -32001 } });
    });

    test(`that comes twice changes nothing (${protocol})`, async () => {
      const lab = await listening(protocol);
      lab.socket.reply("system:c0:0", { clientID: "another", maxMsgSize: 20 });
      expect(lab.session.state).toMatchObject({ clientId: "c0123" });
      expect(lab.errors).toEqual([expect.objectContaining({ name: "ProtocolError", message: expect.stringContaining("system:c0:0") })]);
      await lab.expectAlive();
    });
  }
});
