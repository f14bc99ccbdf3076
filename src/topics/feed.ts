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
  readonly latest: Latest;
  stopFailed(topic: string, error: Error): void;
}

/**
 * One Observable that `topic()` returned: its subscribers, its `start` and its `stop`. It outlives connections; what it
 * asks of the server is asked one after the other, and anew on each connection.
 */
export class Feed {
  readonly observable: Observable<unknown>;
  /** Those who listen now; a new one each time that the first comes. */
  subject: Subject<unknown> | undefined;
  #subscribers = 0;
  /** Whether the server was asked for it, and agreed: only then it is asked to stop. */
  #started = { done: false };
  /** What is still to be asked of the server on this connection. The first is running. */
  #steps: (() => Promise<void>)[] = [];

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

  /** A new connection: whatever was asked on the last one is forgotten. */
  connected(info: StartInfo): void {
    this.lost();
    this.#start(info);
  }

  lost(): void {
    this.#steps = [];
  }

  #subscribe(subscriber: Subscriber<unknown>): () => void {
    const first = !this.subject;
    this.subject ??= new Subject();
    const subject = this.subject;
    this.#subscribers++;
    subject.subscribe(subscriber);
    if (first) {
      this.#keeper.add(this);
      const { connection } = this.#keeper;
      if (connection !== undefined) this.#start({ connection, gapMs: 0 });
    }
    return () => {
      if (subject === this.subject && --this.#subscribers === 0) this.#left();
    };
  }

  #start(info: StartInfo): void {
    if (!this.options.start && !this.options.stop) return;
    const subject = this.subject;
    const started = { done: false };
    this.#started = started;
    this.#ask(async (isCurrent) => {
      // they may have left while what was asked before was done
      if (subject !== this.subject) return;
      try {
        await this.options.start?.(info);
        started.done = true;
      } catch (error) {
        // One that was cut by a lost connection runs again on the next; one whose subscribers have left has nobody to tell.
        if (isCurrent() && subject === this.subject) this.detach()?.error(error);
      }
    });
  }

  #left(): void {
    const started = this.#started;
    const { connection } = this.#keeper;
    this.detach();
    if (connection === undefined || !this.options.stop) return;
    this.#ask(async () => {
      try {
        if (started.done) await this.options.stop?.();
      } catch (error) {
        // the server forgets a client that is gone: one that was cut has nothing left to stop
        if (this.#keeper.connection === connection) this.#keeper.stopFailed(this.topic, asError(error));
      }
    });
  }

  /** Nobody listens any more. Gives the subject of those who did. */
  detach(): Subject<unknown> | undefined {
    const subject = this.subject;
    this.subject = undefined;
    this.#subscribers = 0;
    if (subject) this.#keeper.remove(this);
    return subject;
  }

  /** Asks something of the server after what was asked before; at once when nothing was. */
  #ask(step: (isCurrent: () => boolean) => Promise<void>): void {
    const steps = this.#steps;
    const isCurrent = (): boolean => steps === this.#steps;
    const run = async (): Promise<void> => {
      await step(isCurrent);
      steps.shift();
      if (isCurrent()) await steps[0]?.();
    };
    steps.push(run);
    if (steps.length === 1) void run();
  }
}
