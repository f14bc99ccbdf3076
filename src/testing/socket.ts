// The one place that knows mock-socket. Its socket gives the shape of a WebSocket: constants, handlers, listeners. What differs from a browser's is mended here:
//   it opens, sends and closes by timers of 4 ms, which real time or a fake clock would have to bring; here the server says when
//   it ignores `binaryType`, has no `bufferedAmount`, and turns a view into the text "1,2,3"
//   it knows neither `{ once: true }` nor `handleEvent`, and a listener that throws keeps the event from the others
import { WebSocket as MockSocket } from "mock-socket";
import { isArrayBuffer, isBlob } from "../check.js";
import type { FrameIn } from "../wire/message.js";
import type { WebSocketLike } from "../transport/webSocket.js";
import { uncaught } from "./uncaught.js";

/** What a client does with its socket. */
export interface SocketEars {
  /** A frame of its own: nobody else writes to its bytes. */
  sent(frame: FrameIn): void;
  closing(code: number, reason: string): void;
}

/** The server's hold on a client's socket. Every event happens in the turn in which it is asked for. */
export interface SocketEnd {
  /** What the client holds. */
  readonly client: WebSocketLike;
  readonly url: string;
  ears: SocketEars | undefined;
  opened(): void;
  deliver(frame: string | Uint8Array<ArrayBuffer>): void;
  /** So many bytes of what was sent have left the client. */
  took(bytes: number): void;
  ended(code: number, reason: string): void;
}

/** mock-socket's WebSocket without its constructor, which does what it does by timers. */
const Untimed = function (this: object): void {
  Object.getPrototypeOf(MockSocket).call(this); // its EventTarget
} as unknown as { new (): MockSocket; prototype: unknown };
Untimed.prototype = MockSocket.prototype;

const [CONNECTING, OPEN, CLOSING, CLOSED] = [0, 1, 2, 3] as const;
type Listener = ((event: object) => void) | { handleEvent(event: object): void };

class ClientSocket extends Untimed implements SocketEnd {
  override readonly extensions = "";
  override readonly protocol = "";
  override binaryType: BinaryType = "blob";
  override readyState: number = CONNECTING;
  override bufferedAmount = 0;
  ears: SocketEars | undefined;
  #wasOpen = false;
  readonly #wrapped = new Map<Listener, (event: object) => void>();

  constructor(override readonly url: string) {
    super();
  }

  get client(): WebSocketLike {
    return this;
  }

  // ---- what a client does ----

  override send(data: unknown): void {
    if (this.readyState === CONNECTING) throw new DOMException("Failed to execute 'send' on 'WebSocket': Still in CONNECTING state.", "InvalidStateError");
    const frame = owned(data);
    this.bufferedAmount += sizeOf(frame);
    if (this.readyState === OPEN) this.ears?.sent(frame);
  }

  override close(code?: number, reason = ""): void {
    if (code !== undefined && code !== 1000 && !(code >= 3000 && code <= 4999)) {
      throw new DOMException(`Failed to execute 'close' on 'WebSocket': The code must be either 1000, or between 3000 and 4999. ${code} is neither.`, "InvalidAccessError");
    }
    if (new TextEncoder().encode(reason).length > 123) throw new DOMException("Failed to execute 'close' on 'WebSocket': The message must not be greater than 123 bytes.", "SyntaxError");
    if (this.readyState >= CLOSING) return;
    this.readyState = CLOSING;
    this.ears?.closing(this.#wasOpen ? (code ?? 1005) : 1006, reason);
  }

  override addEventListener(type: string, listener: Listener | null, options?: boolean | AddEventListenerOptions): void {
    if (!listener) return;
    const once = typeof options === "object" && options.once === true;
    if (typeof listener === "function" && !once) return super.addEventListener(type, listener);
    if (this.#wrapped.has(listener)) return;
    const call = (event: object): void => {
      if (once) this.removeEventListener(type, listener);
      if (typeof listener === "function") listener.call(this, event);
      else listener.handleEvent(event);
    };
    this.#wrapped.set(listener, call);
    super.addEventListener(type, call);
  }

  override removeEventListener(type: string, listener: Listener | null): void {
    if (!listener) return;
    super.removeEventListener(type, this.#wrapped.get(listener) ?? (listener as (event: object) => void));
    this.#wrapped.delete(listener);
  }

  override dispatchEvent(event: Event): boolean {
    for (const listener of [...((this.listeners as Record<string, ((event: object) => void)[]>)[event.type] ?? [])]) {
      try {
        listener.call(this, event);
      } catch (error) {
        uncaught(error);
      }
    }
    return true;
  }

  // ---- what the server does ----

  opened(): void {
    if (this.readyState !== CONNECTING) return;
    this.readyState = OPEN;
    this.#wasOpen = true;
    this.#emit("open", {});
  }

  deliver(frame: string | Uint8Array<ArrayBuffer>): void {
    if (this.readyState !== OPEN) return;
    const data = typeof frame === "string" ? frame : this.binaryType === "blob" ? new Blob([frame]) : frame.slice().buffer;
    this.#emit("message", { data, origin: new URL(this.url).origin });
  }

  took(bytes: number): void {
    this.bufferedAmount -= bytes;
  }

  ended(code: number, reason: string): void {
    if (this.readyState === CLOSED) return;
    const neverOpened = !this.#wasOpen;
    this.readyState = CLOSED;
    if (neverOpened) this.#emit("error", {}); // what a browser does, too, when a connection cannot be had
    this.#emit("close", { code, reason, wasClean: code !== 1006 });
  }

  #emit(type: string, more: object): void {
    this.dispatchEvent({ type, target: this, currentTarget: this, ...more } as unknown as Event);
  }
}

/** A socket on its way to a server. */
export const socketTo = (url: string): SocketEnd => new ClientSocket(url);

/** What `instanceof WebSocket` asks for, and the constants. */
export const socketPrototype: object = ClientSocket.prototype;

export const sizeOf = (frame: string | ArrayBuffer | Uint8Array): number => (typeof frame === "string" ? new TextEncoder().encode(frame).length : frame.byteLength);

/** What is sent may be changed or moved by its owner afterwards. */
function owned(data: unknown): FrameIn {
  if (typeof data === "object" && data !== null && isBlob(data)) throw new TypeError("a mock socket sends text, ArrayBuffers and views; read a Blob before");
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice().buffer as ArrayBuffer;
  if (isArrayBuffer(data)) return data.slice(0);
  return String(data);
}
