import { expect, test } from "@playwright/test";
import { ConnectionError, type Protocol } from "wslink-rx";
import { type FakeSocket, Lab, settled, watch } from "./lab.js";
import { SlowBlob } from "./slowBlob.js";

const MiB = 1024 * 1024;
const methods = (socket: FakeSocket): string[] => socket.calls.map(({ method }) => method);

/** Holds every read of a Blob back, whole or by its stream, until the test lets it go on. */
class HeldBlobs {
  private readonly originals = (["arrayBuffer", "stream"] as const).map((name) => [name, Object.getOwnPropertyDescriptor(Blob.prototype, name) as PropertyDescriptor] as const);
  /** Blobs whose stream was not cancelled. */
  readonly open = new Set<Blob>();
  private readonly held: { go: () => void; fail: (error: Error) => void }[] = [];

  constructor() {
    const read = Blob.prototype.arrayBuffer;
    const wait = async () => new Promise<void>((go, fail) => this.held.push({ go, fail }));
    Blob.prototype.arrayBuffer = async function (this: Blob) {
      await wait();
      return read.call(this);
    };
    const { open } = this;
    Blob.prototype.stream = function (this: Blob) {
      open.add(this);
      const next = async () => {
        await wait();
        return { done: false, value: new Uint8Array(await read.call(this)) };
      };
      return { getReader: () => ({ read: next, cancel: async () => open.delete(this) }) } as unknown as ReturnType<Blob["stream"]>;
    };
  }

  async go(): Promise<void> {
    for (const { go } of this.held.splice(0)) go();
    await settled();
    await settled();
  }

  /** Fails those that are held, and those made upon that. */
  async fail(error: Error): Promise<void> {
    while (this.held.length > 0) {
      for (const { fail } of this.held.splice(0)) fail(error);
      await settled();
    }
  }

  restore(): void {
    for (const [name, original] of this.originals) Object.defineProperty(Blob.prototype, name, original);
  }
}

let blobs: HeldBlobs;
const hold = (): HeldBlobs => (blobs = new HeldBlobs());
test.afterEach(() => {
  blobs?.restore();
  expect(blobs?.open.size ?? 0, "streams left open").toBe(0);
});

