import { Observable, Subject, type Subscriber } from "rxjs";
import type { Progress } from "../progress.js";
import { asError } from "../errors.js";
import type { Latest } from "./latest.js";
import { unhandled } from "../unhandled.js";

/** What `start` learns of the connection on which it runs. */
export interface StartInfo {
  /** 1 for the first connection of the session, 2 after the first reconnect, … */
  readonly connection: number;
  /** How long publications may have been missed, in milliseconds; 0 where none were. */
  readonly gapMs: number;
}

export interface FeedOptions {
  readonly start?: ((info: StartInfo) => unknown) | undefined;
  readonly stop?: (() => unknown) | undefined;
  readonly latest?: boolean | ((payload: never) => unknown) | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** Where feeds are kept while somebody listens. */
export interface FeedKeeper {
  add(feed: Feed): void;
  remove(feed: Feed): void;
  /** The connection at hand, while there is one. */
  readonly connection: number | undefined;
  /** Whose `start` ran, or runs, on it. */
  readonly started: Set<Feed>;
  readonly latest: Latest;
  stopFailed(topic: string, error: Error): void;
}

/** What the server was asked for on one connection. */
interface Asked {
  readonly connection: number | undefined;
  /** `start` succeeded, and nobody has asked to stop since. */
  started: boolean;
  /** A `start` or `stop` is running; whatever is wanted meanwhile comes after it. */
  busy: boolean;
}

/**
 * One Observable that `topic()` returned: its subscribers, its `start` and its `stop`. It outlives connections; what it
 * asks of the server is asked one after the other, and anew on each connection.
 */
export class Feed {
  readonly observable: Observable<unknown>;
  /** Those who listen now; a new one each time that the first comes. */
  subject: Subject<unknown> | undefined;
  #asked: Asked = { connection: undefined, started: false, busy: false };

  readonly #keeper: FeedKeeper;

  constructor(
    readonly topic: string,
    readonly options: FeedOptions,
    keeper: FeedKeeper,
  ) {
    this.#keeper = keeper;

    this.observable = new Observable((subscriber) => this.#subscribe(subscriber));
  }

  progress(progress: Progress): void {
    try {
      this.options.onProgress?.(progress);
    } catch (error) {
      unhandled(error);
    }
  }

  #subscribe(subscriber: Subscriber<unknown>): () => void {
    const first = !this.subject;
    this.subject ??= new Subject();
    const subject = this.subject;
    subject.subscribe(subscriber);
    if (first) {
      this.#keeper.add(this);
      this.ask();
    }
    return () => {
      if (subject !== this.subject || subject.observed) return;
      this.detach();
      this.ask();
    };
  }

  /** Nobody listens any more. Gives the subject of those who did. */
  detach(): Subject<unknown> | undefined {
    const subject = this.subject;
    this.subject = undefined;
    if (subject) this.#keeper.remove(this);
    return subject;
  }

  /**
   * Brings the server, step by step, to what is wanted: `start` while somebody listens, `stop` when nobody does any more. The last wish wins: what
   * changes while a step runs is seen after it. The first step begins at once.
   */
  ask(gapMs = 0): void {
    const { connection } = this.#keeper;
    if (connection === undefined || !(this.options.start || this.options.stop)) return;
    if (this.#asked.connection !== connection) this.#asked = { connection, started: false, busy: false };
    if (!this.#asked.busy) void this.#step(this.#asked, { connection, gapMs });
  }

  /** The session closes: `stop` runs once more, and nothing after it. */
  stopAtClose(): void {
    this.#keeper.started.delete(this);
    this.#asked = { ...this.#asked, busy: true };
    void (async () => this.options.stop?.())().catch(() => {});
  }

  async #step(asked: Asked, info: StartInfo): Promise<void> {
    asked.busy = true;
    // on a new connection all begins anew: the server forgets a client that is gone
    const isCurrent = (): boolean => asked.connection === this.#keeper.connection;
    for (let { gapMs } = info; isCurrent() && asked.started === !this.subject; gapMs = 0) {
      try {
        asked.started = !asked.started;
        this.#keeper.started[asked.started ? "add" : "delete"](this);
        await (asked.started ? this.options.start?.({ ...info, gapMs }) : this.options.stop?.());
      } catch (error) {
        // one that was cut by a lost connection is no failure
        if (!isCurrent()) break;
        if (!asked.started) this.#keeper.stopFailed(this.topic, asError(error));
        else {
          asked.started = false;
          this.#keeper.started.delete(this);
          this.detach()?.error(error);
        }
      }
    }
    asked.busy = false;
  }
}
