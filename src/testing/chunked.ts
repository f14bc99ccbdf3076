import { cutChunks } from "../wire/chunks.js";

/** A server's message in chunks. They may wait for their turn, so each has memory of its own, unlike those of `cutChunks`. */
export function chunked(parts: readonly Uint8Array<ArrayBuffer>[], maxFrameBytes: number): Uint8Array<ArrayBuffer>[] {
  const totalBytes = parts.reduce((sum, { length }) => sum + length, 0);
  const id = crypto.getRandomValues(new Uint32Array(1))[0] as number;
  return Array.from(cutChunks(parts, totalBytes, maxFrameBytes, id), (frame) => (frame as Uint8Array<ArrayBuffer>).slice());
}
