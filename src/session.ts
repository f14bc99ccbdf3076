/// <reference lib="esnext.disposable" preserve="true" />
import { defer, filter, finalize, from, Observable, Subject, type Subscription } from "rxjs";
import type { AnyApi, Api, CallParameters, MethodName, MethodOf, MethodsOf, PayloadOf, PositionalName, ResultOf, TopicName } from "./api.js";
import type { CallOptions } from "./calls/call.js";
import { Calls, type Rest } from "./calls/calls.js";
import type { Connection } from "./connection/connection.js";
import type { Progress } from "./progress.js";
import { Traffic, type WireEvent } from "./connection/traffic.js";
import type { WslinkError } from "./errors.js";
import type { StartInfo } from "./topics/feed.js";
import { Latest } from "./topics/latest.js";
import { type Lifecycle, lifecycle } from "./lifecycle.js";
import type { Connected, SessionState } from "./state.js";
import { checkCall, checkTopic, type SessionOptions, type Settings, settings } from "./options.js";
import { ping } from "./calls/ping.js";
import { type SessionStats, statsOf } from "./stats.js";
import { Topics } from "./topics/topics.js";
import { unhandled } from "./unhandled.js";

export interface TopicOptions<A extends Api = AnyApi, Payload = unknown> {
  /** Asks the server for the topic: runs when the first subscriber comes, and on every new connection. Where it rejects, the Observable errors. */
  readonly start?: ((session: Session<A>, info: StartInfo) => Promise<unknown>) | undefined;
  /**
   * Runs when the last subscriber has left, after a `start` that is not done yet, on the connection on which that succeeded; not when somebody
   * is there again by then. A rejection goes to `errors$`. Runs at `close()` too, where `start` ran or runs: nobody waits for it then.
   */
  readonly stop?: ((session: Session<A>) => Promise<unknown>) | undefined;
  /**
   * For consumers slower than the publisher: at most one delivery per animation frame (a hidden page: per second), the
   * newest only. A function gives a key: the newest of each. @defaultValue false
   */
  readonly latest?: boolean | ((payload: Payload) => unknown) | undefined;
  /** Told with every piece of a publication that comes in. On v1 it is one piece. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * What a page holds of a wslink server. It outlives its sockets: topics and `state$` go on when a connection was lost
 * and another is found.
 */
export class Session<A extends Api = AnyApi> {
  /** Vue's `reactive()`, `ref()` and `data()` leave an object of such a tag as it is: behind a Proxy private fields cannot be read. */
  get [Symbol.toStringTag](): string {
    return "Session";
  }

  /** What the session is doing; a new subscriber gets the current state first. Never ends. */
  readonly state$: Observable<SessionState>;
  /** Each new connection, once; a new subscriber gets the one at hand first. Never ends. */
  readonly connected$: Observable<Connected>;
  /** How many calls are not settled, those that wait for a connection included. Never ends. */
  readonly inFlight$: Observable<number>;
  /** What went wrong outside any call. While nobody listens it goes to `log`. Never ends. */
  readonly errors$: Observable<WslinkError>;
  /** Every frame that goes over the wire, with secrets masked. Costs nothing while nobody listens. Never ends. */
  readonly wire$: Observable<WireEvent>;
  readonly #settings: Settings;
  readonly #wire = new Subject<WireEvent>();
  readonly #traffic = new Traffic(this.#wire);
  readonly #topics: Topics;
  readonly #calls: Calls;
  readonly #lifecycle: Lifecycle<this>;
  readonly #errors = new Subject<WslinkError>();

