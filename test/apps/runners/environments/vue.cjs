// A session and a mock server within the state of a Vue app, as users keep them there: Vue makes a Proxy of all that it does not leave alone.

/**
 * @typedef {object} Holder
 * @property {import("wslink-rx").Session} session
 * @property {import("wslink-rx/testing").MockServer} server
 */

/** @param {import("./suite.cjs").Tools & { vue: any }} tools */
module.exports = function vueSuite({ test, expect, Session, MockServer, vue }) {
  const { createApp, h, isProxy, nextTick, reactive, ref } = vue;

  /** What holds a session and a server in the places of a Vue app. @type {readonly [where: string, hold: (made: Holder) => Holder][]} */
  const PLACES = [
    ["reactive()", (made) => reactive(made)],
    ["reactive(), deep", (made) => reactive({ app: { list: [made] } }).app.list[0]],
    ["ref()", (made) => ref(made).value],
    ["a ref() each", ({ session, server }) => ({ session: ref(session).value, server: ref(server).value })],
  ];

  for (const protocol of /** @type {const} */ (["v1", "v2"])) {
    const make = () => {
      const server = new MockServer({ protocol });
      return { server, session: new Session({ url: server.url, webSocket: server.webSocket }) };
    };

    for (const [where, hold] of PLACES) {
      test(`${protocol}: every use of a session and a server in ${where}`, async () => {
        await use(hold(make()));
      });
    }

    test(`${protocol}: every use of a session and a server in data() of a component that is mounted`, async () => {
      const root = document.body.appendChild(document.createElement("div"));
      const app = createApp({
        data: () => ({ ...make(), status: "", payloads: [] }),
        /** @this {any} */
        render() {
          return h("p", `${this.session.state.status} ${this.status} ${this.payloads.join()}`);
        },
      });
      const component = app.mount(root);
      expect(root.textContent).toBe("idle  ");
      await use(component);
      component.session.state$.subscribe((/** @type {any} */ state) => (component.status = state.status));
      component.payloads.push(1);
      await nextTick();
      expect(root.textContent).toBe("closed closed 1");
      app.unmount();
      root.remove();
    });

    test(`${protocol}: arguments that are reactive`, async () => {
      const { server, session } = make();
      server.rpc("echo", (args, kwargs) => ({ args, kwargs }));
      await session.open();
      const state = reactive({ args: [1, { deep: [2, null] }], kwargs: { name: { first: "you" } } });
      expect(isProxy(state.args)).toBe(true);
      expect(await session.call("echo", state.args, state.kwargs)).toEqual({ args: [1, { deep: [2, null] }], kwargs: { name: { first: "you" } } });
      await session.close();
      server.close();
    });
  }

  /** @param {Holder} held */
  async function use(held) {
    expect(held.server.rpc("sum", ([a, b]) => a + b)).toBe(held.server);
    held.server.rpc("start", () => null).rpc("stop", () => null);
    expect(held.session.state.status).toBe("idle");
    expect(await held.session.open()).toBe(held.session);
    expect(held.session.state).toMatchObject({ status: "open", clientId: held.server.clients[0]?.id });
    expect(await held.session.call("sum", [1, 2])).toBe(3);
    expect(await held.session.methods({ sum: "sum" }).sum(3, 4)).toBe(7);
    expect(await held.session.ping()).toBeGreaterThanOrEqual(0);
    expect(held.session.stats()).toMatchObject({ inFlight: 0, queued: 0 });

    /** @type {() => void} */
    let stop = () => {};
    const first = new Promise((resolve) => {
      const topic = held.session.topic("tick", { start: (session) => session.call("start"), stop: (session) => session.call("stop") });
      const subscription = topic.subscribe(resolve);
      stop = () => subscription.unsubscribe();
    });
    await held.server.next("start");
    held.server.publish("tick", { n: 1 }, { client: /** @type {any} */ (held.server.clients[0]) });
    expect(await first).toEqual({ n: 1 });
    stop();
    await held.server.next("stop");
    expect(held.server.received.map(({ method }) => method)).toEqual(expect.arrayContaining(["sum", "start", "stop"]));

    // a client of the server, as an app's test may keep it
    const { client } = reactive({ client: held.server.clients[0] });
    const second = new Promise((resolve) => {
      held.session.topic("tock").subscribe(resolve);
    });
    held.server.publish("tock", 7, { client });
    expect(await second).toBe(7);

    const { closed } = /** @type {import("wslink-rx/testing").MockClient} */ (held.server.clients[0]);
    await held.session.close();
    expect(held.session.state).toEqual({ status: "closed" });
    expect(await closed).toMatchObject({ code: 1000 });
    held.server.close();
    expect(() => held.server.publish("tick", 2)).toThrow("closed");
  }
};
