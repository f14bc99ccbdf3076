import { expect, test } from "@playwright/test";
import { snapshot } from "../../src/wire/snapshot.js";
import { Ear } from "./ear.js";

const bytes = (length: number, seed: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, (_, i) => i * 7 + seed);

/** The frames of a call, each without its chunk's number. */
async function framesOf(args: unknown[], maxFrameBytes: number): Promise<Uint8Array[]> {
  const { codec } = new Ear("v2");
  codec.maxFrameBytes = maxFrameBytes;
  const { frames, totalBytes } = codec.encode({ id: "rpc:c:1", method: "m", args: snapshot(args, {}, 10) });
  const read: Uint8Array[] = [];
  for (let next = frames.next(); !next.done; next = frames.next()) {
    const frame = next.value as Uint8Array | (() => Promise<Uint8Array>);
    const sendable = typeof frame === "function" ? await frame() : frame;
    read.push(sendable.slice(4));
  }
  expect(read.reduce((sum, frame) => sum + 4 + frame.length, 0)).toBe(totalBytes);
  return read;
}

/** The bytes as a Blob whose stream gives them in `pieces`, and then does what `after` says. */
function inPieces(data: Uint8Array<ArrayBuffer>, pieces: readonly number[], after: "ends" | "breaks"): Blob {
  const blob = new Blob([data]);
  blob.stream = () => {
    let at = 0;
    const left = [...pieces];
    return new ReadableStream({
      pull(controller) {
        const size = left.shift();
        if (size !== undefined) controller.enqueue(data.slice(at, (at += size)));
        else if (after === "ends") controller.close();
        else controller.error(new DOMException("", "NetworkError"));
      },
    });
  };
  return blob;
}

const FRAME_BYTES = [13, 29, 100, 1024, 70_000, 1_000_000];

for (const maxFrameBytes of FRAME_BYTES) {
  test(`Blobs among buffers give the frames that buffers give, in frames of ${maxFrameBytes} bytes`, async () => {
    const size = Math.min(maxFrameBytes * 40, 300_000);
    const [a, b, c] = [bytes(size, 1), bytes(50, 2), bytes(size / 3, 3)];
    const expected = await framesOf([a, b, c, new Uint8Array(), "end"], maxFrameBytes);
    expect(await framesOf([new Blob([a]), b, new Blob([c]), new Blob(), "end"], maxFrameBytes)).toEqual(expected);
    expect(await framesOf([a, new Blob([b]), c, new Blob(), "end"], maxFrameBytes)).toEqual(expected);
    const twice = new Blob([c]);
    expect(await framesOf([twice, b, twice], maxFrameBytes)).toEqual(await framesOf([c, b, c], maxFrameBytes));
  });
}

const DATA = bytes(1000, 5);
for (const [what, blob] of Object.entries({
  "gives pieces of odd sizes, and empty ones": () => inPieces(DATA, [1, 0, 500, 2, 497], "ends"),
  "gives one byte at a time": () => inPieces(DATA, Array<number>(1000).fill(1), "ends"),
  "ends early": () => inPieces(DATA, [300, 30], "ends"),
  "breaks at once": () => inPieces(DATA, [], "breaks"),
  "breaks in the middle": () => inPieces(DATA, [600], "breaks"),
  "is not to be had": () => Object.assign(new Blob([DATA]), { stream: undefined }),
})) {
  test(`a Blob arrives whole when its stream ${what}`, async () => {
    for (const maxFrameBytes of [40, 512, 4096]) expect(await framesOf([blob(), "end"], maxFrameBytes)).toEqual(await framesOf([DATA, "end"], maxFrameBytes));
  });
}

test("a Blob that cannot be read says why, not why its stream broke", async () => {
  const blob = inPieces(DATA, [600], "breaks");
  const slice = Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new DOMException("the disk is gone", "NotReadableError")) });
  blob.slice = () => slice;
  await expect(framesOf([blob], 4096)).rejects.toMatchObject({ name: "NotReadableError" });
});

test("frames that are given up leave no stream open, and open none any more", async () => {
  const [opened, cancelled]: [string[], string[]] = [[], []];
  const held = (name: string): Blob =>
    Object.assign(new Blob([bytes(50, 1)]), {
      stream: () => {
        opened.push(name);
        return new ReadableStream({ cancel: () => void cancelled.push(name) });
      },
    });
  const args = snapshot([held("first"), held("second")], {}, 10);
  const { frames } = new Ear("v2").codec.encode({ id: "rpc:c:1", method: "m", args });
  const frame = (frames.next().value as () => Promise<Uint8Array>)();
  frames.return?.();
  await frame;
  expect(opened).toEqual(["first"]);
  expect(cancelled).toEqual(["first"]);
});

test("a stream is cancelled once its Blob is read", async () => {
  let cancelled = 0;
  const blob = new Blob([DATA]);
  blob.stream = () => new ReadableStream({ start: (controller) => controller.enqueue(DATA), cancel: () => void cancelled++ });
  await framesOf([blob, "end"], 300);
  expect(cancelled).toBe(1);
});
