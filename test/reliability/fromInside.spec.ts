import { expect, test } from "@playwright/test";
import type { WireEvent } from "wslink-rx";
import { Lab, settled } from "./lab.js";

const methods = (lab: Lab): string[] => lab.socket.calls.map(({ method }) => method);

test.describe("an abort from inside", () => {
  for (const protocol of ["v1", "v2"] as const) {
    test(`by a listener of wire$ at the first frame rejects with the reason, and the reply is no error (${protocol})`, async () => {
      const lab = (await Lab.open({}, protocol)).listen();
      const abort = new AbortController();
      const mine = new Error("mine");
      lab.session.wire$.subscribe(({ direction, message }) => direction === "out" && (message as { method?: string })?.method === "x" && abort.abort(mine));
      const call = lab.call("x", [], {}, { signal: abort.signal });
      await settled();
      expect(call.error).toBe(mine);
      for (const { id } of lab.socket.calls) lab.socket.reply(id, "late");
      expect(lab.errors).toEqual([]);
      await lab.expectAlive();
    });

    for (const [what, argument] of Object.entries({
      "a getter": (abort: () => void) => ({
        get a() {
          abort();
          return 1;
        },
      }),
      toJSON: (abort: () => void) => ({ toJSON: () => abort() }),
      "a Proxy": (abort: () => void) => new Proxy({ a: 1 }, { get: () => abort() }),
    })) {
      test(`by ${what} among the arguments: nothing is sent, and nothing is moved (${protocol})`, async () => {
        const lab = await Lab.open({}, protocol);
        const abort = new AbortController();
        const mine = new Error("mine");
        const buffer = new ArrayBuffer(8);
        const call = lab.call("x", [argument(() => abort.abort(mine)), buffer], {}, { signal: abort.signal, transfer: [buffer] });
        await settled();
        expect(call.error).toBe(mine);
        expect(methods(lab)).toEqual([]);
        expect(buffer.byteLength).toBe(8);
        await lab.expectAlive();
      });
    }
  }
});

test.describe("wire$ tells of what goes out", () => {
  for (const protocol of ["v1", "v2"] as const) {
    test(`the request: id, method, args, kwargs, binaries as their sizes, secrets masked (${protocol})`, async () => {
      const secret = "s3cret-of-mine";
      const lab = new Lab({ secret }, protocol);
      const events: WireEvent[] = [];
      lab.session.wire$.subscribe((event) => events.push(event));
      await lab.session.open();
      lab.call("up", [new Uint8Array(5), [new Blob(["12"]), null, 1.5, Number.NaN, `about ${secret}`]], { [secret]: secret, nested: { __proto__: null, deep: [new ArrayBuffer(0)] } });
      await settled();
      await settled();
      const messages = events.flatMap(({ direction, message }) => (direction === "out" && message !== undefined ? [message] : []));
      const stars = "*".repeat(secret.length);
      expect(messages).toContainEqual({ id: "system:c0:0", method: "wslink.hello", args: [{ secret: stars }], kwargs: {} });
      expect(messages.at(-1)).toEqual({
        id: "rpc:c0123:1",
        method: "up",
        args: [5, [2, null, 1.5, Number.NaN, `about ${stars}`]],
        kwargs: { [stars]: stars, nested: { deep: [0] } },
      });
      await lab.session.close();
    });
  }

  test("is told of frames that were taken, not of those that a closing socket throws away", async () => {
    const lab = await Lab.open();
    let out = 0;
    lab.session.wire$.subscribe(({ direction }) => direction === "out" && out++);
    lab.socket.readyState = 2;
    lab.call("thrown away");
    expect(out).toBe(0);
    await lab.session.close();
  });
});
