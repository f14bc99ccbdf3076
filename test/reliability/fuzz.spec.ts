import { expect, test } from "@playwright/test";
import { config } from "rxjs";
import type { Protocol } from "wslink-rx";
import { Random } from "../soak/random.js";
import { HostileServer } from "./hostileServer.js";
import { Lab, settled, watch } from "./lab.js";

const SESSIONS = 30;
const UTTERANCES = 60;

for (const protocol of ["v1", "v2"] as const satisfies Protocol[]) {
  test(`${SESSIONS} sessions with a server that says anything, on ${protocol}: nothing uncaught, nothing polluted, nothing pending`, async () => {
    test.setTimeout(120_000);
    const uncaught: unknown[] = [];
    config.onUnhandledError = (error) => uncaught.push(error);
    let frames = 0;
    let reported = 0;
    let losses = 0;
    for (let seed = 0; seed < SESSIONS; seed++) {
      const random = new Random(seed);
      const server = new HostileServer(random, protocol);
      const lab = new Lab({ reconnect: () => 400, limits: { maxPartialMessages: 8, maxMessageBytes: 1_000_000 } }, protocol).listen();
      for (const name of ["t", "__proto__", "", "a:b"]) lab.session.topic(name, { latest: random.chance(0.3), start: (session) => session.call("start") }).subscribe({ error: () => {} });
      // some are harmed before they are open
      if (random.chance(0.2)) lab.network.server = { ...lab.network.server, request: ({ socket }) => say(server.utter(socket)) };
      const say = (utterance: readonly (string | ArrayBuffer)[]): void => {
        for (const frame of utterance) {
          frames++;
          lab.socket.receive(frame);
        }
      };
      const opening = watch(lab.session.open());
      await lab.clock.advance(10_000);
      expect(opening.settled, `seed ${seed}: open()`).toBe(1);
      const calls = [];
      for (let i = 0; i < UTTERANCES; i++) {
        if (random.chance(0.3)) calls.push(lab.call("work", [i], {}, random.chance(0.3) ? { timeoutMs: 20, onProgress: () => {} } : {}));
        if (lab.session.state.status === "open") say(server.utter(lab.socket));
        if (random.chance(0.1)) await lab.clock.advance(random.below(30));
      }
      await settled();
      expect(["open", "waiting", "connecting", "closed"], `seed ${seed}`).toContain(lab.session.state.status);
      losses += lab.statuses.filter((status) => status === "waiting").length;
      // whatever came, a sound connection is one again
      if (lab.session.state.status !== "closed") {
        lab.network.restore();
        lab.socket.cut();
        await lab.clock.advance(20_000);
        const alive = lab.call("alive");
        lab.socket.reply(lab.socket.calls.at(-1)?.id ?? "", seed);
        await settled();
        expect(alive.value, `seed ${seed}: a call afterwards`).toBe(seed);
      }
      await lab.session.close();
      await lab.expectNothingLeft();
      expect(calls.filter((call) => call.settled !== 1)).toEqual([]);
      for (const error of lab.errors) expect(error, `seed ${seed}`).toMatchObject({ kind: expect.stringMatching(/^(protocol|limit|rpc)$/) });
      reported += lab.errors.length;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
    config.onUnhandledError = null;
    expect(uncaught).toEqual([]);
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(frames).toBeGreaterThan(1_250);
    expect(reported).toBeGreaterThan(250);
    if (protocol === "v2") expect(losses).toBeGreaterThan(5);
  });
}
