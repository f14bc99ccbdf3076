import { type Any, type Bench, Heard, type Started } from "./bench.js";
import { added, type Clause } from "./clause.js";

/** Cuts the line and waits until it is found again. */
async function cut(t: Bench, started: Started): Promise<void> {
  const { connection } = started;
  const before = t.sockets.length;
  await t.cut();
  while (t.sockets.length === before || !connection.isOpen()) await new Promise((resolve) => setTimeout(resolve));
}

export const RECONNECTING: readonly Clause[] = [
  added(
    "configure({ reconnect }): after a loss it is the same session and connection, topics go on, calls work, and no Close is told",
    { same: [true, true], kinds: ["ready"], sum: 3, got: [[1], [2]], lost: -32099, unhandled: [] },
    async (t) => {
      (t.client as Any).configure({ reconnect: { minDelayMs: 1 } });
      const started = await t.ready(t.cuttable);
      const { session, connection } = started;
      const heard = new Heard();
      session.subscribe("going.on", heard.add);
      await session.call("test.publish", ["going.on", 1]);
      await heard.upTo(1); // it comes after the reply
      const lost = session.call("test.gate.wait", ["for ever"]).catch((error: Any) => error.code);
      void session.call("test.gate.wait", ["for ever too"]);
      await cut(t, started);
      // a 1.x server publishes to nobody behind a dead client
      for (const gate of ["for ever", "for ever too"]) await session.call("test.gate.open", [gate]);
      await session.call("test.clients", [1]);
      await session.call("test.publish", ["going.on", 2]);
      const sum = await session.call("test.add", [1, 2]);
      const got = await heard.upTo(2);
      const same = [session === started.session, connection === started.connection];
      const found = { same, kinds: started.kinds, sum, got, lost: await lost, unhandled: t.unhandled };
      started.smart.destroy();
      return found;
    },
    { ownServer: true },
  ),
  added("a reconnect key in an app's config wins over configure(), and does not go to a launcher", { kinds: ["ready", "close"], body: { application: "a" } }, async (t) => {
    (t.client as Any).configure({ reconnect: { minDelayMs: 1 } });
    const started = await t.ready({ ...t.cuttable, reconnect: false });
    await t.cut();
    await started.next("close");
    const launched = t.start({ application: "a", reconnect: true, protocol: `v${t.generation}` });
    launched.smart.connect();
    await launched.next("ready").catch(() => {});
    const [request] = await t.seen();
    return { kinds: started.kinds, body: JSON.parse(request?.body ?? "") };
  }),
  added("without configure() nothing reconnects", [["ready", "close"], 1], async (t) => {
    const started = await t.ready(t.cuttable);
    const before = t.sockets.length;
    await t.cut();
    await started.next("close");
    return [started.kinds, t.sockets.length / before];
  }),
  added("configure() holds for every copy of the package on the page, and refuses what is no option", ["TypeError: options.protocol", "ok"], async (t) => {
    const { configure } = t.client as Any;
    const attempt = (options: object) => {
      try {
        configure(options);
        return "ok";
      } catch (error) {
        return `${(error as Error).name}: ${(error as Error).message.split(" ")[0]}`;
      }
    };
    const bad = attempt({ protocol: "v3" });
    const umd = await new Promise<Any>((resolve) => {
      const script = document.head.appendChild(document.createElement("script"));
      script.src = "/dist/umd/compat.js";
      script.onload = () => resolve((globalThis as Any).wslink);
    });
    umd.configure({ reconnect: { minDelayMs: 1 } });
    const started = await t.ready(t.cuttable);
    await cut(t, started);
    return [bad, "ok"];
  }),
];
