import { expect, test } from "@playwright/test";
import { connect, type RpcError } from "../../src/index.js";
import { MockServer } from "../../src/testing/index.js";

for (const protocol of ["v1", "v2"] as const) {
  test.describe(`a mock of ${protocol}`, () => {
    const start = async () => {
      const server = new MockServer({ protocol });
      const session = await connect(server.url, { webSocket: server.webSocket });
      const [client] = server.clients;
      if (!client) throw new Error("no client");
      const close = async () => {
        await session.close();
        server.close();
      };
      return { server, session, client, close };
    };

    test("answers calls: sync, async, throwing, with binaries anywhere", async () => {
      const { server, session, client, close } = await start();
      server
        .rpc("add", ([a, b]) => a + b)
        .rpc("later", async (_, { text }) => text)
        .rpc("who", (_args, _kwargs, { id }) => id)
        .rpc("nested", ([bytes]) => ({ list: [bytes, { floats: new Float32Array([1.5]) }] }))
        .rpc("fails", () => {
          throw new RangeError("too far");
        })
        .rpc("rejects", () => Promise.reject(new Error("later")));
      expect(await session.call("add", [1, 2])).toBe(3);
      expect(await session.call("later", [], { text: "ü" })).toBe("ü");
      expect(await session.call("who")).toBe(client.id);
      expect(session.state).toMatchObject({ clientId: client.id, protocol });
      const { list } = (await session.call("nested", [new Uint8Array([1, 2])])) as { list: [ArrayBuffer, { floats: ArrayBuffer }] };
      expect([...new Uint8Array(list[0])]).toEqual([1, 2]);
      expect([...new Float32Array(list[1].floats)]).toEqual([1.5]);
      const error = (name: string) => session.call(name).catch((caught: RpcError) => caught) as Promise<RpcError>;
      expect(await error("fails")).toMatchObject({ code: -32001, data: { method: "fails", exception: "RangeError('too far')", trace: expect.stringContaining("mockServer.spec") } });
      expect(await error("rejects")).toMatchObject({ code: -32001, data: { exception: "Error('later')" } });
      expect(await error("nothing")).toMatchObject({ code: -32601, data: "nothing" });
      await close();
    });

    test("publishes", async () => {
      const { server, session, close } = await start();
      const payloads: unknown[] = [];
      session.subscribe("t", (payload) => payloads.push(payload));
      server.rpc("publish", ([payload]) => server.publish("t", payload));
      await session.call("publish", [{ n: 1 }]);
      expect(payloads).toEqual([]); // a plain method's publication comes after its reply
      server.publish("t", "two");
      await session.ping();
      expect(payloads).toEqual([{ n: 1 }, "two"]);
      await close();
    });
  });
}
