import { expect, test } from "@playwright/test";
import type { Connected } from "wslink-rx";
import { Lab } from "./lab.js";

test("connected$ tells of each connection once, with the gap before it, and a new subscriber of the one at hand", async () => {
  const lab = new Lab({}, "v1");
  const told: Connected[] = [];
  lab.session.connected$.subscribe((connected) => told.push(connected));
  await lab.session.open();
  lab.network.stall();
  await lab.clock.advance(25_000); // unresponsive, which is a new state of the same connection
  const late: Connected[] = [];
  lab.session.connected$.subscribe((connected) => late.push(connected));
  lab.network.restore();
  lab.socket.cut();
  const between: Connected[] = [];
  lab.session.connected$.subscribe((connected) => between.push(connected));
  expect(between).toEqual([]);
  await lab.clock.advance(100);
  const first = { clientId: "c0123", protocol: "v1", connection: 1, gapMs: 0 };
  const second = { clientId: "c0123", protocol: "v1", connection: 2, gapMs: 100 };
  expect([told, late, between]).toEqual([[first, second], [first, second], [second]]);
  await lab.session.close();
  await lab.session.open();
  expect(told.slice(2)).toEqual([{ ...first, connection: 3 }]);
  await lab.session.close();
  await lab.expectNothingLeft();
});

test("connected$ comes after the state and before the starts of topics", async () => {
  const lab = new Lab();
  const order: string[] = [];
  lab.session.connected$.subscribe(() => order.push(`connected while ${lab.session.state.status}`));
  lab.session.state$.subscribe(({ status }) => order.push(status));
  lab.session.topic("t", { start: () => Promise.resolve(order.push("start")) }).subscribe();
  await lab.session.open();
  expect(order).toEqual(["idle", "connecting", "open", "connected while open", "start"]);
  await lab.session.close();
});

test("a subscriber of connected$ who closes the session at once starts no topic", async () => {
  const lab = new Lab();
  let started = 0;
  lab.session.connected$.subscribe(() => void lab.session.close());
  lab.session.topic("t", { start: () => Promise.resolve(started++) }).subscribe();
  await lab.session.open();
  expect([lab.session.state.status, started]).toEqual(["closed", 0]);
  await lab.expectNothingLeft();
});

test("topics that wait after a failed first open complete at close()", async () => {
  const lab = new Lab();
  lab.network.refuse();
  let completed = 0;
  lab.session.topic("t").subscribe({ complete: () => completed++ });
  await lab.session.open().catch(() => {});
  expect([lab.session.state.status, completed]).toEqual(["closed", 0]);
  const before = lab.states.length;
  await lab.session.close();
  expect(completed).toBe(1);
  expect(lab.states).toHaveLength(before);
});
