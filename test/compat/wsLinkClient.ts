import type { Any, Bench } from "./bench.js";
import { added, type Clause } from "./clause.js";

const maths = (session: Any) => ({
  add: (a: number, b: number) => session.call("test.add", [a, b]),
  quiet: (a: number, b: number) => session.call("test.add", [a, b]),
  fail: () => session.call("test.mistake"),
});

async function connected(t: Bench, more: object = {}): Promise<Any> {
  const client = (t.client as Any).WsLinkClient.newInstance({ protocols: { maths }, notBusyList: ["quiet"], ...more });
  await client.connect({ sessionURL: t.setting.url });
  return client;
}

/** The page's timers, on a clock that stands until it is moved. */
class StandingClock {
  #now = 0;
  #last = 0;
  readonly #timers = new Map<number, { readonly at: number; readonly run: () => void }>();
  readonly #own = { setTimeout, clearTimeout };

  constructor() {
    const page = globalThis as Any;
    page.setTimeout = (run: () => void, ms = 0): number => {
      this.#timers.set(++this.#last, { at: this.#now + ms, run });
      return this.#last;
    };
    page.clearTimeout = (id: number): void => void this.#timers.delete(id);
  }

  /** Each timer at its moment, those too that others set. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at);
      if (!next) break;
      const [id, { at, run }] = next;
      this.#timers.delete(id);
      this.#now = at;
      run();
    }
    this.#now = end;
  }

  restore(): void {
    Object.assign(globalThis, this.#own);
  }
}

/** It is in `@kitware/wslink` alone, which npm does not have: there is no legacy client to run beside. */
/** What a client tells of being busy, until it is idle. */
function busyCounts(client: Awaited<ReturnType<typeof connected>>): { counts: number[]; idle: Promise<void> } {
  const counts: number[] = [];
  const idle = new Promise<void>((resolve) =>
    client.onBusyChange((count: number) => {
      counts.push(count);
      if (count === 0) resolve();
    }),
  );
  return { counts, idle };
}

export const WS_LINK_CLIENT: readonly Clause[] = [
  added("WsLinkClient: protocols become getRemote(); others can be registered and unregistered", [3, 7, ["maths"], ["maths", "more"]], async (t) => {
    const client = await connected(t);
    client.registerProtocol("more", maths);
    const names = Object.keys(client.getRemote());
    const sums = [await client.getRemote().maths.add(1, 2), await client.getRemote().more.add(3, 4)];
    client.unregisterProtocol("more");
    const left = Object.keys(client.getRemote());
    client.disconnect();
    return [...sums, left, names];
  }),
  added(
    "WsLinkClient: busy is told at once, idle after a pause; methods in notBusyList do not count; a failed call ends",
    { counts: [1, 2, 1, 0], quiet: false, busy: true, idle: false },
    async (t) => {
      const client = await connected(t);
      const { counts, idle } = busyCounts(client);
      const { add, quiet, fail } = client.getRemote().maths;
      const first = quiet(1, 2);
      const quietly = client.isBusy();
      await first;
      const calls = [add(1, 2), fail().catch(() => {})];
      const busy = client.isBusy();
      await Promise.all(calls);
      await idle;
      return { counts, quiet: quietly, busy, idle: client.isBusy() };
    },
  ),
  added("WsLinkClient: a next call within 50 ms keeps it busy: no idle is told between", [1, 1, 0], async (t) => {
    const client = await connected(t);
    const { counts, idle } = busyCounts(client);
    client.beginBusy();
    client.endBusy();
    client.beginBusy();
    client.endBusy();
    await idle;
    return counts;
  }),
  added("WsLinkClient: idle is told 50 ms after the last call, not before; a call meanwhile starts them anew", { busy: [1], at49: [1], again: [1, 1], at99: [1, 1], at100: [1, 1, 0] }, async (t) => {
    const client = (t.client as Any).WsLinkClient.newInstance();
    const counts: number[] = [];
    client.onBusyChange((count: number) => counts.push(count));
    const clock = new StandingClock();
    try {
      const after = (ms: number): number[] => {
        clock.advance(ms);
        return [...counts];
      };
      client.beginBusy();
      const busy = after(0);
      client.endBusy();
      const at49 = after(49);
      client.beginBusy();
      const again = after(1);
      client.endBusy();
      return { busy, at49, again, at99: after(49), at100: after(1) };
    } finally {
      clock.restore();
    }
  }),
  added("WsLinkClient: events fire in a later task, and connect() rejects with the connection", [["later", "error", "close"], true], async (t) => {
    const client = (t.client as Any).WsLinkClient.newInstance();
    const seen: string[] = [];
    const closed = new Promise<void>((resolve) =>
      client.onConnectionClose(() => {
        seen.push("close");
        resolve();
      }),
    );
    client.onConnectionError(() => seen.push("error"));
    const rejected = client.connect({ sessionURL: t.setting.closedUrl }).catch((source: Any) => source);
    seen.push("later");
    const source = await rejected;
    await closed;
    return [seen, typeof source.getSession === "function"];
  }),
  added(
    "WsLinkClient: connect() rejects with a launcher's error as response.error, which onConnectionError is given too",
    ["no room", "no room", false],
    async (t) => {
      const client = (t.client as Any).WsLinkClient.newInstance();
      const told = new Promise<Any>((resolve) => client.onConnectionError(resolve));
      const error = await client.connect({ application: "a" }).catch((reason: Any) => reason);
      return [error.response.error, (await told).response.error, client.isConnected()];
    },
    { at: "/sick/" },
  ),
  added("WsLinkClient: isConnected() tells the truth after a loss, and it can be connected again", [false, true, false, true, "Need to disconnect first", false], async (t) => {
    const client = (t.client as Any).WsLinkClient.newInstance({ protocols: { maths } });
    const states = [client.isConnected()];
    await client.connect(t.cuttable);
    states.push(client.isConnected());
    const closed = new Promise((resolve) => client.onConnectionClose(resolve));
    await t.cut();
    await closed;
    states.push(client.isConnected());
    await client.connect({ sessionURL: t.setting.url });
    states.push(client.isConnected(), await client.connect({ sessionURL: t.setting.url }).catch((error: Error) => error.message));
    client.disconnect();
    return [...states, client.isConnected()];
  }),
  added("WsLinkClient: connect() while a lost connection is being looked for takes its place", [false, true, true, 0], async (t) => {
    (t.client as Any).configure({ reconnect: { minDelayMs: 60_000 } });
    const client = (t.client as Any).WsLinkClient.newInstance();
    await client.connect(t.cuttable);
    const first = client.getConnection();
    await t.cut();
    while (first.isOpen()) await new Promise((resolve) => setTimeout(resolve));
    const states = [client.isConnected()];
    await client.connect({ sessionURL: t.setting.url });
    states.push(client.isConnected(), first.getUrl() === undefined);
    client.disconnect();
    return [...states, t.sockets.filter(({ readyState }) => readyState === WebSocket.OPEN).length];
  }),
  added("WsLinkClient: disconnect() without a number, with 0 and with -1 leaves the server alone", false, async (t) => {
    (await connected(t)).disconnect();
    (await connected(t)).disconnect(0);
    (await connected(t)).disconnect(-1);
    return t.sent("application.exit.later");
  }),
  added(
    "WsLinkClient: disconnect(seconds) tells the server that number",
    [[60], false],
    async (t) => {
      const client = await connected(t);
      client.disconnect(60);
      return [t.exits, client.isConnected()];
    },
    { ownServer: true },
  ),
  added(
    "WsLinkClient: disconnect(seconds) ends the server",
    true,
    async (t) => {
      (await connected(t)).disconnect(0.05);
      return t.sent("application.exit.later");
    },
    { ownServer: true },
  ),
];
