import { getEventListeners, setMaxListeners } from "node:events";
import { expect, test } from "@playwright/test";
import { Lab, settled } from "./lab.js";

for (const protocol of ["v1", "v2"] as const)
  test(`one signal for many calls keeps no listener of a settled one, and still aborts (${protocol})`, async () => {
    const lab = await Lab.open({}, protocol);
    const mine = new AbortController();
    const { signal } = mine;
    setMaxListeners(0, signal); // Node warns of many
    const listeners = () => getEventListeners(signal, "abort").length;
    const call = (args: unknown[] = [], timeoutMs = 0) => lab.call("work", args, {}, { signal, timeoutMs });
    const last = () => lab.socket.calls.at(-1)?.id ?? "";

    for (let i = 0; i < 20; i++) {
      const one = call();
      lab.socket.reply(last(), i);
      await settled();
      expect(one.value).toBe(i);
    }
    expect(listeners()).toBe(0);

    const before = lab.socket.calls.length;
    const many = Array.from({ length: 200 }, () => call());
    for (const { id } of lab.socket.calls.slice(before)) lab.socket.reply(id, "done");
    const refused = Array.from({ length: 10 }, () => {
      const one = call();
      lab.socket.refuse(last(), -32001);
      return one;
    });
    const unsendable = Array.from({ length: 10 }, () => call([new Map()]));
    const late = Array.from({ length: 10 }, () => call([], 100));
    const seen: unknown[] = [];
    const live = Array.from({ length: 5 }, (_, i) => {
      const subscription = lab.session.call$("work", [], {}, { signal }).subscribe((value) => seen.push(value));
      if (i < 4) lab.socket.reply(last(), i);
      return subscription;
    });
    await lab.clock.advance(100);
    live[4]?.unsubscribe();
    await settled();
    expect(many.map(({ value }) => value)).toEqual(Array(200).fill("done"));
    expect(refused.map(({ error }) => (error as Error).name)).toEqual(Array(10).fill("RpcError"));
    expect(unsendable.map(({ error }) => (error as Error).name)).toEqual(Array(10).fill("TypeError"));
    expect(late.map(({ error }) => (error as Error).name)).toEqual(Array(10).fill("CallTimeoutError"));
    expect(seen).toEqual([0, 1, 2, 3]);
    expect(listeners()).toBe(0);

    const cut = Array.from({ length: 5 }, () => call());
    const told: unknown[] = [];
    lab.session.call$("work", [], {}, { signal }).subscribe({ error: (error) => told.push(error) });
    expect(listeners()).toBe(6);
    mine.abort(new Error("enough"));
    await settled();
    expect(cut.map(({ error }) => error)).toEqual(Array(5).fill(signal.reason));
    expect(told).toEqual([signal.reason]);
    expect(listeners()).toBe(0);
    await lab.session.close();
    await lab.expectNothingLeft();
  });
