import { once } from "node:events";
import { encode } from "@msgpack/msgpack";
import { WebSocket } from "ws";
import type { Generation } from "../servers/real.js";

/** A frame as it came: text, or bytes. */
export type Frame = string | Buffer;

/** A client without any code of ours: it sends requests as literally as can be and keeps all frames that come, as they come. */
export class RawClient {
  readonly frames: Frame[] = [];
  private count = 0;
  /** The contents of unfinished v2 messages by chunk id. */
  private readonly partial = new Map<number, Buffer>();
  private readonly waiting = new Map<string, () => void>();
  private readonly closed: Promise<false>;

  private constructor(
    private readonly generation: Generation,
    private readonly socket: WebSocket,
  ) {
    this.closed = once(socket, "close").then(() => false);
    socket.on("message", (data: Buffer, isBinary: boolean) => {
      this.frames.push(isBinary ? data : data.toString("utf8"));
      const complete = generation === 1 ? (isBinary ? undefined : data) : this.join(data);
      if (!complete) return;
      for (const [id, resolve] of this.waiting) if (complete.includes(id)) resolve();
    });
  }

  static async open(url: string, generation: Generation): Promise<RawClient> {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    await once(socket, "open");
    return new RawClient(generation, socket);
  }

  /** Sends a request and resolves when all of its reply, and what came before it, is in `frames`. Publications: `until` their id. */
  async request(method: string, args: readonly unknown[] = [], { id = `rpc:${++this.count}:`, until = id }: { id?: string; until?: string } = {}): Promise<void> {
    const replied = new Promise<void>((resolve) => this.waiting.set(until, resolve));
    const request = { wslink: "1.0", id, method, args, kwargs: {} };
    this.socket.send(this.generation === 1 ? JSON.stringify(request) : oneChunk(this.count, encode(request)));
    const open = await Promise.race([replied.then(() => true), this.closed]);
    if (!open) throw new Error(`the server closed during ${method}`);
    this.waiting.delete(until);
  }

  close(): void {
    this.socket.close();
  }

  private join(chunk: Buffer): Buffer | undefined {
    const id = chunk.readUInt32LE(0);
    const content = Buffer.concat([this.partial.get(id) ?? Buffer.alloc(0), chunk.subarray(12)]);
    this.partial.set(id, content);
    if (content.length < chunk.readUInt32LE(8)) return undefined;
    this.partial.delete(id);
    return content;
  }
}

function oneChunk(id: number, content: Uint8Array): Buffer {
  const header = Buffer.alloc(12);
  header.writeUInt32LE(id, 0);
  header.writeUInt32LE(content.length, 8);
  return Buffer.concat([header, content]);
}