  /**
   * Nothing is opened yet.
   * @throws TypeError that names the path and the value of a bad option.
   */
  constructor(options: SessionOptions) {
    this.#settings = settings(options);
    const report = (error: WslinkError): void => this.#report(error);
    const topics = new Topics(new Latest(this.#settings.clock), report);
    this.#topics = topics;
    this.#lifecycle = lifecycle<this>(
      this,
      this.#settings,
      this.#traffic,
      { topics, report },
      {
        opened: (connection, gapMs) => this.#opened(connection, gapMs),
        lost: () => topics.lost(),
        ending: (cause, wasOpen) => this.#ending(cause, wasOpen),
      },
    );
    this.#calls = new Calls(this.#settings, this.#lifecycle);
    this.state$ = this.#lifecycle.state$;
    this.connected$ = this.#lifecycle.connected$.pipe(filter((connected) => connected !== undefined));
    this.inFlight$ = this.#calls.unsettled.value$;
    // Observables without a source, so that JSON.stringify(session) meets no circle
    this.errors$ = new Observable((subscriber) => this.#errors.subscribe(subscriber));
    this.wire$ = new Observable((subscriber) => this.#wire.subscribe(subscriber));
  }

  get state(): SessionState {
    return this.#lifecycle.state;
  }

  /**
   * Connects. While connecting it is the same promise; while waiting for the next attempt that attempt is made now;
   * open, it resolves.
   * @throws ConnectionError, AuthenticationError: the attempt failed.
   */
  open(): Promise<this> {
    return this.#lifecycle.open();
  }

  /**
   * Ends the session, in the same turn: the `stop` of every started topic runs, the state is closed, calls reject, topics complete. Does not wait for the
   * peer: what `stop` sends at once goes out before the close, and its rejection is swallowed.
   */
  close(): Promise<void> {
    if (this.#lifecycle.connection) this.#topics.stopAll();
    this.#lifecycle.close();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * Calls a method of the server. The arguments are read now; ArrayBuffers, views and Blobs may stand anywhere in them.
   * @throws RpcError: the server answered with an error; its stack is that of the caller.
   * @throws ConnectionError: not connected, or lost; `sent` tells whether it may have run.
   * @throws CallTimeoutError, LimitError, ProtocolError, TypeError: arguments that cannot be sent; the reason of the `signal`.
   */
  call<M extends MethodName<A>>(method: M, ...rest: CallParameters<MethodOf<A, M>, CallOptions>): Promise<ResultOf<MethodOf<A, M>>> {
    try {
      return this.#calls.make(method, rest as Rest, this.#calls.site(this.call)).promise as Promise<ResultOf<MethodOf<A, M>>>;
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  /** The same as an Observable: calls when it is subscribed to, and unsubscribing aborts the call. */
  call$<M extends MethodName<A>>(method: M, ...rest: CallParameters<MethodOf<A, M>, CallOptions>): Observable<ResultOf<MethodOf<A, M>>> {
    const site = this.#calls.site(this.call$);
    return defer(() => {
      const call = this.#calls.make(method, rest as Rest, site);
      return from(call.promise as Promise<ResultOf<MethodOf<A, M>>>).pipe(finalize(() => call.abort(new DOMException(`${method} was unsubscribed from`, "AbortError"))));
    });
  }

  /**
   * Makes functions of methods: `session.methods({ add: "myprotocol.add" }).add(1, 2)`.
   * A method with keyword arguments that cannot be left out has no place here.
   * @param names - what each function is to be called → the method's name on the server
   */
  methods<const Names extends Record<string, PositionalName<A>>>(names: Names): MethodsOf<A, Names> {
    const call = (method: string, args: unknown[]): Promise<unknown> => (this as unknown as Session).call(method, args);
    return Object.fromEntries(Object.entries(names).map(([name, method]) => [name, (...args: unknown[]) => call(method, args)])) as unknown as MethodsOf<A, Names>;
  }

  /**
   * The publications of a topic from now on. Each Observable has its own `start` and `stop` and its own count of
   * subscribers; it goes on over reconnects, and completes at `close()` and when a session that was connected ends for good: then
   * one subscribes anew, and `firstValueFrom(topic)` rejects with an `EmptyError`.
   */
  topic<T extends TopicName<A>>(name: T, options: TopicOptions<A, PayloadOf<A, T>> = {}): Observable<PayloadOf<A, T>> {
    checkTopic(name, options);
    const { start, stop, ...rest } = options;
    return this.#topics.observable(name, {
      ...rest,
      start: start && ((info: StartInfo) => start(this, info)),
      stop: stop && (() => stop(this)),
    }) as Observable<PayloadOf<A, T>>;
  }

  /** `topic(name).subscribe(callback)` */
  subscribe<T extends TopicName<A>>(name: T, callback: (payload: PayloadOf<A, T>) => void): Subscription {
    return this.topic(name).subscribe(callback);
  }

  /**
   * The round trip in milliseconds, by the probe that every server answers. Behind a running call it waits for that.
   * @throws ConnectionError, CallTimeoutError, the reason of the `signal`.
   */
  async ping(options: Pick<CallOptions, "signal" | "timeoutMs"> = {}): Promise<number> {
    checkCall("ping", options);
    options.signal?.throwIfAborted();
    const { connection } = this.#lifecycle;
    if (!connection) throw this.#calls.notConnected("ping");
    return ping(connection, this.#settings, options) as Promise<number>;
  }

  /** Counters as they stand now: in total, and of the topics that somebody listens to. */
  stats(): SessionStats {
    return statsOf(this.#traffic, this.#lifecycle.connection, this.#calls.unsettled.value, this.#calls.queued, this.#topics.counts());
  }

  // ---- what happens to the session ----

  #opened(connection: Connection, gapMs: number): void {
    // what `start` calls goes before the queue
    this.#calls.released = connection;
    this.#topics.connected({ connection: connection.number, gapMs });
    // where calls do not wait for another connection, they are rejected with this one
    if (this.#lifecycle.connection === connection || !this.#calls.queues) this.#calls.opened(connection);
  }

  #ending(cause: Error | undefined, wasOpen: boolean): () => void {
    const rejectCalls = this.#calls.ending(cause);
    const complete = wasOpen || cause === undefined ? this.#topics.end() : () => {};
    return () => {
      rejectCalls();
      complete();
    };
  }

  #report(error: WslinkError): void {
    if (this.#errors.observed) return this.#errors.next(error);
    try {
      this.#settings.log({ level: "warn", message: error.message, error, at: this.#settings.clock.now() });
    } catch (thrown) {
      unhandled(thrown);
    }
  }
}
