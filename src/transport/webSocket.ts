import { isArrayBuffer, tagOf } from "../check.js";
import { unhandled } from "../unhandled.js";
import type { FrameIn } from "../wire/message.js";

/** What a session needs of a socket; the platform's `WebSocket` fits. */
export interface WebSocketLike {
  readonly readyState: number;
  binaryType?: string;
  readonly bufferedAmount?: number;
  /**
   * The chunks of an upload are made in the same memory, one after the other: the platform's own `WebSocket` has copied one when `send` returns.
   * Any other socket, one of a class that extends `WebSocket` too, gets chunks of its own to keep.
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

/** Frames ⇄ a WebSocket: always ArrayBuffers, one end, and silence after it. */
export class Transport {
  #silent = false;
  #opened = false;
  /** The socket's `send` where it is the platform's own, which has copied a frame when it returns. */
  readonly #copying: unknown;

  readonly #socket: WebSocketLike;
  readonly #events: TransportEvents;

  constructor(socket: WebSocketLike, events: TransportEvents) {
    this.#socket = socket;
    this.#events = events;
    this.#copying = platformSend(socket);

    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.#opened = true;
      if (!this.#silent) events.opened();
    };
    socket.onmessage = ({ data }: { data: unknown }) => this.#silent || this.#message(data);
    socket.onerror = () => {
      if (!this.#opened) this.#end({ code: 1006 });
      // a close event follows, with more to tell; where it does not by itself, close() brings it. Node's own socket fires another error from within close()
      else if (socket.readyState === OPEN) socket.close();
    };
    socket.onclose = ({ code, reason, wasClean }: SocketEnd = {}) => this.#end({ code, reason, wasClean });
  }

  /** Bytes that wait in the socket; 0 where the socket does not tell. */
  get bufferedAmount(): number {
    return this.#socket.bufferedAmount ?? 0;
  }

  /** Does it take no frame any more? Its end may not have been told: a page that was frozen misses events. */
  get closing(): boolean {
    return this.#socket.readyState > OPEN;
  }

  /** Sends a frame; `false` when the socket would have thrown it away. */
  send(frame: string | Uint8Array<ArrayBuffer>): boolean {
    if (this.#socket.readyState !== OPEN) return false;
    // the frame's memory is used again, and `ws` in Node reads a frame later where it compresses
    this.#socket.send(typeof frame === "string" || this.#socket.send === this.#copying ? frame : frame.slice());
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
    if (typeof data === "string" || isArrayBuffer(data)) this.#events.frame(data);
    else if (ArrayBuffer.isView(data)) this.#events.frame(data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) as ArrayBuffer);
    else {
      this.#end({ cause: new TypeError(`the socket delivered a ${tagOf(data)}: it must honour binaryType`) });
    }
  }

  #end(end: SocketEnd): void {
    if (this.#silent) return;
    this.close();
    this.#events.ended(end);
  }
}

/** A method that the platform brings along. Bound functions and Proxies have no name in their text. */
const NATIVE_SEND = /^function send\(\)\s*\{\s*\[native code\]\s*\}$/;

/** The `send` of a socket of the platform's own class: neither a polyfill's, nor that of a class of the app's, nor a wrapped one. */
function platformSend(socket: WebSocketLike): unknown {
  const { prototype } = globalThis.WebSocket ?? {};
  return Object.getPrototypeOf(socket) === prototype && NATIVE_SEND.test(Function.prototype.toString.call(socket.send)) ? socket.send : undefined;
}
