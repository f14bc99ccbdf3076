// What the compiler takes and refuses of a mock server with a contract, and of one without.
import type { Method } from "wslink-rx";
import { type MockClient, MockServer, type Received, type Undo } from "wslink-rx/testing";

interface Contract {
  methods: {
    add: (a: number, b: number) => number;
    image: Method<[string], { size?: number }, { blob: ArrayBuffer }>;
  };
  topics: { tick: { n: number } };
}

const typed = new MockServer<Contract>();
typed
  .rpc("add", ([a, b]) => a + b)
  .rpc("add", async ([a]) => a)
  .rpc("image", ([name], { size }, client: MockClient) => ({ blob: new ArrayBuffer(size ?? name.length + client.id.length) }));
typed.publish("tick", { n: 1 }, { skipLastActiveClient: true });
// @ts-expect-error no such method
typed.rpc("sub", () => 1);
// @ts-expect-error the result is another one
typed.rpc("add", () => "text");
// @ts-expect-error no such topic
typed.publish("tock", { n: 1 });
// @ts-expect-error another payload
typed.publish("tick", { m: 1 });

const any = new MockServer({ protocol: "v1", maxMsgSize: 64, clock: { now: () => 0, setTimeout: () => 0, clearTimeout: () => {} } });
any.rpc("anything", ([a, { b }], { c }, { id }) => [a * b, c, id]);
any.publish("anything", new Map());
any.fault("refuse")();
any.fault({ type: "lose", match: ({ topic, method, client }) => topic === "t" || method === client.id });
// @ts-expect-error a delay needs its time
any.fault("delay");
// @ts-expect-error no such fault
any.fault({ type: "explode" });
// @ts-expect-error no such setting
any.fault({ type: "stall", match: "t" });
any.reply = ({ method, args }: Received, reply) => (method === "x" && args.length > 0 ? null : reply);
export const next: Promise<Received> = any.next((message) => message.kwargs["k"] === 1);
export const undo: Undo = any.install();
export const replay: Promise<MockServer<Contract>> = MockServer.replay<Contract>(new Blob(), { url: "ws://x.test/ws" });
// @ts-expect-error a recording knows its protocol
void MockServer.replay(new Blob(), { protocol: "v1" });
