import type { Any } from "./bench.js";
import { by, type Clause, differs, kept, mended } from "./clause.js";

const OWN_SERVER = { ready: true, before: null, address: true };

/** Without an address the client asks for a launcher, and connects to the page's own host when there is none. */
const withoutLauncher = (at: string, what: string): Clause =>
  kept(
    `without sessionURL, where ${what}: it connects to the page's own host and path`,
    OWN_SERVER,
    async (t) => {
      const started = t.start({ application: "a" });
      started.smart.connect();
      const before = started.session;
      await started.next("ready");
      return { ready: true, before, address: started.smart.getConfig().sessionURL === `ws://${location.host}${at}ws` };
    },
    { at },
  );

export const CONNECTING: readonly Clause[] = [
  kept("getSession() gives the session right after connect(), and it stays the same object", [true, true, true], async (t) => {
    const started = t.start({ sessionURL: t.setting.url });
    started.smart.connect();
    const session = started.session;
    const { source } = await started.next("ready");
    return [session !== null, session === started.session, session === source.getSession()];
  }),
  kept("a call before ready rejects with -32099", -32099, async (t) => {
    const started = t.start({ sessionURL: t.setting.url });
    started.smart.connect();
    const code = await started.session.call("test.add", [1, 2]).catch((error: Any) => error.code);
    await started.next("ready");
    return code;
  }),
  withoutLauncher("/404/", "the launcher's place answers 404"),
  withoutLauncher("/405/", "it answers 405, as a trame server does"),
  withoutLauncher("/500/", "it answers 500"),
  withoutLauncher("/html/", "it answers with a page"),
  withoutLauncher("/down/", "it answers nothing"),
  kept("the default addresses stand beside the page", ["http:page/404/paraview/", "ws:page/404/ws"], async (t) =>
    [t.defaults.DEFAULT_SESSION_MANAGER_URL, t.defaults.DEFAULT_SESSION_URL].map((url) => url.replace(`//${location.host}`, "page")),
  ),
  kept("USE_HOSTNAME and USE_HOST in the address are the page's", [true, true], async (t) => {
    const port = new URL(t.setting.url).port;
    const one = t.start({ sessionURL: `ws://USE_HOSTNAME:${port}/ws` });
    one.smart.connect();
    await one.next("ready");
    const two = t.start({ sessionURL: "ws://USE_HOST/404/ws" });
    two.smart.connect();
    await two.next("ready");
    return [one.smart.getConfig().sessionURL === t.setting.url, two.smart.getConfig().sessionURL === `ws://${location.host}/404/ws`];
  }),
  kept(
    "the launcher is asked as text, so without a preflight; all keys of the config go to it, but its headers",
    ["POST", "/sick/paraview/", "text/plain", { application: "a", x: 1 }, "me", false],
    async (t) => {
      const started = t.start({ application: "a", x: 1, headers: { "x-app": "me" } });
      started.smart.connect();
      await started.next("error");
      const [request] = await t.seen();
      return [request?.method, request?.path, request?.type.split(";")[0], JSON.parse(request?.body ?? ""), request?.header, "headers" in started.smart.getConfig()];
    },
    { at: "/sick/" },
  ),
  kept("a protocol that is none of ours is the launcher's", { application: "a", protocol: "https" }, async (t) => {
    const started = t.start({ application: "a", protocol: "https" });
    started.smart.connect();
    await started.next("ready");
    return JSON.parse((await t.seen())[0]?.body ?? "");
  }),
  kept(
    "a launcher's 200 with an error is an error: its text comes second, and as response.error first; nothing is connected",
    ["no room", "no room", ["error"]],
    async (t) => {
      const started = t.start({ application: "a" });
      started.smart.connect();
      const { source, detail } = await started.next("error");
      await t.settle();
      return [detail, source.response.error, started.kinds];
    },
    { at: "/sick/" },
  ),
  kept(
    "a launcher's error of another status likewise",
    ["All the resources are currently taken", "All the resources are currently taken", ["error"], null],
    async (t) => {
      const started = t.start({ application: "a" });
      started.smart.connect();
      const { source, detail } = await started.next("error");
      await t.settle();
      return [detail, source.response.error, started.kinds, started.session];
    },
    { at: "/busy/" },
  ),
  mended(
    "launcherRetry: a launcher that answers 503 is asked again after each of its delays",
    by(1, 3),
    3,
    async (t) => {
      const started = t.start({ application: "a", launcherRetry: [1, 2] });
      started.smart.connect();
      await started.next("error");
      return (await t.seen()).length;
    },
    { at: "/busy/" },
  ),
  kept(
    "the launcher's reply is merged into the config; the decorator runs before connecting, and again with the reply",
    { calls: [{ id: false }, { id: true }], extra: 2, id: true, application: "open", ready: true, before: null },
    async (t) => {
      const calls: object[] = [];
      let extra = 0;
      const configDecorator = (config: Any) => {
        calls.push({ id: "id" in config });
        return { ...config, extra: ++extra };
      };
      const started = t.start({ application: "open" }, { configDecorator });
      started.smart.connect();
      const before = started.session;
      await started.next("ready");
      const { id, application, extra: last } = started.smart.getConfig();
      void started.session.call("test.die").catch(() => {}); // its port is for others
      await started.next("close");
      return { calls, extra: last, id: typeof id === "string", application, ready: true, before };
    },
    { at: "/launcher/" },
  ),
  kept("the launcher's secret, that of its reply or the app's own, opens the server that it started", { given: true, sum: 3, own: "of my own", ownSum: 3 }, async (t) => {
    const launched = async (config: object): Promise<{ sum: number; secret: string }> => {
      const started = t.start({ sessionManagerURL: "/launcher/paraview/", application: "secret", ...config });
      started.smart.connect();
      await started.next("ready"); // with another secret it would be an error
      const sum = await started.session.call("test.add", [1, 2]);
      const { secret } = started.smart.getConfig();
      void started.session.call("test.die").catch(() => {}); // its port is for others
      await started.next("close");
      return { sum, secret };
    };
    const given = await launched({});
    const own = await launched({ secret: "of my own" });
    return { given: /^\w{16}$/.test(given.secret), sum: given.sum, own: own.secret, ownSum: own.sum };
  }),
  kept("a secret in the launcher's reply wins over the app's own; without one there the app's own holds", [["ready"], ["error", -32000], ["ready"]], async (t) => {
    const come = async (place: string, secret: object): Promise<unknown[]> => {
      const started = t.start({ sessionManagerURL: `/${place}/paraview/`, ...secret });
      started.smart.connect();
      const { kind, detail } = await Promise.race([started.next("ready"), started.next("error")]);
      return detail ? [kind, detail.code] : [kind];
    };
    return [await come("secret", { secret: "wrong" }), await come("started", { secret: "wrong" }), await come("started", { secret: "wslink-secret" })];
  }),
  mended(
    "ProcessLauncher tells what it fetched, and that it stopped a session",
    { events: [], exceptions: 2 },
    { events: ["Fetch true", "ProcessStopped true"], exceptions: 0 },
    async (t) => {
      const launch = t.client.ProcessLauncher.newInstance({ endPoint: "/launcher/paraview/" });
      const reply: Any = await new Promise((resolve) => {
        launch.onProcessReady(resolve);
        launch.start({ application: "open" });
      });
      // a launcher gives a port that it freed away at once, though its server may still be ending
      const server = await t.ready({ sessionURL: reply.sessionURL });
      void server.session.call("test.die").catch(() => {});
      await server.next("close");
      const launcher = t.client.ProcessLauncher.newInstance({ endPoint: "/launcher/paraview" });
      const events: string[] = [];
      /** The legacy client's handler throws, which `error` tells. */
      const step = (name: string, act: () => void) =>
        new Promise<void>((resolve) => {
          addEventListener("error", () => resolve(), { once: true });
          launcher[`on${name}`]((told: Any) => {
            events.push(`${name} ${told.id === reply.id}`);
            resolve();
          });
          act();
        });
      await step("Fetch", () => launcher.fetchConnection(reply.id));
      await step("ProcessStopped", () => launcher.stop(reply));
      return { events, exceptions: t.exceptions.length };
    },
    { at: "/launcher/" },
  ),
  kept("a port where nobody listens: Error with an Event, then Close with 1006; the connection comes first in both", ["error Event error true", "close CloseEvent 1006 true"], async (t) => {
    const started = t.start({ sessionURL: t.setting.closedUrl });
    started.smart.connect();
    await started.next("close");
    return started.events.map(
      ({ kind, source, detail }) =>
        `${kind} ${kind === "error" ? `${detail instanceof Event ? "Event" : "?"} ${detail.type}` : `${detail.constructor.name} ${detail.code}`} ${typeof source.getSession === "function"}`,
    );
  }),
  kept("a line that is cut: Close alone, with 1006", [["ready", "close"], 1006], async (t) => {
    const started = await t.ready();
    void started.session.call("test.drop").catch(() => {});
    const { detail } = await started.next("close");
    return [started.kinds, detail.code];
  }),
  kept("a server that closes: Close with its code and reason", [["ready", "close"], 4001, "bye", true], async (t) => {
    const started = await t.ready();
    void started.session.call("test.close", [4001, "bye"]).catch(() => {});
    const { detail } = await started.next("close");
    return [started.kinds, detail.code, detail.reason, detail.wasClean];
  }),
  kept("a wrong secret: Error with { code: -32000, message }, and no Close", [["error"], true, -32000, "Authentication failed"], async (t) => {
    const started = t.start({ sessionURL: t.setting.url, secret: "wrong" });
    started.smart.connect();
    const { source, detail } = await started.next("error");
    await t.settle();
    return [started.kinds, typeof source.getSession === "function", detail.code, detail.message];
  }),
  kept("the app's own close() is told too, with 1000", [["ready", "close"], -32099, 1000], async (t) => {
    const started = await t.ready();
    await started.session.close();
    const code = await started.session.call("test.add", [1, 2]).catch((error: Any) => error.code);
    const { detail } = await started.next("close");
    return [started.kinds, code, detail.code];
  }),
  kept("close() before it is ready: Error with an Event, then Close with 1006", ["error error", "close 1006"], async (t) => {
    const started = t.start({ sessionURL: t.setting.url });
    started.smart.connect();
    await started.session.close();
    await started.next("close");
    return started.events.map(({ kind, detail }) => `${kind} ${kind === "error" ? detail.type : detail.code}`);
  }),
  kept("a URL of another scheme: Error, and no session", [["error"], null], async (t) => {
    const started = t.start({ sessionURL: "http://127.0.0.1/ws" });
    started.smart.connect();
    await started.next("error");
    return [started.kinds, started.session];
  }),
  kept("getUrl() is the address while there is a connection", [true, true], async (t) => {
    const started = await t.ready();
    const { connection } = started;
    const during = connection.getUrl() === t.setting.url;
    await started.session.close();
    await started.next("close");
    return [during, connection.getUrl() === undefined];
  }),
  kept("one socket for each connect(), on a server of the generation that is expected", by([1, true], [1, true]), async (t) => {
    if ("configure" in t.client) (t.client as Any).configure({ protocol: `v${t.generation}` });
    const started = await t.ready();
    return [t.sockets.length, (await started.session.call("test.add", [1, 2])) === 3];
  }),
  differs("a server of 1.x takes one socket more, to find out its generation", by(1, 1), by(2, 1), async (t) => {
    await t.ready();
    return t.sockets.length;
  }),
];
