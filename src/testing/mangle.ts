import { HEADER_BYTES } from "../wire/chunks.js";
import type { ServerFrame } from "./speech.js";

/** What a fault makes of a message's frames. */

/** The first frames of a message: never none of v2, which is cut into two chunks for it, and never all. */
export function cut(frames: readonly ServerFrame[]): ServerFrame[] {
  const parts = inTwo(frames);
  return parts.slice(0, Math.floor(parts.length / 2));
}

export const reversed = (frames: readonly ServerFrame[]): ServerFrame[] => inTwo(frames).reverse();

/** A byte in the middle of the last frame's content becomes another one. */
export function corrupt(frames: readonly ServerFrame[]): ServerFrame[] {
  return withLast(frames, (frame) => {
    if (typeof frame === "string") {
      const middle = frame.length >> 1;
      return `${frame.slice(0, middle)}\u001a${frame.slice(middle + 1)}`;
    }
    const copy = frame.slice();
    const at = HEADER_BYTES + ((frame.length - HEADER_BYTES) >> 1);
    copy[at] = (copy[at] as number) ^ 0xff;
    return copy;
  });
}

/** The last byte is missing, in v2 honestly so: the chunks say how long the message is. */
export function malformed(frames: readonly ServerFrame[]): ServerFrame[] {
  const last = frames[frames.length - 1];
  if (typeof last === "string") return [...frames.slice(0, -1), last.slice(0, -1)];
  const total = totalOf(frames[0] as Uint8Array) - 1;
  return withLast(frames, (frame) => frame.slice(0, -1) as Uint8Array<ArrayBuffer>).map((frame) => withTotal(frame as Uint8Array<ArrayBuffer>, total));
}

/** No engine's strings are shorter than V8's. */
const LONGEST_TEXT = 2 ** 29 - 24;

export function oversize(frames: readonly ServerFrame[], bytes: number): ServerFrame[] {
  return frames.map((frame, i) => {
    if (typeof frame === "string") return i === frames.length - 1 ? frame.slice(0, -1).padEnd(Math.min(bytes, LONGEST_TEXT) - 1, " ") + frame.slice(-1) : frame;
    return typeof frames[frames.length - 1] === "string" ? frame : withTotal(frame, bytes);
  });
}

const withLast = (frames: readonly ServerFrame[], change: (frame: ServerFrame) => ServerFrame): ServerFrame[] => frames.map((frame, i) => (i === frames.length - 1 ? change(frame) : frame));

const viewOf = (frame: Uint8Array): DataView => new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
const totalOf = (frame: Uint8Array): number => viewOf(frame).getUint32(8, true);

function withTotal(frame: Uint8Array<ArrayBuffer>, total: number): Uint8Array<ArrayBuffer> {
  const copy = frame.slice();
  viewOf(copy).setUint32(8, total, true);
  return copy;
}

/** A v2 message of one chunk as two. */
function inTwo(frames: readonly ServerFrame[]): ServerFrame[] {
  const [only] = frames;
  if (frames.length !== 1 || typeof only !== "object") return [...frames];
  const middle = HEADER_BYTES + ((only.length - HEADER_BYTES) >> 1);
  const second = new Uint8Array(HEADER_BYTES + only.length - middle);
  second.set(only.subarray(0, HEADER_BYTES));
  second.set(only.subarray(middle), HEADER_BYTES);
  viewOf(second).setUint32(4, viewOf(only).getUint32(4, true) + middle - HEADER_BYTES, true);
  return [only.slice(0, middle), second];
}
