import type { Any } from "./bench.js";
import { added, type Clause, kept, left, mended } from "./clause.js";

const EXIT = "application.exit.later";

export const OBJECTS: readonly Clause[] = [
  kept("every class has newInstance and extend, and its instances tell what they are", [true, true, true], async (t) =>
    ["SmartConnect", "WebsocketConnection", "ProcessLauncher"].map((name) => {
      const { newInstance, extend } = (t.client as Any)[name];
      return typeof extend === "function" && newInstance({ config: {} }).isA(name);
    }),
  ),
  kept("extend() fills the caller's own object; model.config stays visible", [["connect", "getSession", "mine"], 1, false, true], async (t) => {
    const mine: Any = { mine: () => 1 };
    const model: Any = {};
    t.client.SmartConnect.extend(mine, model, { config: { sessionURL: "ws://a/ws" } });
    return [["connect", "getSession", "mine"].filter((name) => name in mine), mine.mine(), Object.isFrozen(mine), model.config === mine.getConfig()];
  }),
  left("model.connection, the raw WebSocket", true, false, async (t) => {
    const model: Any = {};
    const connection: Any = {};
    t.client.WebsocketConnection.extend(connection, model, { urls: t.setting.url });
    connection.connect();
    return model.connection instanceof WebSocket;
  }),
  kept("CompositeClosureHelper: chain, destroy, event, get, isA, newInstance, set", ["chain", "destroy", "event", "get", "isA", "newInstance", "set"], async (t) =>
    Object.keys(t.client.CompositeClosureHelper).sort((a, b) => a.localeCompare(b)),
  ),
  kept("CompositeClosureHelper makes objects: get, set, isA, chain, destroy", { got: 2, isA: [true, false], order: ["a1", "b1"], gone: undefined, ended: true }, async (t) => {
    const { chain, destroy, get, isA, newInstance, set } = t.client.CompositeClosureHelper;
    const order: string[] = [];
    let ended = false;
    const make = newInstance((publicAPI: Any, model: Any, initial: object) => {
      Object.assign(model, initial, { subscriptions: [{ unsubscribe: () => (ended = true) }] });
      destroy(publicAPI, model);
      get(publicAPI, model, ["size"]);
      set(publicAPI, model, ["size"]);
      isA(publicAPI, model, "Thing");
    });
    const made = make({ size: 1 });
    made.setSize(2);
    const got = made.getSize();
    const is = [made.isA("Thing"), made.isA("Other")];
    chain(
      (n: number) => order.push(`a${n}`),
      null,
      false,
      (n: number) => order.push(`b${n}`),
    )(1);
    made.destroy();
    return { got, isA: is, order, gone: made.getSize(), ended };
  }),
  kept(
    "an event fires in a later task, or at once where it is asked for; this is the instance; one that throws stops nobody; unsubscribe is honoured until then",
    ["sync true", "after", "async true"],
    async (t) => {
      const seen: string[] = [];
      const made = t.client.CompositeClosureHelper.newInstance((publicAPI: Any, model: Any) => {
        t.client.CompositeClosureHelper.destroy(publicAPI, model);
        t.client.CompositeClosureHelper.event(publicAPI, model, "now", false);
        t.client.CompositeClosureHelper.event(publicAPI, model, "later");
      })();
      for (const name of ["Now", "Later"]) {
        made[`on${name}`](() => {
          throw new Error("a listener's own");
        });
      }
      made.onNow(function (this: unknown, value: string) {
        seen.push(`${value} ${this === made}`);
      });
      made.onLater(function (this: unknown, value: string) {
        seen.push(`${value} ${this === made}`);
      });
      const dropped = made.onLater(() => seen.push("dropped"));
      made.fireNow("sync");
      made.fireLater("async");
      seen.push("after");
      dropped.unsubscribe();
      await new Promise((resolve) => made.onLater(resolve));
      return seen;
    },
  ),
  mended("each fireX has its twin invokeX", false, true, async (t) => typeof t.client.SmartConnect.newInstance({ config: {} }).invokeConnectionReady === "function"),
  kept("a listener that comes after destroy() is none, and nothing fires any more", [null, 0], async (t) => {
    const smart = t.client.SmartConnect.newInstance({ config: {} });
    let fired = 0;
    smart.onConnectionReady(() => fired++);
    smart.fireConnectionReady();
    smart.destroy();
    smart.fireConnectionReady();
    await new Promise((resolve) => setTimeout(resolve));
    return [smart.onConnectionReady(() => {}), fired];
  }),

  // ---- the end of a server ----

  mended(
    "WebsocketConnection.destroy() without a number leaves the server alone",
    true,
    false,
    async (t) => {
      const { connection } = await t.ready();
      connection.destroy();
      return t.sent(EXIT);
    },
    { ownServer: true },
  ),
  kept("SmartConnect.destroy() without a number, with 0 and with -1 leaves the server alone", [false, null], async (t) => {
    for (const timeout of [undefined, 0, -1]) (await t.ready()).smart.destroy(timeout);
    const last = await t.ready();
    last.smart.destroy();
    return [t.sent(EXIT), last.session];
  }),
  kept(
    "SmartConnect.destroy(seconds) ends the server",
    true,
    async (t) => {
      const { smart } = await t.ready();
      smart.destroy(0.05);
      return t.sent(EXIT);
    },
    { ownServer: true },
  ),
  kept(
    "destroy(seconds) tells the server that number: vtk.js' own disconnect() gives its connection 60, or what the app says",
    [60, 30, 20],
    async (t) => {
      const disconnect = (connection: Any, timeout = 60): void => connection.destroy(timeout); // as vtk.js does it
      disconnect((await t.ready()).connection);
      disconnect((await t.ready()).connection, 30);
      disconnect((await t.ready()).connection, 0);
      disconnect((await t.ready()).connection, -1);
      (await t.ready()).smart.destroy(20);
      return t.exits;
    },
    { ownServer: true },
  ),
  kept(
    "WebsocketConnection.destroy(seconds) ends the server",
    true,
    async (t) => {
      const { connection } = await t.ready();
      connection.destroy(0.05);
      return t.sent(EXIT);
    },
    { ownServer: true },
  ),
  added(
    "destroy(seconds) ends the server, behind a large upload too",
    true,
    async (t) => {
      const { connection, session } = await t.ready();
      void session
        .call(
          "test.digests",
          Array.from({ length: 8 }, () => new Uint8Array(3_000_000)),
        )
        .catch(() => {});
      connection.destroy(0.05);
      await new Promise<void>((resolve) => t.sockets.at(-1)?.addEventListener("close", () => resolve(), { once: true }));
      return t.sent(EXIT);
    },
    { ownServer: true },
  ),
];
