import { expect, test } from "@playwright/test";
import { blobReader } from "../../src/wire/blobReader.js";

const bytes = Uint8Array.from({ length: 200_000 }, (_, i) => i * 7);

/** Reads a Blob in parts of these sizes, each between three bytes that were there and two. */
async function inParts(blob: Blob, sizes: number[]): Promise<Uint8Array[]> {
  const reader = blobReader(blob);
  const read: Uint8Array[] = [];
  for (const size of sizes) {
    const frame = new Uint8Array(size + 5).fill(9);
    const filled = await reader(frame, 3, size + 3);
    expect([...filled.subarray(0, 3), ...filled.subarray(size + 3)]).toEqual([9, 9, 9, 9, 9]);
    read.push(filled.subarray(3, size + 3));
  }
  return read;
}

const sizes = [0, 1, 65_536, 3, 100_000, 34_460, 0];
const streams: Record<string, (blob: Blob) => void> = {
  "a byte stream": () => {},
  "a stream that gives its own pieces": (blob) => (blob.stream = () => new ReadableStream()),
  "no stream": (blob) => (blob.stream = undefined as never),
};

for (const [what, prepare] of Object.entries(streams)) {
  test(`a Blob with ${what} is read part by part, into the midst of frames`, async () => {
    const blob = new Blob([bytes.subarray(0, 70_000), bytes.subarray(70_000)]);
    prepare(blob);
    const read = await inParts(blob, sizes);
    expect(read.map(({ length }) => length)).toEqual(sizes);
    expect(Buffer.concat(read).equals(bytes)).toBe(true);
    expect(await inParts(new Blob([]), [0])).toEqual([new Uint8Array()]);
  });
}

test("a Blob that ends early is an error, and so is one whose stream fails: the reading of a slice tells why", async () => {
  const short = new Blob([bytes]);
  short.stream = () => new Blob([bytes.subarray(0, 1000)]).stream();
  await expect(inParts(short, [600, 600])).rejects.toThrow("a Blob of 200000 bytes ended early");
  const failing = new Blob([bytes]);
  failing.stream = () => new ReadableStream({ type: "bytes", pull: (controller) => controller.error(new TypeError("network error")) }) as never;
  await expect(inParts(failing, [600])).rejects.toThrow("network error");
  failing.slice = () => ({ size: 600, arrayBuffer: () => Promise.reject(new DOMException("it was changed", "NotReadableError")) }) as never;
  await expect(inParts(failing, [600])).rejects.toThrow("it was changed");
});
