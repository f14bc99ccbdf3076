import { type BlobReader, blobReader } from "./blobReader.js";
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

type Segment = Uint8Array | Blob;
/** Bytes of a frame, or how many come from a Blob. */
type Part = Uint8Array | { readonly read: BlobReader; readonly length: number };

/** Cuts the segments of a message into frames of at most `maxFrameBytes`, one at a time, so that no frame is made before it is sent. */
export function* cutChunks(segments: readonly Segment[], totalBytes: number, maxFrameBytes: number, chunkId: number): Generator<Exclude<FrameOut, string>, undefined> {
  const room = maxFrameBytes - HEADER_BYTES;
  let segment = 0;
  let skip = 0;
  let read: BlobReader | undefined;
  for (let offset = 0; offset < totalBytes; offset += room) {
    const header = new Uint8Array(HEADER_BYTES);
    writeHeader(header, chunkId, offset, totalBytes);
    const parts: Part[] = [header];
    let left = Math.min(room, totalBytes - offset);
    const frameBytes = HEADER_BYTES + left;
    while (left > 0) {
      const source = segments[segment] as Segment;
      const size = source instanceof Uint8Array ? source.length : source.size;
      const length = Math.min(left, size - skip);
      if (source instanceof Uint8Array) parts.push(source.subarray(skip, skip + length));
      else parts.push({ read: (read ??= blobReader(source)), length });
      skip += length;
      left -= length;
      if (skip === size) {
        segment++;
        skip = 0;
        read = undefined;
      }
    }
    yield parts.every((part) => part instanceof Uint8Array) ? concat(parts, frameBytes) : () => gather(parts, frameBytes);
  }
}

async function gather(parts: readonly Part[], size: number): Promise<Uint8Array<ArrayBuffer>> {
  let frame = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    const end = at + part.length;
    if (part instanceof Uint8Array) frame.set(part, at);
    else frame = await part.read(frame, at, end);
    at = end;
  }
  return frame;
}
