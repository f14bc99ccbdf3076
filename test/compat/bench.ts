/** What a clause works with, in the page: one of the clients, a real server, and eyes on the sockets. */

// biome-ignore lint/suspicious/noExplicitAny: the clients are compared by what they do, not by their types
export type Any = any;

export interface Client {
  readonly SmartConnect: Any;
  readonly WebsocketConnection: Any;
  readonly ProcessLauncher: Any;
  readonly CompositeClosureHelper: Any;
}

export interface Defaults {
  readonly DEFAULT_SESSION_URL: string;
  readonly DEFAULT_SESSION_MANAGER_URL: string;
}

export interface Setting {
  readonly generation: 1 | 2;
  readonly url: string;
  /** Nobody listens there. */
  readonly closedUrl: string;
}

export class Bench {
  /** What `unhandledrejection` told: the codes of the reasons, or their texts. */
  readonly unhandled: unknown[] = [];
  /** What `error` told: exceptions out of any callback. */
  readonly exceptions: string[] = [];
  readonly sockets: WebSocket[] = [];
  readonly #sent: string[] = [];

  constructor(
    readonly client: Client,
    readonly defaults: Defaults,
    readonly setting: Setting,
  ) {
    addEventListener("unhandledrejection", (event) => {
      this.unhandled.push(event.reason?.code ?? String(event.reason));
      event.preventDefault();
    });
    addEventListener("error", (event) => {
      this.exceptions.push(event.message);
      event.preventDefault();
    });
    const bench = this;
    const send = WebSocket.prototype.send;
    globalThis.WebSocket = class extends WebSocket {
      constructor(...args: ConstructorParameters<typeof WebSocket>) {
        super(...args);
        bench.sockets.push(this);
      }
      override send(data: string | ArrayBuffer | Uint8Array<ArrayBuffer>): void {
        if (typeof data === "string") bench.#sent.push(data);
        else if (!((data as unknown) instanceof Blob)) bench.#sent.push(new TextDecoder("latin1").decode(data));
        send.call(this, data);
      }
    };
  }

  get generation(): 1 | 2 {
    return this.setting.generation;
  }

  /** Was a frame sent that has this text in it? */
  sent(text: string): boolean {
    return this.#sent.some((frame) => frame.includes(text));
  }

  /** The seconds after which servers were told to end, in the order of the telling; what cannot be read is a text. */
  get exits(): (number | string)[] {
    return this.#sent
      .filter((frame) => frame.includes("application.exit.later"))
      .map((frame) => {
        const json = frame.match(/"args": ?\[(.*?)\]/)?.[1];
        if (json !== undefined) return Number(json);
        const at = frame.indexOf("args\u2018"); // msgpack: 0x91, a list of one (a small integer), which the decoder shows as a quotation mark
        return at < 0 ? frame : frame.charCodeAt(at + 5);
      });
  }

  /** The requests that the page's origin has seen, oldest first. */
  async seen(): Promise<{ method: string; path: string; type: string; body: string; header: string }[]> {
    return (await fetch("/seen")).json();
  }

  /** A SmartConnect that is being connected, with a record of its events. */
  start(config: object, more: object = {}): Started {
    return new Started(this.client.SmartConnect.newInstance({ config, ...more }));
  }

  /** A SmartConnect on the server, ready. */
  async ready(config: object = {}): Promise<Started> {
    const started = this.start({ sessionURL: this.setting.url, ...config });
    started.smart.connect();
    await started.next("ready");
    return started;
  }

  /** The server again, on a line that {@link cut} can cut. */
  get cuttable(): { sessionURL: string } {
    return { sessionURL: `ws://${location.host}/404/ws` };
  }

  /** As a network does it: a socket's own close() waits for the server, and that for its running call. */
  async cut(): Promise<void> {
    await fetch("/cut");
  }

  /** Whatever was under way has come: another client has talked to the same server. */
  async settle(): Promise<void> {
    const other = await this.ready();
    await other.session.call("test.add", [1, 2]);
    other.smart.destroy();
  }
}

interface Told {
  readonly kind: "ready" | "error" | "close";
  readonly source: Any;
  readonly detail: Any;
}

/** A SmartConnect and what it told. */
export class Started {
  readonly events: Told[] = [];
  #waiting: (() => void)[] = [];

  constructor(readonly smart: Any) {
    smart.onConnectionReady((source: Any) => this.#tell({ kind: "ready", source, detail: undefined }));
    smart.onConnectionError((source: Any, detail: Any) => this.#tell({ kind: "error", source, detail }));
    smart.onConnectionClose((source: Any, detail: Any) => this.#tell({ kind: "close", source, detail }));
  }

  get session(): Any {
    return this.smart.getSession();
  }

  get connection(): Any {
    return this.events.find(({ kind }) => kind === "ready")?.source;
  }

  get kinds(): string[] {
    return this.events.map(({ kind }) => kind);
  }

  /** The first event of a kind, come or yet to come. */
  async next(kind: Told["kind"]): Promise<Told> {
    for (;;) {
      const told = this.events.find((one) => one.kind === kind);
      if (told) return told;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #tell(told: Told): void {
    this.events.push(told);
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** What became of a promise, once it has. */
export async function outcome(promise: Promise<unknown>): Promise<{ value?: Any; error?: Any }> {
  return promise.then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
}

/** The state of a promise now. */
export async function stateOf(promise: Promise<unknown>): Promise<"pending" | "resolved" | "rejected"> {
  return Promise.race([
    promise.then(
      () => "resolved" as const,
      () => "rejected" as const,
    ),
    new Promise<"pending">((resolve) => setTimeout(resolve, 0, "pending")), // after all that is settled already
  ]);
}

/** Values that come one by one. */
export class Heard {
  readonly values: Any[] = [];
  #waiting: (() => void)[] = [];

  readonly add = (value: Any): void => {
    this.values.push(value);
    for (const resolve of this.#waiting.splice(0)) resolve();
  };

  /** Once there are so many. */
  async upTo(count: number): Promise<Any[]> {
    while (this.values.length < count) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return [...this.values];
  }
}
