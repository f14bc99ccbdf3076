/// <reference lib="esnext.disposable" preserve="true" />
import type { AnyApi, Api, ArgsOf, KwargsOf, MethodName, MethodOf, PayloadOf, ResultOf, TopicName } from "../api.js";
import type { WebSocketLike } from "../transport/webSocket.js";
import type { Protocol } from "../wire/message.js";
import { type AnyHandler, Dispatcher, type NewReply, type Reply } from "./dispatcher.js";
import { Door } from "./door.js";
import { type Fault, Faults, type FaultType } from "./faults.js";
import { installWebSocket } from "./install.js";
import { Mailbox } from "./mailbox.js";
import type { MockClient, Received } from "./mockClient.js";
import { MockConnection } from "./mockConnection.js";
import { checkOptions, type MockServerOptions, type MockSettings, mockSettings, STOP_CHECKS, type StopOptions } from "./options.js";
import { describe, plain } from "./plain.js";
import { Publisher } from "./publisher.js";
import { readRecording } from "./recordingFile.js";
import { Replay } from "./replay.js";
import { soon, Tasks } from "./tasks.js";
import { loud } from "./uncaught.js";
import type { Undo } from "./undo.js";

/** A method of a mock server. It may be async, and what it throws or rejects with goes to the client as a Python exception would. */
export type Handler<Args = unknown[], Kwargs = Record<string, unknown>, Result = unknown> = (args: Args, kwargs: Kwargs, client: MockClient) => Result | Promise<Result>;

/** To whom a publication goes. */
export interface PublishTo {
  /**
   * Not to the client that called last. As real servers have it, every other one gets as many copies as there are clients.
   * @defaultValue false
   */
  readonly skipLastActiveClient?: boolean;
  /** To this one only. @defaultValue every client that has said hello */
  readonly client?: MockClient;
}

/**
 * A wslink server in memory, for tests: it behaves as the real ones do. A session gets to it by the option `webSocket`, or by `install()`.
 *
 * ```ts
 * using server = new MockServer().rpc("add", ([a, b]) => a + b);
 * const session = await connect(server.url, { webSocket: server.webSocket });
 * ```
 *
 * @typeParam A the contract of the server, as for a `Session`. @defaultValue any method, any topic
 */
export class MockServer<A extends Api = AnyApi> {
  /** Vue leaves an object of such a tag as it is, see `Session`. */
  get [Symbol.toStringTag](): string {
    return "MockServer";
  }

  /** Where it listens. */
  readonly url: string;
  /** Makes a socket to this server: the value for a session's option of this name. */
  readonly webSocket: (url: string) => WebSocketLike;
  /** May change any reply before it is sent, to a hello and a probe too: gives another one, or null for none at all. */
  reply: ((request: Received, reply: Reply) => NewReply | null | undefined) | undefined;
  /** Runs with each connection, before its hello; `onConnect` of a Python server. */
  onConnect: ((client: MockClient) => void) | undefined;
  /** Runs when a connection has ended; `onClose` of a Python server. */
  onClose: ((client: MockClient) => void) | undefined;

  readonly #settings: MockSettings;
  readonly #faults = new Faults();
  readonly #mailbox = new Mailbox();
  readonly #door: Door;
  readonly #connections = new Set<MockConnection>();
  readonly #dispatcher: Dispatcher;
  readonly #publisher: Publisher;
  readonly #undos = new Set<Undo>();
  #replayed: Replay | undefined;
  readonly #exits = new Set<unknown>();
  #closed = false;

