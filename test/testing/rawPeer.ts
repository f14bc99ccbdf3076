import { encode } from "@msgpack/msgpack";
import { WebSocket } from "ws";
import type { Protocol, WebSocketLike } from "../../src/index.js";

export type RawFrame = string | Uint8Array;

/** A real socket, compressed as a browser's are. */
export const nodeSocket = (url: string): WebSocketLike => new WebSocket(url, { perMessageDeflate: true }) as unknown as WebSocketLike;

/** A client without any code of ours: it sends frames literally, and tells what comes back in a form that can be compared. */
export class RawPeer {
  /** Texts as they are, binaries in hexadecimal, at last how it ended. What is random stands as blanks: the client's id, and a chunk's. */
  readonly heard: string[] = [];
  private readonly opened: Promise<unknown>;
  private wake: () => void = () => {};

  constructor(
    private readonly socket: WebSocketLike,
    private readonly protocol: Protocol,
  ) {
    socket.binaryType = "arraybuffer";
    this.opened = new Promise((resolve) => {
      socket.onopen = resolve;
    });
    socket.onmessage = ({ data }) => this.hear(data);
    socket.onclose = ({ code, reason }) => this.note(`closed ${code} ${JSON.stringify(reason)}`);
    socket.onerror = () => {};
  }

  static real = (url: string, protocol: Protocol): RawPeer => new RawPeer(nodeSocket(url), protocol);

  /** Sends frames and then a probe, and waits until that is answered or the connection is gone. */
  async exchange(frames: readonly RawFrame[]): Promise<void> {
    await this.opened;
    for (const frame of frames) this.send(frame);
    this.send(message(this.protocol, { wslink: "1.0", id: "system:c0:end", method: "wslink.ping", args: [] }));
    await this.told("system:c0:end");
  }

  /** Waits until so many frames came that hold this text, or the connection is gone. */
  async told(text: string, times = 1): Promise<void> {
    const wanted = this.protocol === "v1" ? text : hex(new TextEncoder().encode(text));
    while (this.heard.filter((line) => line.includes(wanted)).length < times && !this.heard.at(-1)?.startsWith("closed")) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }

  send(frame: RawFrame): void {
    if (this.socket.readyState === 1) this.socket.send(typeof frame === "string" ? frame : Uint8Array.from(frame));
  }

  close(code?: number, reason?: string): void {
    this.socket.close(code, reason);
  }

  private hear(data: string | ArrayBuffer): void {
    if (typeof data === "string") this.note(neutralText(data));
    else this.note(this.protocol === "v1" ? hex(new Uint8Array(data)) : neutralChunk(new Uint8Array(data)));
  }

  private note(line: string): void {
    this.heard.push(line);
    this.wake();
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** The trace of an exception is each server's own, and so is what its writer says of what cannot be sent. */
const neutralText = (text: string): string =>
  text
    .replace(/c[0-9a-f]{32}/g, "c")
    .replace(/"trace": "(?:[^"\\]|\\.)*"/, '"trace": …')
    .replace(/"exception": "(?:UnicodeEncodeError|RecursionError|ValueError\('Circular|RangeError)(?:[^"\\]|\\.)*"/, '"exception": …');

function neutralChunk(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString("latin1");
  const traced = text.indexOf("\xa5trace");
  const end = traced < 0 ? bytes.length : traced;
  const sizes = traced < 0 ? hex(bytes.subarray(4, 12)) : "…";
  return sizes + hex(Buffer.from(text.slice(12, end).replace(/c[0-9a-f]{32}/g, "c"), "latin1"));
}

let chunkId = 0;

/** A message as a client of this protocol sends it, in one frame. */
export function message(protocol: Protocol, content: unknown): RawFrame {
  return protocol === "v1" ? JSON.stringify(content) : chunk(encode(content, { maxDepth: 1000 }), { id: ++chunkId });
}

/** A call in a frame of so many bytes. */
export function sized(protocol: Protocol, size: number): RawFrame {
  const filled = (fill: number) => message(protocol, { id: "rpc:0:", method: "test.note", args: ["x".repeat(fill)] });
  return filled(size - filled(100_000).length + 100_000);
}

export function chunk(content: Uint8Array, { id = ++chunkId, offset = 0, total = content.length } = {}): Uint8Array {
  const header = Buffer.alloc(12);
  header.writeUInt32LE(id, 0);
  header.writeUInt32LE(offset, 4);
  header.writeUInt32LE(total, 8);
  return Buffer.concat([header, content]);
}
