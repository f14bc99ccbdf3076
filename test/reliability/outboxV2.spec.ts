import { expect, test } from "@playwright/test";
import { LimitError, type Progress } from "wslink-rx";
import { type FakeSocket, Lab, settled } from "./lab.js";

const methods = (socket: FakeSocket): string[] => socket.calls.map(({ method }) => method);

test.describe("on v2, in chunks", () => {
  const open = async () => {
    const lab = new Lab();
    lab.network.hello = { ...lab.network.hello, maxMsgSize: 112 };
    await lab.session.open();
    return lab;
  };

  test("a call that is aborted amid its chunks sends no more of them, and the next call arrives", async () => {
    const lab = await open();
    const abort = new AbortController();
    const call = lab.call("upload", [new Uint8Array(1_000)], {}, { signal: abort.signal, onProgress: ({ loadedBytes }: Progress) => loadedBytes > 300 && abort.abort() });
    lab.call("next");
    await settled();
    expect(call.error).toBe(abort.signal.reason);
    expect(methods(lab.socket)).toEqual(["next"]);
    await lab.session.close();
  });

  test("no frame is larger than the hello allows, and none is sent twice", async () => {
    const lab = await open();
    const { frames } = lab.socket;
    const before = frames.length;
    const bytes = Uint8Array.from({ length: 1_000 }, (_, i) => i);
    lab.call("upload", [bytes]);
    expect(lab.socket.calls[0]?.args[0]).toEqual(bytes);
    const sent = frames.slice(before) as Uint8Array[];
    expect(Math.max(...sent.map(({ length }) => length))).toBe(112);
    const offsets = sent.map((frame) => new DataView(frame.buffer, frame.byteOffset).getUint32(4, true));
    expect(new Set(offsets).size).toBe(offsets.length);
    await lab.session.close();
  });

  test("a background upload is overtaken between two of its chunks", async () => {
    const lab = await open();
    let overtaken = false;
    const overtake = () => {
      if (!overtaken) lab.call("overtakes");
      overtaken = true;
    };
    lab.call("upload", [new Uint8Array(1_000)], {}, { background: true, onProgress: overtake });
    expect(methods(lab.socket)).toEqual(["overtakes", "upload"]);
    await lab.session.close();
  });

  test("1009 names the limit to the largest call in flight, and the code to the others", async () => {
    const lab = await open();
    const small = lab.call("small");
    const large = lab.call("large", [new Uint8Array(90)]);
    lab.socket.cut(1009);
    await settled();
    expect(large.error).toBeInstanceOf(LimitError);
    expect(large.error).toMatchObject({ limit: "maxFrameBytes", message: expect.stringContaining("large") });
    expect(small.error).toMatchObject({ name: "ConnectionError", code: 1009, sent: true });
    await lab.session.close();
  });
});
