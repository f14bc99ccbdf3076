import { decode, encode } from "@msgpack/msgpack";
import type { Protocol, WebSocketLike } from "wslink-rx";
import { settled } from "./fakeClock.js";

export interface FakeRequest {
  readonly socket: FakeSocket;
  readonly id: string;
  readonly method: string;
  readonly args: unknown[];
  readonly kwargs: Record<string, unknown>;
}

/** What a fake server does with a socket that opens, and with a request. Without a reply it stays silent. */
export interface FakeServer {
  /** Default: the socket opens in the next turn. */
  connect(socket: FakeSocket): void;
  request(request: FakeRequest): void;
}

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

/** One end of a connection, without a network. A test plays the other. */
export class FakeSocket implements WebSocketLike {
  readyState = CONNECTING;
  binaryType = "";
  private buffered = 0;
  /** Told when the session asks how full the socket is. */
  private asked: (() => void)[] = [];
  onopen: ((event: unknown) => void) | null = null;
  onmessage: ((event: unknown) => void) | null = null;
  onclose: ((event: unknown) => void) | null = null;
  onerror: ((event: unknown) => void) | null = null;
  readonly frames: (string | Uint8Array)[] = [];
  readonly requests: FakeRequest[] = [];
  /** How the client closed it. */
  closedWith: number | undefined;
  private readonly partials = new Map<number, Uint8Array>();
  private readonly filled = new Map<number, number>();

  constructor(
    readonly url: string,
    readonly number: number,
    private readonly network: FakeNetwork,
  ) {}

  get protocol(): Protocol {
    return this.frames[0] instanceof Uint8Array ? "v2" : "v1";
  }

  // ---- the client's side ----

  send(data: string | ArrayBuffer | Uint8Array<ArrayBuffer>): void {
    if (this.readyState !== OPEN) throw new DOMException("not open", "InvalidStateError");
    this.frames.push(data instanceof ArrayBuffer ? new Uint8Array(data) : data);
    if (typeof data === "string") this.text(JSON.parse(data) as Record<string, unknown>);
    else if (this.protocol === "v2") this.chunk(data instanceof ArrayBuffer ? new Uint8Array(data) : data);
  }

  close(code?: number): void {
    this.closedWith ??= code ?? 1005;
    if (this.readyState < CLOSING) this.readyState = CLOSING;
  }

  get bufferedAmount(): number {
    for (const tell of this.asked.splice(0)) tell();
    return this.buffered;
  }

  set bufferedAmount(bytes: number) {
    this.buffered = bytes;
  }

  /** Resolves when the session has looked at a full socket again, and has sent what it has room for. The session's clock has no part in that. */
  async paced(): Promise<void> {
    await new Promise<void>((tell) => this.asked.push(tell));
    await settled();
  }

  // ---- the server's side ----

  open(): void {
    if (this.readyState !== CONNECTING) return;
    this.readyState = OPEN;
    this.onopen?.({});
  }

  /** The connection is gone: a close event, as a browser tells it. */
  cut(code = 1006, reason = ""): void {
    if (this.readyState === CLOSED) return;
    this.readyState = CLOSED;
    if (code === 1006) this.onerror?.({});
    this.onclose?.({ code, reason, wasClean: code !== 1006 });
  }

  receive(data: string | ArrayBuffer): void {
    this.network.framesIn++;
    this.onmessage?.({ data });
  }

  /** A message in this connection's protocol, in one frame. */
  message(message: unknown): void {
    this.receive(this.protocol === "v2" ? (chunks(encode(message))[0] as ArrayBuffer) : JSON.stringify(message));
  }

  reply(id: string, result: unknown): void {
    this.message({ wslink: "1.0", id, result });
  }

  refuse(id: string, code: number, message = "no"): void {
    this.message({ wslink: "1.0", id, error: { code, message } });
  }

  publish(topic: string, result: unknown): void {
    this.message({ wslink: "1.0", id: `publish:${topic}:0`, result });
  }

