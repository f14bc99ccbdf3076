import { decode } from "@msgpack/msgpack";
import { chunkFrames, MAX_FRAME_BYTES, pack } from "./frames.js";
import type { Received } from "./frameReader.js";
import { encode, perform } from "./methods.js";
import { NO_METHOD, type Peer, upload, type Write } from "./peer.js";

interface Call {
  readonly id: string;
  readonly method: string;
  readonly args: readonly unknown[];
}

interface Upload {
  left: number;
  readonly id: string;
  readonly length: number;
  readonly first: Buffer;
}

const HEAD = Buffer.concat([Buffer.from([0x83]), pack("wslink"), pack("1.0"), pack("id")]);
const RESULT = pack("result");
/** What follows an upload's binary: no named arguments. */
const AFTER_BINARY = Buffer.concat([pack("kwargs"), pack({})]);
const BIN_32 = 0xc6;

/** wslink 2.x as far as the benchmark needs it: a message of several chunks is an upload. */
export class V2Peer implements Peer {
  private readonly uploads = new Map<number, Upload>();

  constructor(private readonly write: Write) {}

  received({ length, head, tail }: Received): void {
    const chunkId = head.readUInt32LE(0);
    const offset = head.readUInt32LE(4);
    const total = head.readUInt32LE(8);
    const whole = length === head.length && length === total + 12;
    if (whole) return this.call(decode(head.subarray(12)) as Call);
    if (offset === 0) this.uploads.set(chunkId, begin(head.subarray(12), total));
    const going = this.uploads.get(chunkId) as Upload;
    going.left -= length - 12;
    if (going.left > 0) return;
    this.uploads.delete(chunkId);
    const last = tail.subarray(0, tail.length - AFTER_BINARY.length).subarray(-4);
    this.reply(going.id, encode("v2", upload(going.length, going.first, last)));
  }

  private call({ id, method, args }: Call): void {
    if (method === "wslink.hello") return this.reply(id, encode("v2", { clientID: `c${"0".repeat(32)}`, maxMsgSize: MAX_FRAME_BYTES }));
    const effect = perform("v2", method, args);
    if (!effect) return this.write([Buffer.concat(chunkFrames([pack({ wslink: "1.0", id, error: NO_METHOD })]))]);
    if (effect.before) this.write(effect.before);
    this.reply(id, effect.result);
  }

  private reply(id: string, result: Buffer): void {
    this.write([Buffer.concat(chunkFrames([HEAD, pack(id), RESULT, result]))]);
  }
}

/** The envelope of an upload, `bench.upload [binary]`: what stands before the binary's own head is an envelope with an argument missing. */
function begin(content: Buffer, total: number): Upload {
  const method = content.indexOf("bench.upload");
  const bin = content.indexOf(BIN_32, method);
  const { id } = decode(Buffer.concat([content.subarray(0, bin), pack(null), AFTER_BINARY])) as Call;
  return { left: total, id, length: content.readUInt32BE(bin + 1), first: content.subarray(bin + 5) };
}
