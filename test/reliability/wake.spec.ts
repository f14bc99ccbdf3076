import { expect, test } from "@playwright/test";
import { FakePage } from "./fakePage.js";
import { Lab, settled } from "./lab.js";

test.describe("a page that comes back", () => {
  let page: FakePage;
  test.beforeEach(() => (page = new FakePage()));
  test.afterEach(() => page.remove());
  const BACK = ["online", "pageshow", "visibilitychange", "resume"] as const;

  for (const event of BACK) {
    test(`tries at once on ${event}, however long it would wait`, async () => {
      const lab = await Lab.open({ reconnect: () => 20_000 });
      lab.socket.cut();
      page.fire(event);
      await settled();
      expect(lab.session.state).toMatchObject({ status: "open", connection: 2 });
      await lab.session.close();
      await lab.expectNothingLeft();
      expect(page.listeners).toBe(0);
    });

    test(`asks an open connection once on ${event}`, async () => {
      const lab = await Lab.open();
      page.fire(event);
      page.fire(event);
      await settled();
      page.fire(event);
      expect(lab.socket.probes).toHaveLength(1);
      await lab.session.close();
    });
  }

  test("makes one attempt of a burst, and no storm while the server stays away", async () => {
    const lab = await Lab.open({ reconnect: () => 20_000 });
    lab.network.refuse();
    lab.socket.cut();
    for (let i = 0; i < 50; i++) {
      page.fire(BACK[i % 4] ?? "online");
      await lab.clock.advance(10);
    }
    expect(lab.network.sockets).toHaveLength(2);
    await lab.clock.advance(60_000);
    expect(lab.network.sockets).toHaveLength(5); // at 20, 40 and 60 s
    await lab.session.close();
    await lab.expectNothingLeft();
  });

  test("that asked while open tries at once when the connection is lost right after", async () => {
    const lab = await Lab.open({ reconnect: () => 20_000 });
    page.fire("visibilitychange");
    lab.socket.cut();
    page.fire("online");
    await settled();
    expect(lab.session.state).toMatchObject({ status: "open", connection: 2 });
    await lab.session.close();
  });

  test("tries on online though it is hidden, but not when it is left", async () => {
    const lab = await Lab.open({ reconnect: () => 20_000 });
    lab.socket.cut();
    page.show(false);
    await settled();
    expect(lab.session.state.status).toBe("waiting");
    page.fire("online");
    await settled();
    expect(lab.session.state).toMatchObject({ status: "open", connection: 2 });
    await lab.session.close();
  });

  test("out of the back/forward cache finds its socket gone, and is there again at once; the first show of a page is no return", async () => {
    const lab = await Lab.open({ reconnect: () => 20_000 });
    page.fire("pageshow", { persisted: false });
    await settled();
    expect(lab.socket.probes).toHaveLength(0);
    page.fire("pagehide", { persisted: true });
    page.fire("freeze");
    lab.socket.readyState = 3; // the browser closed it, and told a page that it had put away nothing
    page.fire("resume");
    page.fire("pageshow", { persisted: true });
    await settled();
    expect(lab.session.state).toMatchObject({ status: "open", connection: 2 });
    await lab.session.close();
    await lab.expectNothingLeft();
  });

  test("does not disturb an attempt that runs", async () => {
    const lab = await Lab.open();
    lab.network.stall();
    lab.socket.cut();
    await lab.clock.advance(100);
    for (const event of BACK) page.fire(event);
    await settled();
    expect(lab.network.sockets).toHaveLength(2);
    expect(lab.session.state.status).toBe("connecting");
    await lab.session.close();
    await lab.expectNothingLeft();
  });

  test("finds a socket that closed without an event", async () => {
    const lab = await Lab.open();
    lab.socket.readyState = 3;
    page.fire("pageshow");
    expect(lab.session.state).toMatchObject({ status: "waiting", cause: { code: 1006 } });
    await lab.session.close();
    await lab.expectNothingLeft();
  });

  test("again and again does not put off the end of a dead connection", async () => {
    const lab = await Lab.open();
    lab.network.stall();
    for (let i = 0; i < 7; i++) {
      page.show(i % 2 === 0);
      await lab.clock.advance(9_000);
    }
    expect(lab.statuses).toContain("waiting");
    await lab.session.close();
  });

  test("has a listener of each kind while the session lives, whatever it does, and none after", async () => {
    const lab = new Lab();
    expect(page.listeners).toBe(0);
    for (let round = 0; round < 3; round++) {
      await lab.session.open();
      expect(page.listeners).toBe(4);
      lab.socket.cut();
      await lab.clock.advance(100);
      expect(page.listeners).toBe(4);
      await lab.session.close();
      expect(page.listeners).toBe(0);
    }
    lab.network.refuse();
    await lab.session.open().catch(() => {});
    expect(page.listeners).toBe(0);
  });
});
