import { expect, test } from "@playwright/test";
import type { Protocol } from "wslink-rx";
import { FakePage } from "./fakePage.js";
import type { FakeRequest } from "./fakeNetwork.js";
import { type FakeSocket, Lab, settled } from "./lab.js";

const MiB = 1024 * 1024;

/** The clock of these tests stands: a browser gives a hidden page one timer a minute. */
test.describe("in a hidden page", () => {
  let page: FakePage;
  test.beforeEach(() => (page = new FakePage()));
  test.afterEach(() => page.remove());

  for (const protocol of ["v1", "v2"] as const satisfies Protocol[]) {
    /** A session whose socket holds what it is given until the server has read it, which is when it answers a probe. */
    const upload = async (): Promise<{ lab: Lab; socket: FakeSocket; questions: () => number; read: () => Promise<void> }> => {
      const lab = await Lab.open({}, protocol);
      const { socket, network } = lab;
      let asked: FakeRequest[] = [];
      const before = socket.probes.length; // of the detection
      network.server = { ...network.server, request: (request) => (request.method === "wslink.ping" ? asked.push(request) : network.system(request)) };
      const send = socket.send.bind(socket);
      socket.send = (data) => {
        send(data);
        socket.bufferedAmount += typeof data === "string" ? data.length : data.byteLength;
      };
      const read = async (): Promise<void> => {
        await settled();
        socket.bufferedAmount = 0;
        const [answered, ...others] = asked;
        asked = others;
        if (answered) network.system(answered);
        await settled();
      };
      return { lab, socket, questions: () => socket.probes.length - before, read };
    };

    for (const background of [false, true]) {
      test(`${background ? "a background upload" : "an upload"} goes on by what the server says, without a timer (${protocol})`, async () => {
        const { lab, socket, questions, read } = await upload();
        page.show(false);
        const methods = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
        for (const method of methods) lab.call(method, [new Uint8Array(3 * MiB)], {}, { background });
        expect(socket.calls.length).toBeLessThan(4);
        for (let round = 0; round < 30 && socket.calls.length < methods.length; round++) {
          await read();
          expect(socket.bufferedAmount, "no more in the socket than in a page that is seen").toBeLessThan(12 * MiB);
          expect(questions(), "one question at a time").toBeLessThanOrEqual(round + 2);
        }
        expect(socket.calls.map(({ method }) => method)).toEqual(methods);
        await lab.session.close();
        await lab.expectNothingLeft();
      });
    }

    test(`a flood of publications asks no more questions (${protocol})`, async () => {
      const { lab, socket, questions } = await upload();
      page.show(false);
      socket.bufferedAmount = 9 * MiB;
      lab.call("waits");
      await settled();
      for (let i = 0; i < 100; i++) socket.publish("t", i);
      await settled();
      expect(questions()).toBe(1);
      expect(lab.session.stats()).toMatchObject({ queued: 1 });
      await lab.session.close();
      await lab.expectNothingLeft();
    });
  }

  test("a page that is seen asks nothing: its timers come", async () => {
    const lab = await Lab.open();
    lab.socket.bufferedAmount = 9 * MiB;
    lab.call("waits");
    await lab.socket.paced();
    expect(lab.socket.probes).toHaveLength(0);
    lab.socket.bufferedAmount = 0;
    await lab.socket.paced();
    expect(lab.socket.calls).toHaveLength(1);
    await lab.session.close();
    await lab.expectNothingLeft();
  });
});

test.describe("latest in a page that is hidden for a while", () => {
  for (const more of [false, true]) {
    test(`delivers with the first frame after the page is seen again${more ? ", whether more comes or not" : ""}`, async () => {
      const page = new FakePage();
      const frames: (() => void)[] = [];
      Object.assign(globalThis, { requestAnimationFrame: (frame: () => void) => frames.push(frame), cancelAnimationFrame: () => {} });
      try {
        const lab = await Lab.open();
        const heard: unknown[] = [];
        lab.session.topic("t", { latest: true }).subscribe((payload) => heard.push(payload));
        page.show(false);
        lab.socket.publish("t", 0);
        expect(frames).toHaveLength(0);
        page.show(true);
        if (more) lab.socket.publish("t", 1);
        expect(frames).toHaveLength(1);
        for (const frame of frames.splice(0)) frame();
        expect(heard).toEqual([more ? 1 : 0]);
        // hidden, one a second; and at the end nothing is left, no listener either
        page.show(false);
        lab.socket.publish("t", 2);
        await lab.clock.advance(1_000);
        expect(heard.slice(1)).toEqual([2]);
        lab.socket.publish("t", 3);
        await lab.session.close();
        await lab.expectNothingLeft();
        expect(page.listeners).toBe(0);
      } finally {
        page.remove();
        for (const name of ["requestAnimationFrame", "cancelAnimationFrame"]) Reflect.deleteProperty(globalThis, name);
      }
    });
  }
});
