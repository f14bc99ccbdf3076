import { tagOf } from "../check.js";
import { unhandled } from "../unhandled.js";
import type { FrameIn } from "../wire/message.js";

/** What a session needs of a socket; the platform's `WebSocket` fits. */
export interface WebSocketLike {
  readonly readyState: number;
  binaryType?: string;
  readonly bufferedAmount?: number;
  /**
   * The chunks of an upload come in the same memory, one after the other: a `WebSocket`, and what extends it, must have taken its copy when `send` returns, as
   * the browser's has. Any other socket gets a copy to keep.
   */
  send(data: string | ArrayBuffer | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
  // biome-ignore lint/suspicious/noExplicitAny: sockets have event types of their own
  onopen: ((event: any) => void) | null;
  /** `data` is a string, an ArrayBuffer or a view; a Blob cannot be read in time and ends the connection. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  onmessage: ((event: any) => void) | null;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  onclose: ((event: any) => void) | null;
  /** To be followed by `onclose`. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  onerror: ((event: any) => void) | null;
}

/** How a socket ended. */
export interface SocketEnd {
  readonly code?: number | undefined;
  readonly reason?: string | undefined;
  readonly wasClean?: boolean | undefined;
  /** What we found wrong with it ourselves. */
  readonly cause?: unknown;
}

export interface TransportEvents {
  opened(): void;
  frame(frame: FrameIn): void;
  /** Comes once, as the last event; not after our own `close()`. */
  ended(end: SocketEnd): void;
}

const OPEN = 1;
const CLOSED = 3;

/** Frames ⇄ a WebSocket: always ArrayBuffers, one end, and silence after it. */
export class Transport {
  #silent = false;

  readonly #socket: WebSocketLike;
  readonly #events: TransportEvents;

  constructor(socket: WebSocketLike, events: TransportEvents) {
    this.#socket = socket;
    this.#events = events;

    socket.binaryType = "arraybuffer";
    socket.onopen = () => !this.#silent && events.opened();
    socket.onmessage = ({ data }: { data: unknown }) => this.#message(data);
    // A close event follows an error, with more to tell; where it does not by itself, close() brings it.
    socket.onerror = () => this.#silent || socket.close();
    socket.onclose = ({ code, reason, wasClean }: SocketEnd = {}) => this.#end({ code, reason, wasClean });
  }

  /** Bytes that wait in the socket; 0 where the socket does not tell. */
  get bufferedAmount(): number {
    return this.#socket.bufferedAmount ?? 0;
  }

  /** Is the socket closed, though its event may not have come: a page that was frozen misses events. */
  get closed(): boolean {
    return this.#socket.readyState === CLOSED;
  }

  /** Sends a frame; `false` when the socket would have thrown it away. */
  send(frame: string | Uint8Array<ArrayBuffer>): boolean {
    if (this.#socket.readyState !== OPEN) return false;
    // the frame is used again: a browser's socket has taken its copy when send() returns, `ws` in Node may read it later to compress it
    this.#socket.send(typeof frame === "string" || isNative(this.#socket) ? frame : frame.slice());
    return true;
  }

  /** Nothing is heard of the socket afterwards, and nobody waits for the peer. */
  close(): void {
    const socket = this.#socket;
    this.#silent = true;
    socket.onopen = socket.onmessage = socket.onclose = null; // onerror stays: a socket in Node without a listener would throw
    try {
      socket.close(1000);
    } catch (error) {
      unhandled(error); // what waits for the end must not wait for ever
    }
  }

  #message(data: unknown): void {
    if (this.#silent) return;
    if (typeof data === "string" || data instanceof ArrayBuffer) this.#events.frame(data);
    else if (ArrayBuffer.isView(data)) this.#events.frame(exact(data));
    else if (tagOf(data) === "ArrayBuffer") this.#events.frame(data as ArrayBuffer);
    else {
      this.#end({ cause: new TypeError(`the socket delivered a ${tagOf(data)}; it must honour binaryType "arraybuffer"`) });
    }
  }

  #end(end: SocketEnd): void {
    if (this.#silent) return;
    this.close();
    this.#events.ended(end);
  }
}

const isNative = (socket: WebSocketLike): boolean => typeof WebSocket === "function" && socket instanceof WebSocket;

/** The bytes of a view in an ArrayBuffer of exactly that size. */
function exact({ buffer, byteOffset, byteLength }: ArrayBufferView): ArrayBuffer {
  return (byteLength === buffer.byteLength ? buffer : buffer.slice(byteOffset, byteOffset + byteLength)) as ArrayBuffer;
}
