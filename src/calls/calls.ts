import type { Connection } from "../connection/connection.js";
import { type CallSite, callSite, ConnectionError, LimitError } from "../errors.js";
import { checkCall, NO_OPTIONS, type Settings } from "../options.js";
import { Watched } from "../watched.js";
import { snapshot } from "../wire/snapshot.js";
import { Call, type CallOptions } from "./call.js";
import { OfflineQueue } from "./offlineQueue.js";

/** What follows the method's name in a call. */
export type Rest = [args?: unknown, kwargs?: unknown, options?: CallOptions];

/** What calls need to know of the session, read anew each time: it may change while a call is made. */
export interface Line {
  readonly connection: Connection | undefined;
  readonly state: { readonly status: string };
}

/** Of so many calls in a while it is remembered where they were made. An engine takes longer to find that out than all the rest of a call takes. */
const MAX_CALL_SITES = 100;
const CALL_SITES_MS = 100;
const NOWHERE = {};

/** The calls of a session: made, counted, and kept while there is no connection. */
export class Calls {
  /** How many are not settled. */
  readonly unsettled: Watched<number> = new Watched(0);
  /** The connection that calls may go to at once. Those made on another one, a new one, wait behind the queue. */
  released: Connection | undefined;
  readonly #queue: OfflineQueue;
  /** How many sites may still be found, and since when they are counted. */
  #sites = 0;
  #sitesSince = Number.NaN;
  readonly #settled = (): void => this.unsettled.set(this.unsettled.value - 1);

  readonly #settings: Settings;
  readonly #line: Line;

  constructor(settings: Settings, line: Line) {
    this.#settings = settings;
    this.#line = line;

    this.#queue = new OfflineQueue(settings.limits, settings.clock);
  }

  /** Those that wait for a connection. */
  get queued(): number {
    return this.#queue.queued;
  }

  /**
   * @param site - what an error's stack shows
   * @throws TypeError, ConnectionError, the reason of the `signal`: it is not made.
   */
  make(method: string, [args = [], kwargs = {}, options = NO_OPTIONS]: Rest, site: CallSite): Call {
    const { unsettled } = this;
    checkCall(method, options);
    options.signal?.throwIfAborted();
    this.#place(method); // asked before anything is taken from the caller by `transfer`
    const { limits, clock, callTimeoutMs } = this.#settings;
    const tree = snapshot(args, kwargs, limits.maxDepth, options.transfer, options.signal);
    const call = new Call(method, tree, options, options.timeoutMs ?? callTimeoutMs, clock, site, this.#settled);
    unsettled.set(unsettled.value + 1);
    this.#send(call);
    return call;
  }

  /** Where the caller of a function is; nowhere while calls come in a storm. */
  site(called: (...args: never[]) => unknown): CallSite {
    if (this.#sites === 0) {
      const now = this.#settings.clock.now();
      if (now - this.#sitesSince < CALL_SITES_MS) return NOWHERE;
      this.#sitesSince = now;
      this.#sites = MAX_CALL_SITES;
    }
    this.#sites--;
    return callSite(called);
  }

  notConnected(method: string, cause?: Error): ConnectionError {
    const { status } = this.#line.state;
    const hint = 'Wait for open(), or use offline: "queue".';
    // without a connection it says "open" only while the socket closes
    return new ConnectionError(`${method} was not sent: the session is ${status === "open" ? "closing" : status}.`, { stage: "socket", hint, sent: false, cause });
  }

  /** What waited for the connection goes out, then what is made meanwhile. */
  opened(connection: Connection): void {
    this.released = undefined;
    for (const call of this.#queue.drain()) connection.send(call);
    this.released = connection;
  }

  /** None will follow. What waits is taken now; the function given rejects it. */
  ending(cause: Error | undefined): () => void {
    const calls = [...this.#queue.drain()];
    return () => {
      for (const call of calls) call.reject(this.notConnected(call.method, cause));
    };
  }

  /** Do calls wait while there is no connection? */
  get queues(): boolean {
    return this.#settings.offline === "queue" && this.#line.state.status !== "closed";
  }

  /** Where a call goes as things are now. @throws ConnectionError, LimitError: nowhere. */
  #place(method: string): Connection | OfflineQueue {
    const { maxQueuedCalls } = this.#settings.limits;
    const connection = this.#line.connection;
    const where = connection && connection === this.released ? connection : (connection || this.queues) && this.#queue;
    if (!where) throw this.notConnected(method);
    // where a connection has nothing to send, nothing waits: that is no queue
    const waiting = where.queued || (connection ? -1 : 0);
    if (waiting >= maxQueuedCalls) throw new LimitError("maxQueuedCalls", waiting + 1, maxQueuedCalls, `${method}: calls that wait`);
    return where;
  }

  /** Asks again where: arguments that are read, and subscribers of `inFlight$`, run code of the caller's. */
  #send(call: Call): void {
    if (call.settled) return;
    let where: Connection | OfflineQueue;
    try {
      where = this.#place(call.method);
    } catch (error) {
      return call.reject(error);
    }
    where.send(call);
  }
}
