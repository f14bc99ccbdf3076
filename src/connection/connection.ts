import { ConnectionError, ProtocolError, RpcError, type WslinkError } from "../errors.js";
import type { Settings } from "../options.js";
import { type SocketEnd, Transport } from "../transport/webSocket.js";
import { isPublication, topicOf } from "../wire/envelope.js";
import type { Codec, CodecHost, FrameIn, Interest, Message, Protocol } from "../wire/message.js";
import { Liveness } from "./liveness.js";
import { rejectLost } from "./loss.js";
import { Outbox, URGENT } from "./outbox.js";
import type { Holder, Pending } from "./pending.js";
import type { Progress } from "../progress.js";
import { Requests } from "./requests.js";
import { probe } from "./systemRequest.js";
import { Tap } from "./tap.js";
import type { Traffic } from "./traffic.js";

/** Who takes publications. */
export interface Audience {
  /** What is to become of the publications of a topic. */
  wanted(topic: string): Interest;
  publication(topic: string, message: Message & { type: "result" | "deferred" }, bytes: number): void;
  progress(topic: string, progress: Progress): void;
}

/** What a connection tells the session. */
export interface ConnectionHost {
  readonly topics: Audience;
  /** What went wrong outside any call. */
  report(error: WslinkError): void;
  responsive(responsive: boolean): void;
}

export interface ConnectionOptions {
  /** An absolute address. */
  readonly url: string;
  /** 1, 2, … as the session counts them. */
  readonly number: number;
  readonly settings: Settings;
  readonly traffic: Traffic;
  readonly host: ConnectionHost;
  readonly codec: (host: CodecHost) => Codec;
  readonly opened: () => void;
}

/** One socket from its opening to its end, with all that waits for a reply on it. */
export class Connection implements Holder {
  readonly protocol: Protocol;
  readonly number: number;
  readonly codec: Codec;
  /** From the hello; part of every call's id. */
  clientId = "";
  /** Frames that came: a server that never said a word may be of the other generation. */
  framesIn = 0;
  /** Called once, when the connection ended by itself; what is in flight rejects after it. */
  onEnded: (end: SocketEnd) => void = () => {};
  readonly #requests = new Requests();
  readonly #transport: Transport;
  readonly #outbox: Outbox;
  readonly #liveness: Liveness | undefined;
  readonly #tap: Tap;
  readonly #traffic: Traffic;
  readonly #host: ConnectionHost;
  readonly #settings: Settings;
  #count = 0;
  #probes = 0;
  #ended = false;