for (const protocol of ["v1", "v2"] as const satisfies Protocol[]) {
  test.describe(`on ${protocol}`, () => {
    const open = (options = {}) => Lab.open(options, protocol);

    test("calls go out in their order, an unread Blob first in line too", async () => {
      const lab = await open();
      hold();
      lab.call("first", [new Blob(["slow"])]);
      lab.call("second");
      lab.call("third", [new Blob(["quick"])]);
      await settled();
      expect(methods(lab.socket)).toEqual([]);
      const ping = watch(lab.session.ping());
      await settled();
      expect(ping.value).toBeGreaterThanOrEqual(0);
      await blobs.go();
      expect(methods(lab.socket)).toEqual(["first", "second"]);
      await blobs.go();
      expect(methods(lab.socket)).toEqual(["first", "second", "third"]);
      await lab.session.close();
    });

    test("a call that has to wait sends its arguments as they were when it was made", async () => {
      const lab = await open();
      hold();
      lab.call("first", [new Blob(["slow"])]);
      const list = [1, { two: 2 }];
      const named = { three: [3] };
      lab.call("second", [list], named);
      list.push(4);
      (list[1] as { two: number }).two = 5;
      named.three = [];
      await blobs.go();
      expect(lab.socket.calls.at(-1)).toMatchObject({ method: "second", args: [[1, { two: 2 }]], kwargs: { three: [3] } });
      await lab.session.close();
    });

    test("a background call is overtaken while its Blob is read", async () => {
      const lab = await open();
      hold();
      lab.call("background", [new Blob(["slow"])], {}, { background: true });
      lab.call("now");
      await settled();
      expect(methods(lab.socket)).toEqual(["now"]);
      await blobs.go();
      expect(methods(lab.socket)).toEqual(["now", "background"]);
      await lab.session.close();
    });

    test("a Blob that cannot be read costs its call alone", async () => {
      const lab = await open();
      hold();
      const failing = lab.call("failing", [new Blob(["slow"])]);
      lab.call("next");
      await blobs.fail(new DOMException("the disk is gone", "NotReadableError"));
      expect(failing.error).toMatchObject({ name: "TypeError", message: expect.stringContaining("failing"), cause: { name: "NotReadableError" } });
      expect(methods(lab.socket)).toEqual(["next"]);
      await lab.session.close();
      await lab.expectNothingLeft();
    });

    for (const [what, act] of Object.entries({
      "the session is closed": (lab: Lab) => lab.session.close(),
      "the connection is lost": (lab: Lab) => lab.socket.cut(),
    })) {
      test(`a call whose Blob is being read when ${what} was not sent`, async () => {
        const lab = await open({ reconnect: false });
        hold();
        const call = lab.call("reading", [new Blob(["slow"])]);
        await settled();
        const frames = lab.socket.frames.length;
        await act(lab);
        await blobs.go();
        expect(call.error).toMatchObject({ name: "ConnectionError", sent: false });
        expect(call.settled).toBe(1);
        expect(lab.socket.frames).toHaveLength(frames);
        await lab.expectNothingLeft();
      });
    }

    test("a call that is aborted while its Blob is read sends nothing, and the next goes on", async () => {
      const lab = await open();
      const abort = new AbortController();
      hold();
      const call = lab.call("aborted", [new Blob(["slow"])], {}, { signal: abort.signal });
      lab.call("next");
      abort.abort();
      await blobs.go();
      expect(call.error).toBe(abort.signal.reason);
      expect(methods(lab.socket)).toEqual(["next"]);
      await lab.session.close();
    });

    test("a socket that throws after a Blob was read stalls nobody", async () => {
      const lab = await open();
      hold();
      const call = lab.call("thrown", [new Blob(["slow"])]);
      const { socket } = lab;
      const send = socket.send.bind(socket);
      socket.send = () => {
        socket.send = send;
        throw new DOMException("the socket's own", "InvalidStateError");
      };
      await blobs.go();
      lab.call("next");
      await settled();
      expect(call.error).toMatchObject({ name: "InvalidStateError" });
      expect(methods(socket)).toEqual(["next"]);
      await lab.session.close();
    });

    test("an ordered and a background call read their Blobs side by side, and each goes out whole", async () => {
      const lab = await open();
      hold();
      lab.call("background", [new Blob(["first"])], {}, { background: true });
      lab.call("ordered", [new Blob(["second"])]);
      lab.call("behind");
      await settled();
      expect(methods(lab.socket)).toEqual([]);
      await blobs.go();
      await blobs.go();
      expect(methods(lab.socket)).toEqual(["ordered", "behind", "background"]);
      await lab.session.close();
    });

    for (const background of [false, true]) {
      test(`a ${background ? "background" : "ordered"} call that is aborted during a read without an end lets the next one go`, async () => {
        const lab = await open();
        const abort = new AbortController();
        const endless = lab.call("endless", [new SlowBlob(new Uint8Array(10), { turns: Number.POSITIVE_INFINITY })], {}, { background, signal: abort.signal });
        lab.call("next", [], {}, { background });
        await settled();
        expect(methods(lab.socket)).toEqual([]);
        abort.abort();
        await settled();
        expect(methods(lab.socket)).toEqual(["next"]);
        expect(endless.error).toBe(abort.signal.reason);
        await lab.session.close();
        await lab.expectNothingLeft();
      });
    }

    for (const gives of [0, 5_000, 9_999]) {
      test(`a Blob of 10000 bytes that gives ${gives} costs its call alone: nothing is sent in the place of the others`, async () => {
        const lab = await open();
        const short = lab.call("short", [new SlowBlob(new Uint8Array(10_000).fill(7), { gives })]);
        const next = lab.call("next");
        while (short.settled === 0 || methods(lab.socket).length === 0) await settled();
        expect(short.error).toMatchObject({
          name: "TypeError",
          message: expect.stringContaining("short"),
          cause: { name: "TypeError", message: expect.stringMatching(/a Blob of \d+ bytes gave \d+/) },
        });
        expect(methods(lab.socket)).toEqual(["next"]);
        expect(next.settled).toBe(0);
        await lab.session.close();
        await lab.expectNothingLeft();
      });
    }

    test("a full socket gets nothing more, until it has room", async () => {
      const lab = await open();
      lab.socket.bufferedAmount = 8 * MiB + 1;
      lab.call("waits");
      lab.call("waits too");
      const urgent = watch(lab.session.ping());
      await lab.socket.paced();
      expect(methods(lab.socket)).toEqual([]);
      expect(lab.session.stats()).toMatchObject({ queued: 2, bufferedBytes: 8 * MiB + 1 });
      expect(urgent.settled).toBe(1);
      lab.socket.bufferedAmount = 8 * MiB;
      await lab.socket.paced();
      expect(methods(lab.socket)).toEqual(["waits", "waits too"]);
      await lab.session.close();
      await lab.expectNothingLeft();
    });

    test("background calls wait for an empty socket, others pass", async () => {
      const lab = await open();
      lab.socket.bufferedAmount = 1;
      lab.call("background", [], {}, { background: true });
      lab.call("now");
      await lab.socket.paced();
      expect(methods(lab.socket)).toEqual(["now"]);
      lab.socket.bufferedAmount = 0;
      await lab.socket.paced();
      expect(methods(lab.socket)).toEqual(["now", "background"]);
      await lab.session.close();
      await lab.expectNothingLeft();
    });

    test("a stream of small calls does not keep a background call waiting", async () => {
      const lab = await open();
      lab.socket.bufferedAmount = 1;
      lab.call("background", [], {}, { background: true });
      for (let i = 0; i < 3; i++) {
        lab.socket.bufferedAmount = 1;
        lab.call("small");
        lab.socket.bufferedAmount = 0;
        if (i === 1) await lab.socket.paced();
      }
      expect(methods(lab.socket)).toEqual(["small", "small", "background", "small"]);
      await lab.session.close();
      await lab.expectNothingLeft();
    });

    test("what waits for a full socket when it is lost was not sent", async () => {
      const lab = await open({ reconnect: false });
      const sent = lab.call("sent");
      lab.socket.bufferedAmount = 9 * MiB;
      const waiting = lab.call("waiting");
      lab.socket.cut();
      await lab.expectNothingLeft();
      expect(sent.error).toMatchObject({ sent: true, message: expect.stringContaining("it was sent and may have run") });
      expect(waiting.error).toMatchObject({ sent: false, message: expect.stringContaining("it was not sent") });
    });

    test("a call made by a progress callback goes after the one that is going out", async () => {
      const lab = await open();
      let made = 0;
      lab.call("first", ["a"], {}, { onProgress: () => made++ === 0 && lab.call("made inside") });
      lab.call("last");
      expect(methods(lab.socket)).toEqual(["first", "made inside", "last"]);
      await lab.session.close();
    });

    test("close() by a progress callback stops everything at once", async () => {
      const lab = await open();
      const call = lab.call("closes", [new Uint8Array(100)], {}, { onProgress: () => void lab.session.close() });
      const later = lab.call("later");
      await lab.expectNothingLeft();
      expect([call.settled, later.settled]).toEqual([1, 1]);
      expect(call.error).toBeInstanceOf(ConnectionError);
      expect(methods(lab.socket)).toEqual(["closes"]);
    });
  });
}
