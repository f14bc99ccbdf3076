import { BlobReader } from "./blobReader.js";
import type { FrameOut } from "./message.js";

/**
 * The chunks of the v2 protocol: id u32, offset u32, total u32 (little endian), content.
 * Source: wslink 2.x, `wslink/chunking.py`.
 */
export const HEADER_BYTES = 12;

/** Writes a chunk's header into the first bytes of its frame. */
export function writeHeader(frame: Uint8Array, chunkId: number, offset: number, totalBytes: number): void {
  const header = new DataView(frame.buffer, frame.byteOffset, HEADER_BYTES);
  header.setUint32(0, chunkId, true);
  header.setUint32(4, offset, true);
  header.setUint32(8, totalBytes, true);
}

/** Cuts the segments of a message into frames of at most `maxFrameBytes`. All are made in the same memory, each as it is asked for: fresh memory costs more than the copy. */
export function* cutChunks(segments: readonly (Uint8Array<ArrayBuffer> | Blob)[], totalBytes: number, maxFrameBytes: number, chunkId: number): Generator<Exclude<FrameOut, string>, undefined> {
  const sources = segments.map((segment) => (ArrayBuffer.isView(segment) ? segment : new BlobReader(segment)));
  const memory = new Uint8Array(Math.min(maxFrameBytes, HEADER_BYTES + totalBytes));
  let index = 0;
  let skip = 0;
  try {
    for (let offset = 0; offset < totalBytes; offset += maxFrameBytes - HEADER_BYTES) {
      const frame = memory.subarray(0, HEADER_BYTES + totalBytes - offset);
      writeHeader(frame, chunkId, offset, totalBytes);
      const reads: (() => Promise<void>)[] = [];
      for (let filled = HEADER_BYTES; filled < frame.length; ) {
        const source = sources[index] as Uint8Array | BlobReader;
        const into = frame.subarray(filled, filled + source.length - skip);
        if (ArrayBuffer.isView(source)) into.set(source.subarray(skip, skip + into.length));
        else reads.push(async () => source.read(into));
        filled += into.length;
        skip += into.length;
        if (skip === source.length) {
          index++;
          skip = 0;
        }
      }
      yield reads.length === 0
        ? frame
        : async () => {
            for (const read of reads) await read();
            return frame;
          };
    }
  } finally {
    for (const source of sources) if (!ArrayBuffer.isView(source)) source.cancel();
  }
}