  constructor({ url, number, settings, traffic, host, codec, opened }: ConnectionOptions) {
    this.number = number;
    this.#settings = settings;
    this.#traffic = traffic;
    this.#host = host;
    this.codec = codec({ wanted: (id) => this.#wanted(id), deliver: (message, bytes) => this.#deliver(message, bytes), binary: settings.binary });
    this.protocol = this.codec.protocol;
    const tap = new Tap(number, codec, settings.clock, traffic);
    this.#tap = tap;
    this.#transport = new Transport(settings.webSocket(url), { opened, frame: (frame) => this.#frame(frame), ended: (end) => this.#end(end) });
    this.#outbox = new Outbox(this.#transport, this.codec, {
      frame: (data, request) => tap.out(data, request),
      failed: (request, error) => this.#requests.take(request.id)?.reject(error),
      broken: (cause) => this.#end({ cause }),
      // the answer comes when all that was sent before the question has arrived
      late: () => void (this.#requests.asking || this.probe()),
    });
    const { liveness, clock } = settings;
    if (liveness) {
      this.#liveness = new Liveness(liveness, clock, {
        probe: () => this.probe(),
        busy: () => this.#requests.busy,
        responsive: (responsive) => host.responsive(responsive),
        dead: (silentMs) => this.#end({ cause: new Error(`the server was silent for ${Math.round(silentMs)} ms`) }),
      });
    }
  }

  /** The socket takes no frame any more, though the end may not have been told yet: a server that closes is slow to say so. */
  get closing(): boolean {
    return this.#transport.closing;
  }

  /** Requests of which not all has gone out. */
  get queued(): number {
    return this.#outbox.length;
  }

  get bufferedBytes(): number {
    return this.#transport.bufferedAmount;
  }

  /** The hello succeeded: from now on the connection is watched. */
  watch(clientId: string): void {
    this.clientId = clientId;
    this.#liveness?.start();
  }

  /** After a page woke up: is the server still there? */
  check(): void {
    if (this.#transport.closing) this.#end({ code: 1006 });
    else this.#liveness?.check();
  }

  send(request: Pending): void {
    if (this.#register(request, `rpc:${this.clientId}:${++this.#count}`, true)) this.#outbox.push(request);
  }

  /** Sends a hello or a probe, before all calls that wait. */
  sendSystem(request: Pending, id: string): void {
    if (this.#register(request, id, false)) this.#outbox.push(request, URGENT);
  }

  /** Sends the system probe. Its ids begin at 1: 0 is the hello's. */
  probe(answered: (roundTripMs: number) => void = () => {}, failed: (error: unknown) => void = () => {}): Pending {
    const { clock } = this.#settings;
    const sentAt = clock.now();
    // behind a call the probe waits for it: that is no round trip
    const idle = !this.#requests.busy;
    const request = probe(() => {
      const roundTripMs = clock.now() - sentAt;
      if (idle) this.#traffic.roundTripMs = roundTripMs;
      answered(roundTripMs);
    }, failed);
    this.sendSystem(request, `system:c0:${++this.#probes}`);
    return request;
  }

  #register(request: Pending, id: string, isCall: boolean): boolean {
    if (this.#ended) request.reject(new ConnectionError(`${request.method} was not sent: the connection ended.`, { stage: "open", sent: false }));
    else {
      request.id = id;
      request.holder = this;
      this.#requests.add(request, isCall);
    }
    return !this.#ended;
  }

  /** Nobody waits for this reply any more; a request that has not gone out wholly stops here. */
  drop(request: Pending, runs = false): void {
    this.#outbox.drop(request);
    // what has its arguments still did not go out wholly, and is never run
    if (this.#requests.take(request.id) && request.sent) this.#requests.abandon(request, runs && !request.args);
  }

  /** Ends it from our side: nothing more is heard from it, all that is in flight rejects. */
  close(): void {
    this.#stop();
    this.#rejectAll();
  }

  // ---- what comes in ----

  #frame(frame: FrameIn): void {
    this.framesIn++;
    const now = this.#settings.clock.now();
    this.#liveness?.alive(now);
    this.#tap.in(frame, now);
    this.codec.push(frame, now);
    this.#outbox.wake();
  }

  #wanted(id: string): Interest {
    if (isPublication(id)) return this.#host.topics.wanted(topicOf(id));
    const request = this.#requests.find(id);
    if (!request) return "skip";
    return request.reportsProgress ? "report" : "take";
  }

  #deliver(message: Message, bytes = 0): void {
    if (this.#ended) return;
    if (message.type === "bad") this.#bad(message);
    else if (message.type === "progress") {
      const { id, loadedBytes, totalBytes } = message;
      const progress = { direction: "down", loadedBytes, totalBytes } as const;
      if (isPublication(id)) this.#host.topics.progress(topicOf(id), progress);
      else this.#requests.find(id)?.progress(progress);
    } else if (isPublication(message.id)) this.#published(message, bytes);
    else this.#replied(message);
  }

  #published(message: Exclude<Message, { type: "bad" | "progress" }>, bytes: number): void {
    if (message.type === "error") return this.#host.report(new RpcError(topicOf(message.id), message.error));
    this.#traffic.received.messages++;
    if (message.type !== "skipped") this.#host.topics.publication(topicOf(message.id), message, bytes);
  }

  #replied(message: Exclude<Message, { type: "bad" | "progress" }>): void {
    this.#traffic.received.messages++;
    const request = this.#requests.take(message.id);
    if (!request) {
      if (!this.#requests.wasAbandoned(message.id)) this.#host.report(new ProtocolError(`a reply to nobody: ${JSON.stringify(message.id.slice(0, 100))}`));
    } else if (message.type === "error") request.refuse(message.error);
    else if (message.type === "result") request.resolve(message.value);
    else request.reject(new ProtocolError(`the reply of ${request.method} was not read`));
  }

  #bad({ id, error, fatal }: Message & { type: "bad" }): void {
    this.#host.report(error);
    if (id !== undefined && !this.#requests.wasAbandoned(id)) this.#requests.take(id)?.reject(error);
    if (fatal) this.#end({ cause: error });
  }

  // ---- the end ----

  #end(end: SocketEnd): void {
    if (this.#ended) return;
    this.#stop();
    this.onEnded(end);
    this.#rejectAll(end);
  }

  #stop(): void {
    this.#ended = true;
    this.#liveness?.stop();
    this.#outbox.stop();
    this.#transport.close();
  }

  #rejectAll(end?: SocketEnd): void {
    rejectLost(this.#requests.takeAll(), end);
  }
}