  /** Requests of the application, without hello and probes. */
  get calls(): FakeRequest[] {
    return this.requests.filter(({ id }) => id.startsWith("rpc:"));
  }

  get probes(): FakeRequest[] {
    return this.requests.filter(({ method }) => method === "wslink.ping");
  }

  private text(message: Record<string, unknown>): void {
    if (message["method"] !== "wslink.binary.attachment") this.request(message);
  }

  private chunk(frame: Uint8Array): void {
    const view = new DataView(frame.buffer, frame.byteOffset);
    const [id, offset, total] = [view.getUint32(0, true), view.getUint32(4, true), view.getUint32(8, true)];
    const whole = this.partials.get(id) ?? new Uint8Array(total);
    this.partials.set(id, whole);
    whole.set(frame.subarray(12), offset);
    const filled = (this.filled.get(id) ?? 0) + frame.length - 12;
    this.filled.set(id, filled);
    if (filled < total) return;
    this.partials.delete(id);
    this.filled.delete(id);
    this.request(decode(whole) as Record<string, unknown>);
  }

  private request(message: Record<string, unknown>): void {
    const request = { socket: this, ...message } as unknown as FakeRequest;
    this.requests.push(request);
    queueMicrotask(() => this.readyState === OPEN && this.network.server.request(request));
  }
}

/** Frames of a v2 message. */
export function chunks(content: Uint8Array, maxContent: number = content.length, id = 1): ArrayBuffer[] {
  const frames: ArrayBuffer[] = [];
  for (let offset = 0; offset < content.length; offset += maxContent) {
    const piece = content.subarray(offset, offset + maxContent);
    const frame = new Uint8Array(12 + piece.length);
    const view = new DataView(frame.buffer);
    view.setUint32(0, id, true);
    view.setUint32(4, offset, true);
    view.setUint32(8, content.length, true);
    frame.set(piece, 12);
    frames.push(frame.buffer);
  }
  return frames;
}

/** Where a session's sockets lead to: a server of either generation that says hello, and leaves calls to the test. */
export class FakeNetwork {
  readonly sockets: FakeSocket[] = [];
  framesIn = 0;
  /** What hellos are answered with. */
  hello: Record<string, unknown>;
  secret: string | undefined;
  server: FakeServer;

  constructor(readonly protocol: Protocol = "v2") {
    this.hello = protocol === "v2" ? { clientID: "c0123", maxMsgSize: 4_194_304 } : { clientID: "c0123" };
    this.server = { connect: (socket) => socket.open(), request: (request) => this.system(request) };
  }

  readonly webSocket = (url: string): FakeSocket => {
    const socket = new FakeSocket(url, this.sockets.length + 1, this);
    this.sockets.push(socket);
    queueMicrotask(() => this.server.connect(socket));
    return socket;
  };

  get last(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error("no socket was made");
    return socket;
  }

  /** Answers what every real server answers by itself; a server of the other generation answers nothing, or closes. */
  system({ socket, id, method, args }: FakeRequest): void {
    if (socket.protocol !== this.protocol) {
      if (this.protocol === "v1") socket.cut();
    } else if (method === "wslink.ping") socket.refuse(id, -32601, "Unknown system method called");
    else if (method === "wslink.hello") {
      const { secret } = args[0] as { secret: string };
      if (this.secret !== undefined && secret !== this.secret) socket.refuse(id, -32000, "Authentication failed");
      else socket.reply(id, this.hello);
    }
  }

  /** From now on no socket opens: each is closed as a browser does it when nobody listens. */
  refuse(): void {
    this.server = { ...this.server, connect: (socket) => socket.cut() };
  }

  /** From now on every socket opens and nothing is ever answered. */
  stall(): void {
    this.server = { connect: (socket) => socket.open(), request: () => {} };
  }

  restore(): void {
    this.server = { connect: (socket) => socket.open(), request: (request) => this.system(request) };
  }
}
