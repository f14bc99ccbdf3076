import type { Clock } from "../clock.js";
import type { Codec, CodecHost, FrameIn } from "../wire/message.js";
import { Binary } from "../wire/snapshot.js";
import { mask } from "./mask.js";
import type { Pending } from "./pending.js";
import type { Traffic } from "./traffic.js";

/** Counts the frames of a connection, and tells them to `wire$` while somebody listens. */
export class Tap {
  /** Decodes for the listener alone, so that listening changes nothing. */
  #decoder: Codec | undefined;
  #completed: unknown;

  readonly #connection: number;
  readonly #codec: (host: CodecHost) => Codec;
  readonly #clock: Clock;
  readonly #traffic: Traffic;

  constructor(connection: number, codec: (host: CodecHost) => Codec, clock: Clock, traffic: Traffic) {
    this.#connection = connection;
    this.#codec = codec;
    this.#clock = clock;
    this.#traffic = traffic;
  }

  in(frame: FrameIn, now: number): void {
    const traffic = this.#traffic;
    traffic.received.bytes += sizeOf(frame);
    if (!traffic.wire.observed) {
      // what came before somebody listens, or between, is not known to the decoder: it begins anew
      this.#decoder = undefined;
      return;
    }
    const data = mask(frame, traffic.secrets);
    this.#completed = undefined;
    this.#decoder ??= this.#codec({
      wanted: () => "take",
      deliver: (message) => {
        if (message.type === "result") this.#completed = { id: message.id, result: message.value };
        else if (message.type === "error") this.#completed = { id: message.id, error: message.error };
      },
    });
    this.#decoder.push(data, now);
    this.#tell("in", data, this.#completed);
  }

  out(frame: string | Uint8Array<ArrayBuffer>, request: Pending | undefined): void {
    const traffic = this.#traffic;
    traffic.sent.bytes += sizeOf(frame);
    if (request) traffic.sent.messages++;
    if (!traffic.wire.observed) return;
    const message = this.#shown(request && { id: request.id, method: request.method, args: request.args?.args, kwargs: request.args?.kwargs });
    this.#tell("out", mask(typeof frame === "string" ? frame : frame.slice().buffer, traffic.secrets), message);
  }

  /** A request without secrets, and with the sizes of binaries in their places. */
  #shown(value: unknown): unknown {
    if (typeof value === "string") return mask(value, this.#traffic.secrets);
    if (typeof value !== "object" || value === null) return value;
    if (value instanceof Binary) return value.size;
    if (Array.isArray(value)) return value.map((item) => this.#shown(item));
    return Object.fromEntries(this.#shown(Object.entries(value)) as [string, unknown][]);
  }

  #tell(direction: "in" | "out", data: FrameIn, message: unknown): void {
    const event = { direction, at: this.#clock.now(), connection: this.#connection, data };
    this.#traffic.wire.next(message === undefined ? event : { ...event, message });
  }
}

const sizeOf = (frame: string | ArrayBuffer | Uint8Array): number => (typeof frame === "string" ? frame.length : frame.byteLength);
