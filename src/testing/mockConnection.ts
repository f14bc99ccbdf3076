import { isArrayBuffer } from "../check.js";
import type { Clock } from "../clock.js";
import type { FrameIn, Protocol } from "../wire/message.js";
import type { Faults, OutgoingMessage } from "./faults.js";
import { Line, type Step } from "./line.js";
import type { ClientEnd, MockClient } from "./mockClient.js";
import { checkOptions, type MockLogEntry, STOP_CHECKS } from "./options.js";
import { type SocketEnd, sizeOf } from "./socket.js";
import { Fatal, type RawRequest, type ServerFrame, type Speech } from "./speech.js";
import type { Tasks } from "./tasks.js";

/** What a connection needs of its server. */
export interface ConnectionHost {
  readonly clock: Clock;
  readonly faults: Faults;
  readonly tasks: Tasks;
  /** Handles a request; the next one waits until it is done. */
  handle(request: RawRequest, connection: MockConnection): void | Promise<void>;
  ended(connection: MockConnection): void;
  log(entry: MockLogEntry): void;
}

/** The server's end of one connection. What comes in is worked off strictly one after the other. */
export class MockConnection implements MockClient {
  /** Vue leaves an object of such a tag as it is, see `Session`. */
  get [Symbol.toStringTag](): string {
    return "MockClient";
  }

  readonly id: string = `c${Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  readonly closed: Promise<ClientEnd>;
  readonly #line: Line;
  readonly #inbox: (FrameIn | ClientEnd)[] = [];
  /** What a stalled server has not taken yet. */
  #stalled: (FrameIn | ClientEnd)[] = [];
  #busy = false;
  #over = false;
  #settleClosed: (how: ClientEnd) => void = () => {};

  readonly #host: ConnectionHost;
  readonly #socket: SocketEnd;
  readonly speech: Speech;

  constructor(host: ConnectionHost, socket: SocketEnd, speech: Speech) {
    this.#host = host;
    this.#socket = socket;
    this.speech = speech;
    this.closed = new Promise((resolve) => {
      this.#settleClosed = resolve;
    });
    this.#line = new Line(host.faults, host.clock, (step) => this.#step(step));
    socket.ears = {
      sent: (frame) => host.tasks.post(() => this.#arrive(frame)),
      closing: (code, reason) => host.tasks.post(() => this.#arrive({ code, reason })),
    };
  }

  get protocol(): Protocol {
    return this.speech.protocol;
  }

  get url(): string {
    return this.#socket.url;
  }

  get authenticated(): boolean {
    return this.speech.authenticated;
  }

  send(frames: readonly ServerFrame[], message: Omit<OutgoingMessage, "client">): void {
    if (!this.#over) this.#line.send(frames, { client: this, ...message });
  }

  close(code = 1000, reason = ""): void {
    checkOptions("MockClient.close", { code, reason }, STOP_CHECKS);
    if (!this.#over) this.#line.end({ code, reason });
  }

  drop(): void {
    this.end({ code: 1006, reason: "" });
  }

  /** At once: what is still to be sent is not. `seen` is what the client is told. */
  end(how: ClientEnd, seen: ClientEnd = how): void {
    if (this.#over) return;
    this.#over = true;
    this.#line.stop();
    this.#host.tasks.post(() => this.#socket.ended(seen.code, seen.reason));
    this.#settleClosed(how);
    this.#host.ended(this);
  }

  /** A fault was taken back. */
  resume(): void {
    for (const item of this.#stalled.splice(0)) this.#arrive(item);
    this.#line.resume();
  }

  #arrive(item: FrameIn | ClientEnd): void {
    if (this.#over) return;
    const { faults } = this.#host;
    if (faults.stalled("in")) {
      this.#stalled.push(item);
      return;
    }
    if (isFrame(item)) {
      this.#socket.took(sizeOf(item));
      if (faults.hits("silent")) return;
    }
    this.#inbox.push(item);
    this.#work();
  }

  #work(): void {
    while (!this.#busy && !this.#over && this.#inbox.length > 0) {
      const running = this.#take(this.#inbox.shift() as FrameIn | ClientEnd);
      if (!running) continue;
      this.#busy = true;
      void running.finally(() => {
        this.#busy = false;
        this.#work();
      });
    }
  }

  #take(item: FrameIn | ClientEnd): void | Promise<void> {
    if (!isFrame(item)) return this.end(item, { code: 1000, reason: "" }); // whatever a client says, the servers answer with this
    const { maxFrameBytes } = this.speech;
    if (sizeOf(item) > maxFrameBytes) return this.end({ code: 1009, reason: "" });
    try {
      const request = this.speech.hear(item);
      return request && this.#host.handle(request, this);
    } catch (error) {
      if (!(error instanceof Fatal)) throw error;
      this.#host.log({ level: "info", message: `Error handling request: ${error.message}`, error });
      return this.drop();
    }
  }

  #step(step: Step): void {
    if (typeof step === "object" && "code" in step) this.end(step);
    else this.#host.tasks.post(() => this.#socket.deliver(step));
  }
}

const isFrame = (item: FrameIn | ClientEnd): item is FrameIn => typeof item === "string" || isArrayBuffer(item);
