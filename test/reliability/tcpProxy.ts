import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** `fin` and `rst` end both sides; `hole` swallows everything from then on, without a word; `half` lets the server's side end and tells the browser nothing. */
export type Cut = "fin" | "rst" | "hole" | "half";
type Direction = "up" | "down";

/** What happens to one connection: it stands in the query of the address that the browser opens. */
export interface Fault {
  /** How the connection ends after so many bytes of a direction: those of frames, or with `handshake` those of HTTP. */
  readonly cut?: Cut;
  readonly after?: number;
  readonly handshake?: boolean;
  readonly direction?: Direction;
  /** Each piece arrives so much later, in milliseconds. */
  readonly delay?: number;
  /** Bytes per second, in each direction. */
  readonly rate?: number;
}

/** The address for a connection with this fault. */
export function faulty(url: string, fault: Fault): string {
  return `${url}?${new URLSearchParams(Object.entries(fault).map(([name, value]) => [name, String(value)]))}`;
}

/** A TCP proxy on loopback between a browser and a real server, where lines are cut. */
export class TcpProxy {
  readonly links = new Set<Link>();
  /** Connections that came, in all. */
  count = 0;
  private readonly waiting: (() => void)[] = [];

  private constructor(
    private readonly server: Server,
    private port: number,
  ) {
    server.on("connection", (browser) => {
      this.count++;
      const link = new Link(browser, this.port, () => this.links.delete(link));
      this.links.add(link);
      for (const go of this.waiting.splice(0)) go();
    });
  }

  /** @param url - of the real server */
  static async start(url: string): Promise<TcpProxy> {
    const server = createServer({ noDelay: true });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return new TcpProxy(server, Number(new URL(url).port));
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}/ws`;
  }

  /** Another server from now on, for new connections. */
  lead(url: string): void {
    this.port = Number(new URL(url).port);
  }

  /** Cuts all connections that there are. */
  cut(how: Cut): void {
    for (const link of [...this.links]) link.cut(how);
  }

  /** Resolves when the next connection comes. */
  next(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  async close(): Promise<void> {
    this.cut("rst");
    for (const link of [...this.links]) link.destroy();
    await new Promise((closed) => this.server.close(closed));
  }
}

/** One connection of a browser, and its other half to the server. */
class Link {
  private readonly server: Socket;
  private readonly passed = { up: 0, down: 0 };
  /** How long the HTTP of each direction is, once its end has come. */
  private readonly http: { up?: number; down?: number } = {};
  private readonly lines = { up: Promise.resolve(), down: Promise.resolve() };
  private fault: Fault | undefined;
  private silent = false;

  constructor(
    private readonly browser: Socket,
    port: number,
    private readonly gone: () => void,
  ) {
    this.server = connect({ port, host: "127.0.0.1", noDelay: true });
    this.carry(browser, this.server, "up");
    this.carry(this.server, browser, "down");
  }

  cut(how: Cut): void {
    const { browser, server } = this;
    if (how === "fin") for (const socket of [browser, server]) socket.destroySoon();
    else if (how === "rst") this.destroy();
    else {
      this.silent = true;
      if (how === "half") server.destroySoon();
    }
  }

  destroy(): void {
    this.silent = true;
    for (const socket of [this.browser, this.server]) if (!socket.destroyed) socket.resetAndDestroy();
    this.gone();
  }

  private carry(from: Socket, to: Socket, direction: Direction): void {
    from.on("data", (data: Buffer) => {
      this.fault ??= read(data);
      const { delay = 0, rate = 0 } = this.fault;
      if (delay === 0 && rate === 0) return this.pass(to, data, direction);
      const due = performance.now() + delay;
      from.pause();
      // one piece after the other: what is late keeps its order
      this.lines[direction] = this.lines[direction].then(async () => {
        await pause(rate > 0 ? (data.length / rate) * 1000 : 0);
        await pause(due - performance.now());
        this.pass(to, data, direction);
      });
      if (rate > 0) void this.lines[direction].then(() => from.resume());
      else from.resume();
    });
    from.on("error", () => {}); // a reset is what happens here
    from.on("close", () => {
      if (this.silent) return;
      void this.lines[direction].then(() => to.destroySoon());
      if (this.browser.destroyed && this.server.destroyed) this.gone();
    });
  }

  private pass(to: Socket, data: Buffer, direction: Direction): void {
    if (this.silent || to.destroyed) return;
    const { cut, after = 0, handshake, direction: where = "down" } = this.fault as Fault;
    const end = data.indexOf("\r\n\r\n");
    if (this.http[direction] === undefined && end >= 0) this.http[direction] = this.passed[direction] + end + 4;
    const from = handshake ? 0 : (this.http[direction] ?? Number.POSITIVE_INFINITY);
    const left = cut && direction === where ? from + after - this.passed[direction] : Number.POSITIVE_INFINITY;
    const part = data.subarray(0, Math.max(0, left));
    this.passed[direction] += part.length;
    if (part.length > 0) to.write(part);
    if (cut && data.length >= left) this.cut(cut);
  }
}

const pause = (ms: number): Promise<void> => (ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : Promise.resolve());

function read(request: Buffer): Fault {
  const path = request.toString("latin1").split(" ", 2)[1] ?? "/";
  const query = new URL(path, "ws://proxy").searchParams;
  const number = (name: string): number => Number(query.get(name) ?? 0);
  const cut = query.get("cut") as Cut | null;
  return { ...(cut ? { cut, after: number("after"), handshake: query.has("handshake"), direction: query.get("direction") as Direction } : {}), delay: number("delay"), rate: number("rate") };
}
