import { concat } from "./concat.js";
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

type Segment = Uint8Array<ArrayBuffer> | Blob;

/** Cuts the segments of a message into frames of at most `maxFrameBytes`, one at a time, so that no frame is made before it is sent. */
export function* cutChunks(segments: readonly Segment[], totalBytes: number, maxFrameBytes: number, chunkId: number): Generator<Exclude<FrameOut, string>, undefined> {
  const room = maxFrameBytes - HEADER_BYTES;
  let segment = 0;
  let skip = 0;
  for (let offset = 0; offset < totalBytes; offset += room) {
    const parts: Segment[] = [];
    let left = Math.min(room, totalBytes - offset);
    const length = left;
    while (left > 0) {
      const source = segments[segment] as Segment;
      const size = source instanceof Uint8Array ? source.length : source.size;
      const take = Math.min(left, size - skip);
      parts.push(source instanceof Uint8Array ? source.subarray(skip, skip + take) : source.slice(skip, skip + take));
      skip += take;
      left -= take;
      if (skip === size) {
        segment++;
        skip = 0;
      }
    }
    yield frame(parts, length, chunkId, offset, totalBytes);
  }
}

function frame(parts: readonly Segment[], length: number, chunkId: number, offset: number, totalBytes: number): Exclude<FrameOut, string> {
  const header = new Uint8Array(HEADER_BYTES);
  writeHeader(header, chunkId, offset, totalBytes);
  const all = [header, ...parts];
  if (all.every((part) => part instanceof Uint8Array)) return concat(all, HEADER_BYTES + length);
  // not by the Blob's byte stream, which would be faster: on a busy machine Chromium 156 left such a read without an answer
  return async () => new Uint8Array(await new Blob(all).arrayBuffer());
}
