import { expect, test } from "@playwright/test";
import { config } from "rxjs";
import { Lab, settled } from "./lab.js";

test("a key of latest that throws is an unhandled error, once, and costs nobody else the message", async () => {
  const thrown: unknown[] = [];
  config.onUnhandledError = (error) => thrown.push(error);
  const lab = await Lab.open();
  const mine = new Error("my key");
  const heard: unknown[] = [];
  const latest = (payload: unknown): unknown => {
    if (payload === 1) throw mine;
    return payload;
  };
  lab.session.topic("t", { latest }).subscribe((payload) => heard.push(["latest", payload]));
  lab.session.topic("t").subscribe((payload) => heard.push(payload));
  lab.socket.publish("t", 1);
  lab.socket.publish("t", 2);
  await lab.clock.advance(1_000);
  await new Promise((resolve) => setTimeout(resolve, 5));
  config.onUnhandledError = null;
  expect(thrown).toEqual([mine]);
  expect(heard).toEqual([1, 2, ["latest", 2]]);
  await lab.session.close();
  await lab.expectNothingLeft();
});

test("what latest leaves out is counted", async () => {
  const lab = await Lab.open();
  const heard: unknown[] = [];
  lab.session.topic("t", { latest: true }).subscribe((payload) => heard.push(payload));
  for (let i = 1; i <= 5; i++) lab.socket.publish("t", i);
  await lab.clock.advance(1_000);
  lab.socket.publish("t", 6);
  await lab.clock.advance(1_000);
  expect(heard).toEqual([5, 6]);
  expect(lab.session.stats().topics["t"]).toMatchObject({ messages: 6, conflated: 4 });
  await lab.session.close();
});

for (const end of ["close()", "a loss for good", "a server's close"]) {
  test(`what waits for latest when the session ends by ${end} is delivered before the topic completes, and leaves no timer`, async () => {
    const lab = await Lab.open({ reconnect: false });
    const hear = (latest: boolean | ((payload: unknown) => unknown)) => {
      const heard: unknown[] = [];
      lab.session.topic("t", { latest }).subscribe({ next: (payload) => heard.push([payload, lab.session.state.status]), complete: () => heard.push("complete") });
      return heard;
    };
    const [plain, newest, keyed] = [hear(false), hear(true), hear((payload) => payload)];
    lab.socket.publish("t", 1);
    lab.socket.publish("t", 2);
    expect(lab.clock.nextMs).toBe(16);
    if (end === "close()") await lab.session.close();
    else lab.socket.cut(end === "a server's close" ? 1001 : 1006);
    await lab.expectNothingLeft();
    const late = (payload: number) => [payload, "closed"];
    expect(plain).toEqual([[1, "open"], [2, "open"], "complete"]);
    expect(newest).toEqual([late(2), "complete"]);
    expect(keyed).toEqual([late(1), late(2), "complete"]);
  });
}

test("a delivery of latest at the end that closes and opens the session is not heard by those who come anew", async () => {
  const lab = await Lab.open({ reconnect: false });
  const heard: string[] = [];
  const topic = lab.session.topic("t", { latest: true });
  topic.subscribe({
    next: () => {
      heard.push("first");
      topic.subscribe(() => heard.push("second"));
      void lab.session.open();
    },
    complete: () => heard.push("complete"),
  });
  lab.socket.publish("t", 1);
  lab.socket.cut();
  await settled();
  expect(heard).toEqual(["first", "complete"]);
  lab.socket.publish("t", 2);
  await lab.clock.advance(16);
  expect(heard).toEqual(["first", "complete", "second"]);
  await lab.session.close();
  await lab.expectNothingLeft();
});

test("a key of latest that closes the session leaves no timer", async () => {
  const lab = await Lab.open();
  const latest = () => void lab.session.close();
  lab.session.topic("t", { latest }).subscribe();
  lab.socket.publish("t", 1);
  await lab.expectNothingLeft();
});

test("who comes anew amid a delivery of latest hears nothing of before", async () => {
  const lab = await Lab.open();
  const heard: string[] = [];
  const topic = lab.session.topic("t", { latest: (payload) => payload });
  const first = topic.subscribe((payload) => {
    heard.push(`first ${String(payload)}`);
    first.unsubscribe();
    topic.subscribe((later) => heard.push(`anew ${String(later)}`));
  });
  lab.socket.publish("t", "a");
  lab.socket.publish("t", "b");
  await lab.clock.advance(16);
  expect(heard).toEqual(["first a"]);
  lab.socket.publish("t", "c");
  await lab.clock.advance(16);
  expect(heard).toEqual(["first a", "anew c"]);
  await lab.session.close();
  await lab.expectNothingLeft();
});
