const HEAD_BYTES = 65_536;
const TAIL_BYTES = 64;

/** A message of a client: its length, its first bytes and its last ones. A benchmark's server has no use for the middle of an upload. */
export interface Received {
  readonly text: boolean;
  readonly length: number;
  readonly head: Buffer;
  readonly tail: Buffer;
}

interface Growing {
  readonly text: boolean;
  length: number;
  head: Buffer;
  headLength: number;
  tail: Buffer;
}

/**
 * Reads a client's WebSocket frames from the pieces in which the socket delivers them. Only the ends of a large message are unmasked,
 * so that an upload costs the server next to nothing.
 */
export class FrameReader {
  private pending: Buffer = Buffer.alloc(0);
  private message: Growing | undefined;
  private left = 0;
  private position = 0;
  private mask: Buffer = Buffer.alloc(4);
  private last = false;
  private control: Buffer[] | undefined;

  constructor(
    private readonly received: (message: Received) => void,
    private readonly closed: () => void,
  ) {}

  push(piece: Buffer): void {
    let bytes = this.pending.length > 0 ? Buffer.concat([this.pending, piece]) : piece;
    this.pending = Buffer.alloc(0);
    while (bytes.length > 0) {
      if (this.left === 0) {
        const header = this.header(bytes);
        if (header === 0) {
          this.pending = bytes;
          return;
        }
        bytes = bytes.subarray(header);
      }
      const body = bytes.subarray(0, this.left);
      bytes = bytes.subarray(body.length);
      this.left -= body.length;
      this.take(body);
      this.position += body.length;
      if (this.left === 0) this.frameEnded();
    }
  }

  /** Reads a frame's header and gives its length; 0 when it is not all here. */
  private header(bytes: Buffer): number {
    const short = (bytes[1] ?? 0) & 0x7f;
    const size = 6 + (short === 126 ? 2 : short === 127 ? 8 : 0);
    if (bytes.length < size) return 0;
    const opcode = (bytes[0] as number) & 0x0f;
    this.last = ((bytes[0] as number) & 0x80) !== 0;
    this.left = short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
    this.mask = Buffer.from(bytes.subarray(size - 4, size));
    this.position = 0;
    if (opcode >= 8) {
      if (opcode === 8) this.closed();
      this.control = [];
    } else if (opcode > 0) this.message = { text: opcode === 1, length: 0, head: Buffer.alloc(1024), headLength: 0, tail: Buffer.alloc(0) };
    if (this.left === 0) this.frameEnded();
    return size;
  }

  private take(body: Buffer): void {
    const { message } = this;
    if (this.control || !message) return;
    const wanted = Math.min(body.length, HEAD_BYTES - message.headLength);
    if (wanted > 0) {
      if (message.headLength + wanted > message.head.length) message.head = Buffer.concat([message.head], Math.min(HEAD_BYTES, (message.headLength + wanted) * 2));
      this.unmask(body, 0, wanted).copy(message.head, message.headLength);
      message.headLength += wanted;
    }
    const from = Math.max(0, body.length - TAIL_BYTES);
    if (message.length + body.length > HEAD_BYTES) message.tail = Buffer.concat([message.tail, this.unmask(body, from, body.length)]).subarray(-TAIL_BYTES);
    message.length += body.length;
  }

  private unmask(body: Buffer, from: number, to: number): Buffer {
    const plain = Buffer.allocUnsafe(to - from);
    for (let i = from; i < to; i++) plain[i - from] = (body[i] as number) ^ (this.mask[(this.position + i) & 3] as number);
    return plain;
  }

  private frameEnded(): void {
    if (this.control) {
      this.control = undefined;
      return;
    }
    const { message } = this;
    if (!message || !this.last) return;
    this.message = undefined;
    const head = message.head.subarray(0, message.headLength);
    this.received({ text: message.text, length: message.length, head, tail: message.length > HEAD_BYTES ? message.tail : head.subarray(-TAIL_BYTES) });
  }
}
