import { expect } from "@playwright/test";
import { type LogEntry, type Protocol, Session, type SessionOptions, type SessionState, type WslinkError } from "wslink-rx";
import { FakeClock, settled } from "./fakeClock.js";
import { FakeNetwork, type FakeSocket } from "./fakeNetwork.js";

export { FakeClock, settled } from "./fakeClock.js";
export { FakeNetwork, type FakeServer, FakeSocket } from "./fakeNetwork.js";

/** How a promise ended, without waiting for it. */
export interface Outcome<T = unknown> {
  readonly promise: Promise<T>;
  settled: number;
  value?: T;
  error?: unknown;
}

/** A session on a clock and a network of our own. No delay is random: `reconnect` is a policy of 100 ms unless told otherwise. */
export class Lab {
  readonly clock = new FakeClock();
  readonly network: FakeNetwork;
  readonly session: Session;
  readonly states: SessionState[] = [];
  readonly errors: WslinkError[] = [];
  readonly logs: LogEntry[] = [];

  constructor(options: Partial<SessionOptions> = {}, protocol: Protocol = "v2") {
    this.network = new FakeNetwork(protocol);
    const { clock, network } = this;
    this.session = new Session({ url: "ws://fake/ws", clock, webSocket: network.webSocket, protocol, reconnect: () => 100, log: (entry) => this.logs.push(entry), ...options });
    this.session.state$.subscribe((state) => this.states.push(state));
  }

  static async open(options?: Partial<SessionOptions>, protocol?: Protocol): Promise<Lab> {
    const lab = new Lab(options, protocol);
    await lab.session.open();
    return lab;
  }

  get socket(): FakeSocket {
    return this.network.last;
  }

  get statuses(): string[] {
    return this.states.map(({ status }) => status);
  }

  /** Collects `errors$`, which then goes to no log any more. */
  listen(): this {
    this.session.errors$.subscribe((error) => this.errors.push(error));
    return this;
  }

  /** Follows a promise; a rejection is no unhandled one. */
  watch<T>(promise: Promise<T>): Outcome<T> {
    return watch(promise);
  }

  call(method = "work", ...rest: [unknown[]?, Record<string, unknown>?, object?]): Outcome {
    return watch(this.session.call(method, ...rest));
  }

  /** After whatever came, a call on the first connection still works, and nothing is left of the session at its end. */
  async expectAlive(): Promise<void> {
    expect(this.session.state).toMatchObject({ status: "open", connection: 1 });
    const call = this.call("alive");
    this.socket.reply(this.socket.calls.at(-1)?.id ?? "", "yes");
    await settled();
    expect(call.value).toBe("yes");
    expect(Object.keys(Object.prototype)).toEqual([]);
    await this.session.close();
    await this.expectNothingLeft();
  }

  /** After close(): nothing of the session is alive. */
  async expectNothingLeft(): Promise<void> {
    await settled();
    expect(this.clock.timers.size, "timers").toBe(0);
    for (const socket of this.network.sockets) expect(socket.readyState, `socket ${socket.number} is closed or closing`).toBeGreaterThanOrEqual(2);
    expect(this.session.stats()).toMatchObject({ inFlight: 0, queued: 0 });
  }
}

export function watch<T>(promise: Promise<T>): Outcome<T> {
  const outcome: Outcome<T> = { promise, settled: 0 };
  promise.then(
    (value) => {
      outcome.settled++;
      outcome.value = value;
    },
    (error: unknown) => {
      outcome.settled++;
      outcome.error = error;
    },
  );
  return outcome;
}
