import { expect, test } from "@playwright/test";
import { config } from "rxjs";
import { ProtocolError, type Protocol } from "wslink-rx";
import type { FakeSocket } from "./fakeNetwork.js";
import { Lab, settled } from "./lab.js";

const listening = async (protocol: Protocol): Promise<Lab> => (await Lab.open({}, protocol)).listen();
const last = (socket: FakeSocket): string => socket.calls.at(-1)?.id ?? "";

for (const protocol of ["v1", "v2"] as const satisfies Protocol[]) {
  test.describe(`on ${protocol}`, () => {
    test("errors that nobody listens for go to the log, and a log that throws harms nobody", async () => {
      const thrown: unknown[] = [];
      config.onUnhandledError = (error) => thrown.push(error);
      const mine = new Error("my log");
      const lab = await Lab.open(
        {
          log: (entry) => {
            lab.logs.push(entry);
            throw mine;
          },
        },
        protocol,
      );
      const call = lab.call("answered by nonsense");
      lab.socket.message({ wslink: "1.0", id: last(lab.socket) });
      lab.socket.message(null);
      await new Promise((resolve) => setTimeout(resolve, 5));
      config.onUnhandledError = null;
      expect(call.error).toBeInstanceOf(ProtocolError);
      expect(lab.logs).toEqual([expect.objectContaining({ level: "warn", error: expect.any(ProtocolError) }), expect.objectContaining({ level: "warn" })]);
      expect(thrown).toEqual([mine, mine]);
      await lab.expectAlive();
    });

    test("callbacks and subscribers that throw are unhandled errors, once each, and harm nobody", async () => {
      const thrown: unknown[] = [];
      config.onUnhandledError = (error) => thrown.push((error as Error).message);
      const lab = await listening(protocol);
      const heard: unknown[] = [];
      const fail = (what: string) => () => {
        throw new Error(what);
      };
      lab.session.topic("t", { onProgress: fail("topic progress") }).subscribe(fail("subscriber"));
      lab.session.topic("t").subscribe((payload) => heard.push(payload));
      lab.session.state$.subscribe(({ status }) => status === "closed" && fail("state")());
      const call = lab.call("work", [], {}, { onProgress: fail("call progress") });
      lab.socket.publish("t", 1);
      lab.socket.reply(last(lab.socket), "done");
      await settled();
      expect(heard).toEqual([1]);
      expect(call.value).toBe("done");
      await lab.expectAlive();
      await new Promise((resolve) => setTimeout(resolve, 5));
      config.onUnhandledError = null;
      expect(thrown.map(String).sort((a, b) => a.localeCompare(b))).toEqual(["call progress", "call progress", "state", "subscriber", "topic progress"]);
    });
  });
}

test("a binary callback that throws costs its message alone (v2)", async () => {
  const lab = (
    await Lab.open({
      binary: () => {
        throw new Error("my decoder");
      },
    })
  ).listen();
  const call = lab.call("image");
  lab.socket.reply(last(lab.socket), new Uint8Array(4));
  await settled();
  expect(call.error).toMatchObject({ name: "ProtocolError", message: expect.stringContaining("my decoder"), cause: { message: "my decoder" } });
  await lab.expectAlive();
});

test("a binary callback that throws costs its message alone (v1)", async () => {
  const lab = (
    await Lab.open(
      {
        binary: () => {
          throw new Error("my decoder");
        },
      },
      "v1",
    )
  ).listen();
  const call = lab.call("image");
  lab.socket.message({ wslink: "1.0", method: "wslink.binary.attachment", args: ["wslink_bin1"] });
  lab.socket.receive(new ArrayBuffer(4));
  lab.socket.reply(last(lab.socket), "wslink_bin1");
  await settled();
  expect(call.error).toMatchObject({ name: "ProtocolError", message: expect.stringContaining("my decoder"), cause: { message: "my decoder" } });
  await lab.expectAlive();
});
