import { expect, test } from "@playwright/test";
import { config } from "rxjs";
import { Lab } from "./lab.js";

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

test("latest that waits when the session is closed is delivered no more, and leaves no timer", async () => {
  const lab = await Lab.open();
  const heard: unknown[] = [];
  lab.session.topic("t", { latest: true }).subscribe((payload) => heard.push(payload));
  lab.socket.publish("t", 1);
  expect(lab.clock.nextMs).toBe(16);
  await lab.session.close();
  await lab.expectNothingLeft();
  expect(heard).toEqual([]);
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
