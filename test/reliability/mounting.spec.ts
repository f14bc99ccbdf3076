import { expect, test } from "@playwright/test";
import { ConnectionError, type Protocol } from "wslink-rx";
import { Lab, settled, watch } from "./lab.js";

for (const protocol of ["auto", "v1", "v2"] as (Protocol | "auto")[]) {
  test.describe(`a component that is mounted and unmounted in one turn (${protocol})`, () => {
    test("open(), close(), open(): the last wish wins", async () => {
      const lab = new Lab({ protocol }, protocol === "v1" ? "v1" : "v2");
      const first = watch(lab.session.open());
      const closing = lab.session.close();
      const second = watch(lab.session.open());
      await closing;
      await settled();
      expect(first.error).toBeInstanceOf(ConnectionError);
      expect(second.value).toBe(lab.session);
      expect(lab.session.state).toMatchObject({ status: "open", connection: 1 });
      expect(lab.network.sockets.filter(({ readyState }) => readyState < 2)).toHaveLength(1);
      await lab.expectAlive();
    });

    test("open(), close(), open(), close(): nothing is left", async () => {
      const lab = new Lab({ protocol }, protocol === "v1" ? "v1" : "v2");
      const opening: ReturnType<typeof watch>[] = [];
      for (let i = 0; i < 2; i++) {
        opening.push(watch(lab.session.open()));
        void lab.session.close();
      }
      await lab.expectNothingLeft();
      expect(opening.map(({ error }) => (error as Error).name)).toEqual(["ConnectionError", "ConnectionError"]);
      expect(lab.session.state).toEqual({ status: "closed" });
    });

    test("close(), open() while a call is in flight: the old call rejects, and the old socket's end is nobody's", async () => {
      const lab = await Lab.open({ protocol }, protocol === "v1" ? "v1" : "v2");
      const old = lab.call("old");
      const socket = lab.socket;
      void lab.session.close();
      const opening = watch(lab.session.open());
      await settled();
      expect(old.error).toMatchObject({ name: "ConnectionError", stage: "open", sent: true });
      expect(opening.value).toBe(lab.session);
      socket.cut();
      await settled();
      expect(lab.session.state).toMatchObject({ status: "open", connection: 2 });
      const fresh = lab.call("fresh");
      lab.socket.reply(lab.socket.calls.at(-1)?.id ?? "", "yes");
      await settled();
      expect(fresh.value).toBe("yes");
      await lab.session.close();
      await lab.expectNothingLeft();
    });
  });
}

for (const name of ["url", "secret"] as const)
  test(`close() while ${name}() is pending makes no socket, also when another open() followed and the old answer comes first`, async () => {
    const answers: ((value: string) => void)[] = [];
    const lab = new Lab({ [name]: () => new Promise<string>((resolve) => answers.push(resolve)) });
    const given = name === "url" ? "ws://fake/ws" : "wslink-secret";
    const first = watch(lab.session.open());
    await settled();
    expect(answers).toHaveLength(1);
    await lab.session.close();
    const second = watch(lab.session.open());
    await settled();
    expect(first.error).toBeInstanceOf(ConnectionError);
    answers[0]?.(given);
    await lab.clock.advance(50);
    expect(lab.network.sockets).toHaveLength(0);
    answers[1]?.(given);
    await settled();
    expect(second.value).toBe(lab.session);
    expect(lab.network.sockets).toHaveLength(1);
    await lab.expectAlive();
  });
