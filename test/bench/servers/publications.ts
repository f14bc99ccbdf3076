import { randomBytes } from "node:crypto";
import type { Protocol } from "../bench.js";
import { binHead, binaryFrame, chunkFrames, pack, textFrame } from "./frames.js";

/** What stands between the numbers at both ends of a binary: the same for all, so that a burst of large ones needs no memory. */
let filling = Buffer.alloc(0);
const LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";

function fill(size: number): Buffer {
  if (filling.length < size) filling = randomBytes(size);
  return filling.subarray(0, size);
}

export interface Burst {
  readonly topic: string;
  readonly count: number;
  /** Of each binary or text. */
  readonly bytes: number;
  readonly kind: "binary" | "text";
  /** 0: all go to `topic`; else one after the other to `topic.0`, `topic.1`, … */
  readonly topics: number;
}

/** All frames of a burst, ready to be written; short ones lie together in one buffer. */
export function burstFrames(protocol: Protocol, burst: Burst): Buffer[] {
  const frames: Buffer[] = [];
  for (let n = 0; n < burst.count; n++) {
    const topic = burst.topics > 0 ? `${burst.topic}.${n % burst.topics}` : burst.topic;
    frames.push(...(burst.kind === "text" ? text(protocol, topic, n, burst.bytes) : binary(protocol, topic, n, burst.bytes)));
  }
  return burst.bytes < 16_384 ? [Buffer.concat(frames)] : frames;
}

function text(protocol: Protocol, topic: string, n: number, length: number): Buffer[] {
  const words = LETTERS.repeat(Math.ceil(length / LETTERS.length)).slice(0, length);
  const message = { wslink: "1.0", id: `publish:${topic}:0`, result: { n, text: words } };
  return protocol === "v2" ? chunkFrames([pack(message)]) : [textFrame(JSON.stringify(message))];
}

/** The binary begins and ends with the publication's number. */
function binary(protocol: Protocol, topic: string, n: number, length: number): Buffer[] {
  const number = Buffer.alloc(4);
  number.writeUInt32LE(n);
  const bytes = [number, fill(length - 8), number];
  const id = `publish:${topic}:0`;
  if (protocol === "v2") {
    const nothing = pack({ wslink: "1.0", id, result: { n, data: 0 } });
    return chunkFrames([Buffer.concat([nothing.subarray(0, -1), binHead(length)]), ...bytes]);
  }
  const key = `wslink_bin${n + 1}`;
  const whole = length < 1_048_576 ? Buffer.concat(bytes) : largeBinary(n, length);
  return [
    textFrame(JSON.stringify({ wslink: "1.0", method: "wslink.binary.attachment", args: [key] })),
    ...binaryFrame(whole),
    textFrame(JSON.stringify({ wslink: "1.0", id, result: { n, data: key } })),
  ];
}

function largeBinary(n: number, length: number): Buffer {
  const whole = Buffer.from(fill(length));
  whole.writeUInt32LE(n, 0);
  whole.writeUInt32LE(n, length - 4);
  return whole;
}

/** A list of small records. `notANumber` puts one NaN into it. */
export function items(count: number, notANumber: boolean): unknown[] {
  return Array.from({ length: count }, (_, i) => ({ id: i, name: `item ${i}`, value: notANumber && i === count >> 1 ? Number.NaN : i + 0.5, visible: i % 2 === 0 }));
}
