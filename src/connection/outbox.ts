import { ProtocolError } from "../errors.js";
import type { Transport } from "../transport/webSocket.js";
import type { Codec, FrameOut, Outgoing, Request } from "../wire/message.js";
import type { Pending } from "./pending.js";

/** While the socket holds more bytes than this, two frames as wslink cuts them, nothing is added: enough for any line, and little enough that calls do not wait behind it. */
const HIGH_WATER_BYTES = 8 * 1024 * 1024;
/** The socket does not tell when it has room again. */
const POLL_MS = 1;

/** In which order requests go out: hello and probes first, then calls in the order they were made, then `background` ones. */
export const URGENT = 0;
const ORDERED = 1;
const BACKGROUND = 2;
type Lane = typeof URGENT | typeof ORDERED | typeof BACKGROUND;

/** A request of which some frames may be on their way. */
interface Parcel {
  readonly request: Pending;
  readonly lane: Lane;
  /** Sent wholly, failed or taken back. */
  gone: boolean;
  outgoing: Outgoing | undefined;
  /** Its Blobs are being read: nothing of the same lane, or of a later one, goes out meanwhile. */
  reading: boolean;
  /** The next frames, read from their Blobs. */
  read: readonly Sendable[] | undefined;
  loadedBytes: number;
}

export interface OutboxEvents {
  /** A frame has gone out; `request` with the first one of a request. */
  frame(data: string | Uint8Array<ArrayBuffer>, request: Pending | undefined): void;
  /** The request cannot be sent. */
  failed(request: Pending, error: unknown): void;
  /** Half of a pair went out, and the socket refuses any other half: nothing sent after it would arrive as it is. */
  broken(cause: unknown): void;
  /** The socket is full, and the timers of a hidden page are late: the server is to be asked for a frame, upon which `wake` is called. */
  late(): void;
}

/** Sends requests in their order, as fast as the socket takes them and no faster. Nothing is made before it is sent. */
export class Outbox {
  readonly #lanes: readonly [Parcel[], Parcel[], Parcel[]] = [[], [], []];
  #stopped = false;
  /** A progress callback may make calls: they wait until the frame at hand is done. */
  #pumping = false;
  #poll: ReturnType<typeof setTimeout> | undefined;

  readonly #transport: Transport;
  readonly #codec: Codec;
  readonly #events: OutboxEvents;

  constructor(transport: Transport, codec: Codec, events: OutboxEvents) {
    this.#transport = transport;
    this.#codec = codec;
    this.#events = events;
  }

  /** Requests of which not all has gone out. */
  get length(): number {
    return this.#lanes.reduce((sum, { length }) => sum + length, 0);
  }

  push(request: Pending, lane: Lane = request.background ? BACKGROUND : ORDERED): void {
    this.#lanes[lane].push({ request, lane, gone: false, outgoing: undefined, reading: false, read: undefined, loadedBytes: 0 });
    this.#pump();
  }

  /** Takes a request back; what has gone out of it has gone. */
  drop(request: Pending): void {
    for (const parcel of this.#lanes.flat()) if (parcel.request === request) this.#remove(parcel);
    this.#pump(); // what waited for its Blobs goes on
  }

  /** The socket may have room again. */
  wake(): void {
    if (this.#poll === undefined) return;
    clearTimeout(this.#poll);
    this.#poll = undefined;
    this.#pump();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#poll);
    for (const parcel of this.#lanes.flat()) this.#remove(parcel);
  }

  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    for (let parcel = this.#next(); parcel && !this.#full(parcel.lane); parcel = this.#next()) this.#step(parcel);
    this.#pumping = false;
    if (this.#poll !== undefined && globalThis.document?.visibilityState === "hidden") this.#events.late();
  }

  #next(): Parcel | undefined {
    if (this.#stopped) return undefined;
    for (const [first] of this.#lanes) {
      if (first) return first.reading ? undefined : first;
    }
    return undefined;
  }

  /** Has the socket enough for now? Then it is asked again later. Background frames go one by one. */
  #full(lane: Lane): boolean {
    const waiting = this.#transport.bufferedAmount;
    if (waiting === 0 || lane === URGENT || (lane === ORDERED && waiting <= HIGH_WATER_BYTES)) return false;
    // not put off when another call comes: a stream of small calls would keep a background one waiting for ever
    // by the platform's timer: a session's own clock may be held by a test
    this.#poll ??= setTimeout(() => this.wake(), POLL_MS);
    return true;
  }

  /** Sends the next frame of a parcel, or those that belong together. Safe where a callback takes the request back. */
  #step(parcel: Parcel): void {
    const { request } = parcel;
    try {
      parcel.outgoing ??= this.#codec.encode(request as Request);
      const { frames, totalBytes } = parcel.outgoing;
      const next = parcel.read ?? frames.next().value;
      parcel.read = undefined;
      if (next === undefined) throw new ProtocolError(`the frames of ${request.method} ended early`);
      const group = (Array.isArray(next) ? next : [next]) as FrameOut[];
      if (group.some((frame) => typeof frame === "function")) return this.#read(parcel, group);
      for (const frame of group as Sendable[]) this.#send(parcel, frame, frame !== group[0]);
      if (parcel.loadedBytes >= totalBytes) {
        request.args = undefined;
        this.#remove(parcel);
      }
      if (request.reportsProgress) request.progress({ direction: "up", loadedBytes: Math.min(parcel.loadedBytes, totalBytes), totalBytes });
    } catch (error) {
      this.#fail(parcel, error);
    }
  }

  /** Blobs are read just before they are sent. A request that is gone by then keeps nothing waiting. */
  #read(parcel: Parcel, frames: readonly FrameOut[]): void {
    parcel.reading = true;
    void Promise.all(frames.map(async (frame) => (typeof frame === "function" ? frame() : frame)))
      .then(
        (sendable) => {
          parcel.read = sendable;
        },
        (cause: unknown) => this.#fail(parcel, new TypeError(`a Blob in the arguments of ${parcel.request.method} could not be read`, { cause })),
      )
      .then(() => {
        parcel.reading = false;
        this.#pump();
      });
  }

  #send(parcel: Parcel, frame: Sendable, inGroup: boolean): void {
    const { request } = parcel;
    const isFirst = parcel.loadedBytes === 0;
    parcel.loadedBytes += frame.length;
    request.largestFrame = Math.max(request.largestFrame, frame.length);
    try {
      if (!this.#transport.send(frame)) return;
    } catch (error) {
      // a 1.x server would store the next upload under the key of a header that has no binary
      if (inGroup && typeof frame !== "string") this.#fill();
      throw error;
    }
    request.sent = true;
    this.#events.frame(frame, isFirst ? request : undefined);
  }

  /** An empty binary in the place of one that the socket refused. */
  #fill(): void {
    try {
      this.#transport.send(new Uint8Array());
    } catch (error) {
      this.#events.broken(error);
    }
  }

  #fail(parcel: Parcel, error: unknown): void {
    if (parcel.gone) return;
    this.#remove(parcel);
    this.#events.failed(parcel.request, error);
  }

  #remove(parcel: Parcel): void {
    if (parcel.gone) return;
    parcel.gone = true;
    parcel.outgoing?.frames.return?.();
    const lane = this.#lanes[parcel.lane];
    if (lane[0] === parcel) lane.shift();
    else lane.splice(lane.indexOf(parcel), 1);
  }
}

type Sendable = string | Uint8Array<ArrayBuffer>;
