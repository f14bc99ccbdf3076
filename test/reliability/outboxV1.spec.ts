import { expect, test } from "@playwright/test";
import type { Progress } from "wslink-rx";
import { type FakeSocket, Lab, settled } from "./lab.js";

const MiB = 1024 * 1024;
const methods = (socket: FakeSocket): string[] => socket.calls.map(({ method }) => method);

test.describe("on v1", () => {
  const open = () => Lab.open({}, "v1");

  for (const [what, text] of Object.entries({ ASCII: "a", "two bytes each": "ü", "three bytes each": "€", "four bytes each": "𝄞" })) {
    test(`a long text of ${what} goes out once, and what comes after it too`, async () => {
      const lab = await open();
      const progress: Progress[] = [];
      lab.call("long", [text.repeat(MiB / text.length)], {}, { onProgress: (p: Progress) => progress.push(p) });
      lab.call("next");
      expect(methods(lab.socket)).toEqual(["long", "next"]);
      expect(progress).toHaveLength(1);
      expect(progress[0]?.loadedBytes).toBe(progress[0]?.totalBytes);
      expect(lab.session.stats().queued).toBe(0);
      await lab.session.close();
    });
  }

  test("a call that is aborted between its pairs takes no other call with it", async () => {
    const lab = await open();
    const abort = new AbortController();
    const others: string[] = [];
    // told of the header of the first pair; calls made meanwhile wait behind
    lab.session.wire$.subscribe(({ direction }) => direction === "in" || abort.signal.aborted || behind());
    const aborted = lab.call("upload", [new Uint8Array(10), new Uint8Array(20)], {}, { signal: abort.signal });
    function behind(): void {
      abort.abort();
      for (const name of ["one", "two", "three"]) {
        lab.call(name);
        others.push(name);
      }
    }
    await settled();
    expect(others).toEqual(["one", "two", "three"]);
    expect(methods(lab.socket)).toEqual(["upload", "one", "two", "three"]);
    expect(aborted.error).toBe(abort.signal.reason);
    // all of it went out back to back: two pairs and the call that they belong to
    expect(lab.socket.frames.slice(2, 7).map((frame) => typeof frame)).toEqual(["string", "object", "string", "object", "string"]);
    await lab.session.close();
  });

  for (const background of [false, true]) {
    test(`pairs of Blobs of ${background ? "a background" : "an ordered"} call stay whole when a listener of wire$ calls`, async () => {
      const lab = await open();
      let called = false;
      lab.session.wire$.subscribe(() => {
        if (!called) lab.call("between", [new Uint8Array(3)]);
        called = true;
      });
      lab.call("upload", [new Blob(["first"]), new Blob(["second"])], {}, { background });
      await settled();
      await settled();
      const kinds = lab.socket.frames.slice(2).map((frame) => (typeof frame !== "string" ? "bytes" : frame.includes("wslink.binary.attachment") ? "header" : "call"));
      expect(kinds).toEqual(["header", "bytes", "header", "bytes", "call", "header", "bytes", "call"]);
      expect(methods(lab.socket)).toEqual(["upload", "between"]);
      await lab.session.close();
    });
  }

  test("a binary that the socket refuses leaves no header without one, and costs its call alone", async () => {
    const lab = await open();
    const { socket } = lab;
    const { send } = socket;
    const refusal = new TypeError("The provided ArrayBufferView value must not be resizable.");
    socket.send = (data) => {
      if (typeof data !== "string" && data.byteLength === 10) throw refusal;
      send.call(socket, data);
    };
    const refused = lab.call("refused", [new Uint8Array(3), new Uint8Array(10), new Uint8Array(4)]);
    lab.call("next", [new Uint8Array(5)]);
    await settled();
    expect(refused.error).toBe(refusal);
    const sent = socket.frames.slice(2).map((frame) => (typeof frame !== "string" ? frame.byteLength : frame.includes("wslink.binary.attachment") ? "header" : "call"));
    // an empty binary stands for the one that was refused
    expect(sent).toEqual(["header", 3, "header", 0, "header", 5, "call"]);
    await lab.expectAlive();
  });

  test("a socket that refuses the stand-in too is given up: what is sent after it would be taken for the missing binary", async () => {
    const lab = await open();
    const { socket } = lab;
    const { send } = socket;
    socket.send = (data) => {
      if (typeof data !== "string") throw new TypeError("no binaries today");
      send.call(socket, data);
    };
    const refused = lab.call("refused", [new Uint8Array(3)]);
    const next = lab.call("next", [new Uint8Array(5)]);
    await lab.clock.advance(100);
    expect([refused.settled, next.settled]).toEqual([1, 1]);
    expect(lab.session.state).toMatchObject({ status: "open", connection: 2 });
    await lab.session.close();
    await lab.expectNothingLeft();
  });

  test("progress of an upload is told once, when all of it has gone out", async () => {
    const lab = await open();
    const progress: Progress[] = [];
    lab.call("upload", [new Uint8Array(1000), new Uint8Array(2000)], {}, { onProgress: (p: Progress) => progress.push(p) });
    expect(methods(lab.socket)).toEqual(["upload"]);
    expect(progress).toEqual([{ direction: "up", loadedBytes: progress[0]?.totalBytes, totalBytes: progress[0]?.totalBytes }]);
    expect(progress[0]?.totalBytes).toBeGreaterThan(3000);
    await lab.session.close();
  });

  test("a frame that the server would refuse fails here, and nothing of it goes out", async () => {
    const lab = await open();
    const before = lab.socket.frames.length;
    for (const value of ["x".repeat(4 * MiB), new Uint8Array(4 * MiB), new Blob([new Uint8Array(4 * MiB)])]) {
      await expect(lab.session.call("large", ["small", value])).rejects.toMatchObject({ name: "LimitError", limit: "maxFrameBytes", message: expect.stringContaining("large") });
    }
    expect(lab.socket.frames).toHaveLength(before);
    await lab.session.close();
  });
});
