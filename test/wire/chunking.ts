import { encode } from "@msgpack/msgpack";
import { recording, frameOf } from "./recording.js";

/** A frame of the v2 protocol, made by hand. */
export function frame(chunkId: number, offset: number, total: number, content: Uint8Array): ArrayBuffer {
  const bytes = new Uint8Array(12 + content.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, chunkId, true);
  view.setUint32(4, offset, true);
  view.setUint32(8, total, true);
  bytes.set(content, 12);
  return bytes.buffer;
}

/** A message cut at these places. */
export function cut(content: Uint8Array, at: readonly number[], chunkId = 1): ArrayBuffer[] {
  const edges = [0, ...at, content.length];
  return edges.slice(1).map((end, i) => frame(chunkId, edges[i] as number, content.length, content.subarray(edges[i], end)));
}

/** A message in pieces of `size` bytes. */
export function pieces(content: Uint8Array, size: number, chunkId = 1): ArrayBuffer[] {
  return cut(
    content,
    Array.from({ length: Math.ceil(content.length / size) - 1 }, (_, i) => (i + 1) * size),
    chunkId,
  );
}

/** The bytes of a message as the real server sent them, without its chunk headers. */
export function recorded(scene: string): Uint8Array {
  const found = recording("v2").scenes.find(({ name }) => name === scene);
  if (found?.frames.length !== 1 || !found.frames[0]) throw new Error(`the scene ${scene} is not one frame`);
  return new Uint8Array(frameOf(found.frames[0]) as ArrayBuffer, 12);
}

/** A response by the msgpack library. */
export const response = (result: unknown, id = "rpc:c1:1"): Uint8Array => encode({ wslink: "1.0", id, result });
