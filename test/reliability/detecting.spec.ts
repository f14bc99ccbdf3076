import { expect, test } from "@playwright/test";
import { type FakeServer, Lab, settled } from "./lab.js";

const LONG = "t".repeat(2_400);

test.describe("detection", () => {
  test("comes back to a 2.x server when a proxy closed the first socket: a silent text probe does not use up the attempt", async () => {
    const lab = new Lab({ protocol: "auto" });
    const { server } = lab.network;
    lab.network.server = {
      connect: (socket) => socket.open(),
      request: (request) => (request.socket.number === 1 ? request.socket.cut() : server.request(request)),
    };
    const opening = lab.watch(lab.session.open());
    await lab.clock.advance(1_999);
    expect(opening.settled).toBe(0);
    expect(lab.network.sockets).toHaveLength(2);
    await lab.clock.advance(1);
    expect(lab.session.state).toMatchObject({ status: "open", protocol: "v2", connection: 1 });
    expect(lab.network.sockets.map(({ protocol }) => protocol)).toEqual(["v2", "v1", "v2"]);
    // what the 2.x server wrote into its log
    const text = lab.network.sockets[1]?.frames.join() ?? "";
    expect(text).toContain("wslink.ping");
    expect(text).not.toContain("wslink-secret");
    await lab.session.close();
    await lab.expectNothingLeft();
  });

  test("goes on between the two while both say nothing of use, until the time is over, without a storm", async () => {
    const lab = new Lab({ protocol: "auto" });
    const server: FakeServer = { connect: (socket) => socket.open(), request: ({ socket }) => void (socket.protocol === "v2" && socket.cut()) };
    lab.network.server = server;
    const opening = lab.watch(lab.session.open());
    await lab.clock.advance(10_000);
    expect(opening.error).toMatchObject({ name: "ConnectionError", stage: "detect" });
    expect(lab.network.sockets.length).toBeGreaterThan(4);
    expect(lab.network.sockets.length).toBeLessThan(12);
    await lab.expectNothingLeft();
  });

  test("finds a 1.x server that was busy when it was asked", async () => {
    const lab = new Lab({ protocol: "auto" }, "v1");
    const { network } = lab;
    let busy = true;
    const held: (() => void)[] = [];
    network.server = {
      connect: (socket) => socket.open(),
      request: (request) => {
        if (request.socket.number === 1 || !busy) return network.system(request);
        held.push(() => network.system(request));
        return undefined;
      },
    };
    const opening = lab.watch(lab.session.open());
    await lab.clock.advance(4_000);
    busy = false;
    for (const go of held) go();
    await settled();
    await lab.clock.advance(1);
    expect(opening.settled).toBe(1);
    expect(lab.session.state).toMatchObject({ status: "open", protocol: "v1" });
    await lab.session.close();
    await lab.expectNothingLeft();
  });
});

test.describe("a secret that is longer than a 2.x server takes by its own default", () => {
  const open = (protocol: "auto" | "v1" | "v2", generation: "v1" | "v2", server?: (lab: Lab) => FakeServer) => {
    const lab = new Lab({ protocol, secret: LONG }, generation);
    if (server) lab.network.server = server(lab);
    return lab;
  };
  /** A server with the default WSLINK_AUTH_MSG_SIZE. */
  const strict = (lab: Lab): FakeServer => ({
    connect: (socket) => socket.open(),
    request: (request) => (JSON.stringify(request.args).length > 512 ? request.socket.cut() : lab.network.system(request)),
  });

  for (const protocol of ["auto", "v2"] as const) {
    test(`opens a session on a 2.x server that takes more (${protocol})`, async () => {
      const lab = open(protocol, "v2");
      const opening = lab.watch(lab.session.open());
      await lab.clock.advance(2_000);
      expect(opening.error).toBeUndefined();
      expect(lab.session.state).toMatchObject({ status: "open", protocol: "v2" });
      const texts = lab.network.sockets.flatMap(({ frames }) => frames.filter((frame) => typeof frame === "string"));
      expect(texts.join()).not.toContain("ttt");
      // it is remembered: a reconnect sends no text
      lab.socket.cut();
      await lab.clock.advance(100);
      expect(lab.session.state).toMatchObject({ status: "open", connection: 2 });
      expect(lab.socket.protocol).toBe("v2");
      await lab.session.close();
      await lab.expectNothingLeft();
    });

    test(`is told of by a 2.x server that closes upon it: stage hello, and a hint without the secret (${protocol})`, async () => {
      const lab = open(protocol, "v2", strict);
      const opening = lab.watch(lab.session.open());
      await lab.clock.advance(10_000);
      expect(opening.error).toMatchObject({ name: "ConnectionError", stage: "hello", hint: expect.stringMatching(/secret.*WSLINK_AUTH_MSG_SIZE/) });
      expect(JSON.stringify([opening.error, String(opening.error)])).not.toContain("ttt");
      await lab.expectNothingLeft();
    });
  }

  for (const protocol of ["auto", "v1"] as const) {
    test(`opens a session on a 1.x server (${protocol})`, async () => {
      const lab = open(protocol, "v1");
      await lab.session.open();
      expect(lab.session.state).toMatchObject({ status: "open", protocol: "v1" });
      expect(lab.network.sockets).toHaveLength(1);
      await lab.session.close();
      await lab.expectNothingLeft();
    });
  }
});
