import { connect } from "wslink-rx";
import { MockServer, record } from "wslink-rx/testing";

/** A call whose answer takes an hour, and a server that was away: with fake timers neither takes any time. */
export async function slowly(protocol: "v1" | "v2") {
  const server = new MockServer({ protocol }).rpc("echo", ([value]) => value);
  const session = await connect(server.url, { webSocket: server.webSocket });
  const fault = server.fault({ type: "delay", match: "echo", ms: 3_600_000 });
  const seen: unknown[] = [];
  void session.call("echo", ["late"]).then((value) => seen.push(value));
  await server.next("echo");
  return {
    seen,
    async lose() {
      fault();
      const lost = new Promise<void>((resolve) => session.state$.subscribe(({ status }) => status === "waiting" && resolve()));
      server.stop();
      server.start();
      await lost;
    },
    state: () => session.state,
    async end() {
      const echoed = await session.call("echo", ["again"]);
      await session.close();
      server.close();
      return echoed;
    },
  };
}

/** What the built mock server does in a page. */
export async function run(protocol: "v1" | "v2") {
  const server = new MockServer({ protocol, url: "ws://app.test/ws" }).rpc("echo", ([value]) => value);
  const native = WebSocket;
  const undo = server.install();
  const standsIn = WebSocket !== native;
  const session = await connect("ws://app.test/ws"); // an app that is given nothing
  const recording = record(session);
  const order: string[] = [];
  session.subscribe("t", (payload) => {
    order.push(`frame ${(payload as ArrayBuffer).byteLength}`);
    void Promise.resolve()
      .then(() => {})
      .then(() => order.push("after"));
  });
  server.publish("t", new Uint8Array(3));
  server.publish("t", new Float32Array(1));
  const echoed = await session.call("echo", [new Blob(["blob"])]);
  await session.ping();
  const file = await recording.stop();
  undo();
  const elsewhere = new WebSocket(`ws://${location.host}/`) instanceof native; // an address that is nobody's
  await session.close();
  server.close();

  const replay = await MockServer.replay(file);
  const again = await connect(replay.url, { webSocket: replay.webSocket });
  const replayed = await again.call("echo", [new Uint8Array(4)]);
  await again.close();
  replay.close();
  const text = (bytes: unknown) => new TextDecoder().decode(bytes as ArrayBuffer);
  return { standsIn, restored: WebSocket === native, elsewhere, order, echoed: text(echoed), replayed: text(replayed) };
}
