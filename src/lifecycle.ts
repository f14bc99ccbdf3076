import type { Observable } from "rxjs";
import type { Connection, ConnectionHost } from "./connection/connection.js";
import { describeEnd } from "./connection/loss.js";
import { type Memory, type Negotiation, negotiate } from "./connection/negotiate.js";
import type { Traffic } from "./connection/traffic.js";
import { ConnectionError, type WslinkError } from "./errors.js";
import type { Settings } from "./options.js";
import { delayOf } from "./retry.js";
import type { SocketEnd } from "./transport/webSocket.js";
import type { Connected, SessionState } from "./state.js";
import { onWake } from "./wake.js";
import { Watched } from "./watched.js";

/** What becomes of the rest of the session. */
export interface LifecycleEvents {
  /** The state says `open` already. */
  opened(connection: Connection, gapMs: number): void;
  /** The state is about to change; what is in flight rejects right after. */
  lost(): void;
  /**
   * No attempt will follow. What ends is taken now, since a subscriber of the state may begin anew; the function given
   * settles it, once the state says `closed`. `wasOpen`: there was a connection since the last `open()`.
   */
  ending(cause: Error | undefined, wasOpen: boolean): () => void;
}

/** A server that closes with 1009 so many times in a row gets the same too large message each time. */
const MAX_TOO_LARGE = 3;
/** A page that comes back tells it by several events in a row. */
const BURST_MS = 1_000;

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

/** Opens, loses, waits, tries again: the only place that changes the state of a session. */
export interface Lifecycle<Owner> {
  readonly state: SessionState;
  readonly state$: Observable<SessionState>;
  /** The connection at hand, `undefined` while there is none. */
  readonly connected$: Observable<Connected | undefined>;
  readonly connection: Connection | undefined;
  open(): Promise<Owner>;
  close(): void;
}

