import type { Observable } from "rxjs";
import { type Backend, DIFFERENCES, type Library, type Place, type Protocol, type Session, type SessionOptions, type SessionState } from "./backend.js";
import { difference, show } from "./equal.js";
import type { Seen } from "./seen.js";
import type { Uncaught } from "./uncaught.js";

type ErrorClass<E> = abstract new (...args: never[]) => E;
/** What came from an Observable, as it comes. */
export interface Recording<T> {
  readonly values: T[];
  /** Resolves with the first `count` values; rejects when the Observable ends before. */
  take(count: number): Promise<T[]>;
  /** Resolves when the Observable completes; rejects with its error. */
  readonly completed: Promise<void>;
  unsubscribe(): void;
}

/** What a behaviour works with. */
export class Contract {
  readonly lib: Library;
  readonly backend: Backend;
  readonly protocol: Protocol;
  readonly secret: string;
  readonly uncaught: Uncaught;
  readonly #seen: Seen;
  readonly #sessions: Session[] = [];
  readonly #places: Place[] = [];
  assertions = 0;

  constructor(lib: Library, backend: Backend, secret: string, seen: Seen, uncaught: Uncaught) {
    this.lib = lib;
    this.backend = backend;
    this.protocol = backend.protocol;
    this.secret = secret;
    this.#seen = seen;
    this.uncaught = uncaught;
  }

  /** A session to the backend's shared server, not opened yet. */
  session(options: Partial<SessionOptions> = {}, place: Place = this.backend.shared): Session {
    const log = (entry: unknown) => this.#seen.add("log", entry);
    const session = new this.lib.Session({ secret: this.secret, reconnect: false, log, ...place.options, ...options });
    this.#sessions.push(session);
    session.state$.subscribe((state) => this.#seen.add("states", state));
    return session;
  }

  /** An open session to the backend's shared server. */
  connect(options: Partial<SessionOptions> = {}, place: Place = this.backend.shared): Promise<Session> {
    return this.session(options, place).open();
  }

  /** Everything that goes over the session's wire is searched for the secret; for behaviours that shake hands. */
  watched(session: Session): Session {
    session.wire$.subscribe((event) => this.#seen.add("frames", event));
    return session;
  }

  async start(options: Parameters<Backend["start"]>[0] = {}): Promise<Place> {
    const place = await this.backend.start({ secret: this.secret, ...options });
    this.#places.push(place);
    return place;
  }

  async trouble(kind: Parameters<Backend["trouble"]>[0]): Promise<Place> {
    const place = await this.backend.trouble(kind);
    this.#places.push(place);
    return place;
  }

  /** One of the declared differences: what this backend's protocol gives. */
  differs<T>(declared: keyof typeof DIFFERENCES, expected: Record<Protocol, T>): T {
    if (!(declared in DIFFERENCES)) throw new Error(`${declared} is no declared difference`);
    return expected[this.protocol];
  }

  equal(actual: unknown, expected: unknown, what = "value"): void {
    this.assertions++;
    const found = difference(actual, expected, what);
    if (found) throw new Error(found);
  }

  ok(condition: unknown, what: string): void {
    this.assertions++;
    if (!condition) throw new Error(`not so: ${what}`);
  }

  /** The state of a session that has to be open. */
  opened({ state }: Session): Extract<SessionState, { status: "open" }> {
    this.assertions++;
    if (state.status !== "open") throw new Error(`the state is ${show(state)}, expected open`);
    return state;
  }

  /** Why a session that has to be closed is so; undefined when somebody wanted it. */
  closed({ state }: Session): Error | undefined {
    this.assertions++;
    if (state.status !== "closed") throw new Error(`the state is ${show(state)}, expected closed`);
    return state.cause;
  }

  matches(text: unknown, pattern: RegExp, what = "text"): void {
    this.ok(typeof text === "string" && pattern.test(text), `${what} (${show(text)}) matches ${pattern}`);
  }

  /** The error of a promise that has to reject, of the class that it has to have. */
  async rejects<E>(promise: Promise<unknown>, kind: ErrorClass<E>, what = "promise"): Promise<E> {
    const outcome = await promise.then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    this.assertions++;
    if ("value" in outcome) throw new Error(`${what} does not reject, it gives ${show(outcome.value)}`);
    this.sees(outcome.error);
    this.ok(outcome.error instanceof kind, `${what} rejects with ${kind.name}, not with ${show(outcome.error)}`);
    return outcome.error as E;
  }

  /** An error that went another way than by a rejection. */
  sees(error: unknown): void {
    this.#seen.add("errors", error);
  }

  record<T>(source: Observable<T>): Recording<T> {
    const values: T[] = [];
    let wake: () => void = () => {};
    let end: { error?: unknown } | undefined;
    let settle: [() => void, (error: unknown) => void] = [() => {}, () => {}];
    const completed = new Promise<void>((...both) => {
      settle = both;
    });
    completed.catch(() => {}); // not every behaviour asks for it
    const finish = (how: { error?: unknown }) => {
      end = how;
      if ("error" in how) {
        this.sees(how.error);
        settle[1](how.error);
      } else settle[0]();
      wake();
    };
    const subscription = source.subscribe({
      next: (value) => {
        values.push(value);
        wake();
      },
      error: (error) => finish({ error }),
      complete: () => finish({}),
    });
    return {
      values,
      completed,
      unsubscribe: () => subscription.unsubscribe(),
      take: (count) =>
        new Promise((resolve, reject) => {
          wake = () => {
            if (values.length >= count) resolve(values.slice(0, count));
            else if (end) reject("error" in end ? end.error : new Error(`completed after ${values.length} of ${count} values`));
          };
          wake();
        }),
    };
  }

  async sha256(bytes: ArrayBuffer | ArrayBufferView<ArrayBuffer>): Promise<string> {
    return [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  /** The same bytes as `pattern` in `test/servers/values.py`. */
  pattern(length: number, seed = 0): ArrayBuffer {
    const words = Uint32Array.from({ length: Math.ceil(length / 4) }, (_, i) => seed + i);
    return words.buffer.slice(0, length);
  }

  /** Resolves when the server has exactly `count` clients: the sessions of the last behaviour may still be leaving. */
  async alone(session: Session, count = 1): Promise<void> {
    await session.call("test.clients", [count]);
  }

  /** Resolves when whatever the server had published before has come to the session; for publications without binaries, which 1.x lets go ahead of others. */
  async fence(session: Session): Promise<void> {
    const topic = crypto.randomUUID();
    const heard = this.record(session.topic(topic));
    await session.call("test.publish", [topic]);
    await heard.take(1);
    heard.unsubscribe();
  }

  /** Whatever a behaviour did: its sessions end, and every call of theirs is settled. */
  async end(): Promise<void> {
    for (const session of this.#sessions) {
      await session.close();
      this.equal(session.stats().inFlight, 0, "calls that never settled");
    }
    for (const place of this.#places) await place.stop();
  }
}
