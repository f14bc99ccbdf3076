import { expect, test } from "@playwright/test";
import { Lab } from "./lab.js";

test("a key of latest that throws errors its Observable alone", async () => {
  const lab = await Lab.open();
  let failure: unknown;
  const heard: unknown[] = [];
  const latest = () => {
    throw new Error("my key");
  };
  lab.session.topic("t", { latest }).subscribe({ error: (error: unknown) => (failure = error) });
  lab.session.topic("t").subscribe((payload) => heard.push(payload));
  lab.socket.publish("t", 1);
  expect(failure).toMatchObject({ message: "my key" });
  expect(heard).toEqual([1]);
  await lab.session.close();
  await lab.expectNothingLeft();
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