/** @param owner - what `open()` resolves with */
export function lifecycle<Owner>(owner: Owner, settings: Settings, traffic: Traffic, sessionHost: Omit<ConnectionHost, "responsive">, events: LifecycleEvents): Lifecycle<Owner> {
  const { clock, retry, stableMs } = settings;
  const states = new Watched<SessionState>({ status: "idle" });
  const connected = new Watched<Connected | undefined>(undefined);
  const memory: Memory = {};
  let connection: Connection | undefined;
  let negotiation: Negotiation | undefined;
  let opening: Deferred<Owner> | undefined;
  /** Aborted by `close()`: what `url()` and `secret()` have begun may outlast an attempt, not the session. */
  let closing: AbortController | undefined;
  let timer: unknown;
  let stopWaking: (() => void) | undefined;
  let connections = 0;
  /** The number of the last attempt: of those after a loss or a failure, since the last stable connection. */
  let attempts = 0;
  /** Connections in a row that ended with 1009. */
  let tooLarge = 0;
  /** There was a connection since `open()`. */
  let wasOpen = false;
  let openedAt = 0;
  /** When the last stable connection was lost, or the first attempt failed: what a policy counts from. */
  let failingSince = 0;
  let lostAt = 0;
  /** The last wake that we acted on. */
  let wake: { readonly status: SessionState["status"]; readonly at: number } | undefined;

  const host: ConnectionHost = {
    ...sessionHost,
    responsive(responsive) {
      if (states.value.status === "open") states.set({ ...states.value, responsive });
    },
  };

  return {
    get state() {
      return states.value;
    },
    state$: states.value$,
    connected$: connected.value$,
    get connection() {
      return connection?.closing ? undefined : connection;
    },
    open,
    close() {
      closing?.abort();
      // after a first open that failed, topics still wait
      if (states.value.status === "closed") events.ending(undefined, true)();
      else end(undefined, new ConnectionError("close() was called before the session was open.", { stage: negotiation?.stage ?? "socket" }));
    },
  };

  function open(): Promise<Owner> {
    const { status } = states.value;
    if (status === "open") return Promise.resolve(owner);
    if (opening && status === "connecting") return opening.promise;
    opening ??= deferred();
    const { promise } = opening;
    if (status === "waiting") next();
    else if (status !== "connecting") {
      tooLarge = 0;
      wasOpen = false;
      // the server may have another secret by now
      delete memory.refusedSecret;
      closing = new AbortController();
      stopWaking = onWake(woke);
      attempt(0);
    }
    return promise;
  }

  // ---- an attempt ----

  function next(): void {
    attempt(attempts + 1);
  }

  function attempt(number: number): void {
    clock.clearTimeout(timer);
    attempts = number;
    const state: SessionState = { status: "connecting", attempt: number };
    states.set(state);
    // a subscriber of the state may have closed the session
    if (states.value !== state) return;
    const made = negotiate({ settings, memory, number: connections + 1, signal: (closing as AbortController).signal, traffic, host, opened, failed });
    // so may url() have
    if (states.value === state) negotiation = made;
    else made.cancel();
  }

  function opened(made: Connection): void {
    negotiation = undefined;
    connection = made;
    connections++;
    made.onEnded = (how) => lost(made, how);
    openedAt = clock.now();
    const gapMs = wasOpen ? openedAt - lostAt : 0;
    wasOpen = true;
    settleOpening()?.resolve(owner);
    const { clientId, protocol, number } = made;
    states.set({ status: "open", clientId, protocol, connection: number, responsive: true });
    if (connection === made) connected.set({ clientId, protocol, connection: number, gapMs });
    if (connection === made) events.opened(made, gapMs);
  }

  function failed(error: WslinkError, final: boolean): void {
    negotiation = undefined;
    if (final || (!wasOpen && !settings.retryInitial)) end(error);
    else wait(error);
  }

  function lost(made: Connection, how: SocketEnd): void {
    if (connection !== made) return;
    connection = undefined;
    connected.set(undefined);
    events.lost();
    lostAt = clock.now();
    if (lostAt - openedAt >= stableMs) {
      attempts = 0;
      tooLarge = 0;
    }
    tooLarge = how.code === 1009 ? tooLarge + 1 : 0;
    const cause = new ConnectionError(`${describeEnd(how)}.`, { stage: "open", ...how });
    if (!retry || tooLarge >= MAX_TOO_LARGE) end(cause);
    else wait(cause);
  }

  function wait(cause: Error): void {
    const now = clock.now();
    const attempt = attempts + 1;
    if (attempts === 0) failingSince = now;
    // what the policy sees of the session; subscribers are told once the delay is known
    const asked: SessionState = { status: "waiting", attempt, delayMs: 0, retryAt: now, cause };
    states.value = asked;
    let delayMs: number | false = false;
    try {
      delayMs = retry && delayOf("options.reconnect", retry, { attempt, elapsedMs: now - failingSince, cause });
    } catch (error) {
      cause = error as TypeError;
    }
    // the policy may have closed the session
    if (states.value !== asked) return;
    if (delayMs === false) return end(cause);
    timer = clock.setTimeout(next, delayMs);
    states.set({ ...asked, delayMs, retryAt: now + delayMs });
  }

  function woke(): void {
    const { status } = states.value;
    if (status !== "waiting" && status !== "open") return;
    const at = clock.now();
    if (wake?.status === status && at - wake.at < BURST_MS) return;
    wake = { status, at };
    if (status === "waiting") next();
    else connection?.check();
  }

  // ---- the end ----

  function end(cause: Error | undefined, why: Error = cause as Error): void {
    const last = { negotiation, connection, opening: settleOpening() };
    clock.clearTimeout(timer);
    negotiation = undefined;
    connection = undefined;
    connected.set(undefined);
    stopWaking?.();
    last.negotiation?.cancel();
    const settle = events.ending(cause, wasOpen);
    states.set(cause ? { status: "closed", cause } : { status: "closed" });
    last.opening?.reject(why);
    last.connection?.close();
    settle();
  }

  /** Gives what `open()` waits for, so that it is settled once. */
  function settleOpening(): Deferred<Owner> | undefined {
    const settled = opening;
    opening = undefined;
    return settled;
  }
}

function deferred<T>(): Deferred<T> {
  let settle!: Omit<Deferred<T>, "promise">;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, ...settle };
}