  /** @throws TypeError that names a wrong option and its value */
  constructor(options: MockServerOptions = {}) {
    this.#settings = mockSettings(options);
    this.url = this.#settings.url;
    this.webSocket = (url) => this.#door.connect(url);
    this.#dispatcher = new Dispatcher({
      secret: this.#settings.secret,
      override: (request, reply) => this.reply?.(request, reply),
      received: (request) => this.#mailbox.add(request),
      recorded: (request, client) => this.#replayed?.answer(request, client) ?? false,
      greeted: (client) => this.#replayed?.begin(client),
      log: this.#settings.log,
    });
    this.#door = new Door(
      this.#settings,
      {
        clock: this.#settings.clock,
        faults: this.#faults,
        tasks: new Tasks(),
        handle: (request, connection) => this.#dispatcher.handle(request, connection),
        ended: (connection) => {
          this.#connections.delete(connection);
          loud(() => this.onClose?.(connection));
        },
        log: this.#settings.log,
      },
      (connection) => {
        this.#connections.add(connection);
        loud(() => this.onConnect?.(connection));
      },
    );
    this.#publisher = new Publisher(this.#connections, this.#dispatcher);
    const { handlers } = this.#dispatcher;
    handlers.set("application.exit", () => soon(() => this.stop()));
    handlers.set("application.exit.later", ([seconds = 60]: [unknown?]) => {
      if (typeof seconds !== "number") throw new TypeError(`application.exit.later: seconds must be a number, got ${describe(seconds)}`);
      this.#exits.add(this.#settings.clock.setTimeout(() => this.stop(), seconds * 1000));
    });
  }

  /**
   * A server that answers as the recorded one did, whatever the secret: calls of the same method, with the same arguments where there are some, get what
   * they got then, and publications come as long after a reply as they did. Methods of its own may be added; they go before the recording.
   * @param file what `record` gave
   * @throws TypeError: the file is no recording; a wrong option
   */
  static async replay<A extends Api = AnyApi>(file: Blob | ArrayBuffer | Uint8Array<ArrayBuffer>, options: Omit<MockServerOptions, "protocol" | "secret"> = {}): Promise<MockServer<A>> {
    const recording = await readRecording(file);
    const server = new MockServer<A>({ ...options, protocol: recording.protocol });
    server.#replayed = new Replay(recording, server.#settings.clock);
    server.#dispatcher.anySecret = true;
    return server;
  }

  /** `v1` behaves as wslink 1.12, `v2` as wslink 2.6. */
  get protocol(): Protocol {
    return this.#settings.protocol;
  }

  /** The connections that are open, those that have not said hello yet included. */
  get clients(): readonly MockClient[] {
    return [...this.#connections];
  }

  /** What clients sent so far, hellos and probes included: the last 10,000. */
  get received(): readonly Received[] {
    return this.#mailbox.received;
  }

  /**
   * Offers a method. Its handler gets the positional arguments as a list, the keyword arguments, and the client. Binaries come in as
   * ArrayBuffers; an ArrayBuffer or a view may stand anywhere in the result. The same name again replaces the method.
   * @throws TypeError: the name is no text, the handler no function
   */
  rpc<M extends MethodName<A>>(name: M, handler: Handler<ArgsOf<MethodOf<A, M>>, KwargsOf<MethodOf<A, M>>, ResultOf<MethodOf<A, M>>>): this {
    this.#mustBeOpen("rpc");
    if (typeof name !== "string") throw new TypeError(`MockServer.rpc: the name must be a string, got ${describe(name)}`);
    if (typeof handler !== "function") throw new TypeError(`MockServer.rpc: the handler of ${name} must be a function, got ${describe(handler)}`);
    this.#dispatcher.handlers.set(name, handler as unknown as AnyHandler);
    return this;
  }

  /**
   * Publishes to the clients that have said hello. Binaries may stand anywhere in `data`.
   * What cannot be sent becomes an error publication, as on a real server, and a warning in the log.
   * @throws Error: the server is closed; TypeError: a wrong topic or option
   */
  publish<T extends TopicName<A>>(topic: T, data: PayloadOf<A, T>, to: PublishTo = {}): void {
    this.#mustBeOpen("publish");
    if (typeof topic !== "string") throw new TypeError(`MockServer.publish: the topic must be a string, got ${describe(topic)}`);
    checkOptions("MockServer.publish", to, {
      skipLastActiveClient: [(value) => typeof value === "boolean", "true or false"],
      client: [(value) => value instanceof MockConnection, "one of the server's clients"],
    });
    this.#publisher.publish(topic, data, to.client as MockConnection | undefined, to.skipLastActiveClient ?? false);
  }

  /**
   * What stands for a binary in a message: `addAttachment` of a Python server. Binaries need no such thing; it is for tests of what v1 makes of
   * its keys. v1 gives a key, whose bytes go out with the first message in whose text it is found; v2 gives the bytes.
   */
  attach(bytes: ArrayBuffer | ArrayBufferView): string | ArrayBuffer {
    this.#mustBeOpen("attach");
    const copy = plain(bytes, "bytes");
    if (!(copy instanceof Uint8Array)) throw new TypeError(`MockServer.attach: bytes must be an ArrayBuffer or a view, got ${describe(bytes)}`);
    return this.#settings.protocol === "v1" ? this.#door.table.add(copy) : copy.buffer;
  }

  /**
   * Resolves with the first message that matches and that no other `next` has given: one that has come already, or the next one to come.
   * @param match a method's name, or a function. @defaultValue any but hellos and probes
   */
  next(match?: string | ((message: Received) => boolean)): Promise<Received> {
    this.#mustBeOpen("next");
    if (match !== undefined && typeof match !== "string" && typeof match !== "function") throw new TypeError(`MockServer.next: match must be a method's name or a function, got ${describe(match)}`);
    return this.#mailbox.next(match);
  }

  /**
   * Makes something go wrong until it is taken back: call what it gives, or declare it with `using`.
   * A fault without a setting may be given by its type alone: `server.fault("refuse")`.
   * @throws TypeError that names what is wrong with the fault
   */
  fault(fault: Fault): Undo;
  fault(type: Exclude<FaultType, "delay" | "oversize">): Undo;
  fault(fault: Fault | FaultType): Undo {
    this.#mustBeOpen("fault");
    return this.#faults.add(fault, () => {
      for (const connection of this.#connections) connection.resume();
    });
  }

  /** Ends all connections, and refuses new ones until `start()`. Methods and faults stay. @throws TypeError: a wrong option */
  stop(options: StopOptions = {}): void {
    checkOptions("MockServer.stop", options, STOP_CHECKS);
    const { code = 1001, reason = "Server shutdown" } = options;
    if (!this.#door.open) return;
    this.#door.close();
    for (const timer of this.#exits) this.#settings.clock.clearTimeout(timer);
    this.#exits.clear();
    this.#replayed?.stop();
    for (const connection of this.#connections) connection.end({ code, reason });
  }

  /** Listens again at the same URL. */
  start(): void {
    this.#mustBeOpen("start");
    this.#door.open = true;
  }

  /**
   * Stands in for the global WebSocket, for an app that cannot be given one: for sockets to `url` if the server was given one, else for all.
   * @returns what puts the former one back; `close()` does it, too
   * @throws Error: a server at the same address is installed already; or this one would take every socket, and another is installed
   */
  install(): Undo {
    this.#mustBeOpen("install");
    const installed = installWebSocket(this.url, (address) => this.#door.serves(address), this.webSocket);
    this.#undos.add(installed);
    return installed;
  }

  /** Stops for good: nothing of it is left, and who waits for `next` is told. */
  close(): void {
    if (this.#closed) return;
    this.stop();
    this.#closed = true;
    for (const undo of this.#undos) undo();
    this.#mailbox.close();
  }

  /** The same as `close()`, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  #mustBeOpen(what: string): void {
    if (this.#closed) throw new Error(`MockServer.${what}: the server at ${this.url} is closed`);
  }
}
