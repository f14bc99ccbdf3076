import { Encoder } from "@msgpack/msgpack";

/** What the real servers allow by default: a frame of the v2 protocol with its chunk header. */
export const MAX_FRAME_BYTES = 4_194_304;
const CHUNK_HEADER_BYTES = 12;
const encoder = new Encoder();

/** The header of an unmasked WebSocket frame. */
function frameHeader(text: boolean, length: number): Buffer {
  const header = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
  header[0] = text ? 0x81 : 0x82;
  if (length < 126) header[1] = length;
  else if (length < 65_536) {
    header[1] = 126;
    header.writeUInt16BE(length, 2);
  } else {
    header[1] = 127;
    header.writeBigUInt64BE(BigInt(length), 2);
  }
  return header;
}

export function textFrame(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([frameHeader(true, bytes.length), bytes]);
}

/** A binary frame around bytes that are not copied. */
export const binaryFrame = (bytes: Buffer): Buffer[] => [frameHeader(false, bytes.length), bytes];

let chunkIds = 0;

/** The WebSocket frames of a v2 message, cut into chunks; large segments are referred to, not copied. */
export function chunkFrames(segments: readonly Buffer[]): Buffer[] {
  const total = segments.reduce((sum, segment) => sum + segment.length, 0);
  const id = ++chunkIds;
  const out: Buffer[] = [];
  let index = 0;
  let skip = 0;
  for (let offset = 0; offset < total; ) {
    const content = Math.min(total - offset, MAX_FRAME_BYTES - CHUNK_HEADER_BYTES);
    const header = Buffer.alloc(CHUNK_HEADER_BYTES);
    header.writeUInt32LE(id, 0);
    header.writeUInt32LE(offset, 4);
    header.writeUInt32LE(total, 8);
    out.push(frameHeader(false, content + CHUNK_HEADER_BYTES), header);
    for (let room = content; room > 0; ) {
      const segment = segments[index] as Buffer;
      const part = segment.subarray(skip, skip + room);
      out.push(part);
      room -= part.length;
      skip += part.length;
      if (skip === segment.length) {
        index++;
        skip = 0;
      }
    }
    offset += content;
  }
  return out;
}

/** A v2 message as one segment. */
export const pack = (value: unknown): Buffer => Buffer.from(encoder.encode(value));

/** The head of a msgpack binary of this length. */
export function binHead(length: number): Buffer {
  const head = Buffer.alloc(5);
  head[0] = 0xc6;
  head.writeUInt32BE(length, 1);
  return head;
}
