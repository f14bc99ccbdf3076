import type { Observable } from "rxjs";
import type { Progress } from "../progress.js";
import { isWslinkError, ProtocolError, RpcError, type WslinkError } from "../errors.js";
import { Feed, type FeedKeeper, type FeedOptions, type StartInfo } from "./feed.js";
import type { Latest } from "./latest.js";
import { unhandled } from "../unhandled.js";
import type { Interest, Message } from "../wire/message.js";

/** Gives the payload, or nothing when it is bad. */
type Payload = () => { readonly value: unknown } | undefined;
type Publication = Message & { type: "result" | "deferred" };

export interface TopicStats {
  readonly messages: number;
  /** Binaries included, frame headers not; text counts its UTF-16 units. */
  readonly bytes: number;
  /** Publications that `latest` left out because a newer one came before they were delivered, summed up over all that listen. */
  readonly conflated: number;
}

/** Those who listen to a topic, and what they need of its publications. */
class Listeners {
  readonly all = new Set<Feed>();
  messages = 0;
  bytes = 0;
  conflated = 0;
  #feeds: readonly Feed[] | undefined;
  #interest: Interest | undefined;

  /** Somebody came or went. Nothing is copied yet: then ten thousand who come would cost a hundred million. */
  changed(): void {
    this.#feeds = this.#interest = undefined;
  }

  /** A list that does not change, so that a delivery goes on with those who were there. */
  get feeds(): readonly Feed[] {
    this.#feeds ??= [...this.all];
    return this.#feeds;
  }

  get interest(): Interest {
    this.#interest ??= interestOf(this.feeds);
    return this.#interest;
  }
}

/** Topic name → who listens. Outlives connections. */
export class Topics implements FeedKeeper {
  connection: number | undefined;
  readonly #listeners = new Map<string, Listeners>();
  /** In the order of subscription. */
  readonly #feeds = new Set<Feed>();
  /** Whose `start` ran, or runs, on the connection at hand, and whose `stop` has not. */
  readonly started: Set<Feed> = new Set();

  readonly #report: (error: WslinkError) => void;

  constructor(
    readonly latest: Latest,
    report: (error: WslinkError) => void,
  ) {
    this.#report = report;
  }

  /** An Observable of its own: two of the same topic never interact. */
  observable(topic: string, options: FeedOptions): Observable<unknown> {
    return new Feed(topic, options, this).observable;
  }

  /** What came for each topic that somebody listens to. */
  counts(): Record<string, TopicStats> {
    return Object.fromEntries([...this.#listeners].map(([topic, { messages, bytes, conflated }]) => [topic, { messages, bytes, conflated }]));
  }

  // ---- what the connection tells ----

  wanted(topic: string): Interest {
    return this.#listeners.get(topic)?.interest ?? "skip";
  }

  publication(topic: string, message: Publication, bytes: number): void {
    const listeners = this.#listeners.get(topic);
    if (!listeners) return;
    listeners.messages++;
    listeners.bytes += bytes;
    let payload: Payload | undefined;
    for (const feed of listeners.feeds) {
      if (message.type === "result" && !feed.options.latest) feed.subject?.next(message.value);
      else {
        payload ??= this.#reader(topic, message);
        this.#deliver(feed, payload, listeners);
      }
    }
  }

  progress(topic: string, progress: Progress): void {
    for (const feed of this.#listeners.get(topic)?.feeds ?? []) feed.progress(progress);
  }

  connected(info: StartInfo): void {
    this.connection = info.connection;
    for (const feed of [...this.#feeds]) {
      // a start may lose the connection at once, or send somebody away
      if (this.connection !== info.connection) return;
      if (this.#feeds.has(feed)) feed.ask(info.gapMs);
    }
  }

  lost(): void {
    this.connection = undefined;
    this.started.clear();
  }

  /** Runs the `stop` of all that is started, without waiting for any. */
  stopAll(): void {
    // one may stop another
    for (const feed of [...this.started]) if (this.started.has(feed)) feed.stopAtClose();
  }

  /** Nobody listens any more. Gives the function that completes those who did; what waits for `latest` is delivered before. */
  end(): () => void {
    this.lost();
    const ends = [...this.#feeds].map((feed) => ({ last: this.latest.take(feed), subject: feed.detach() }));
    return () => {
      for (const { last, subject } of ends) {
        for (const deliver of last) deliver();
        subject?.complete();
      }
    };
  }

  // ---- what feeds tell ----

  add(feed: Feed): void {
    this.#feeds.add(feed);
    const listeners = this.#listeners.get(feed.topic) ?? new Listeners();
    this.#listeners.set(feed.topic, listeners);
    listeners.all.add(feed);
    listeners.changed();
  }

  remove(feed: Feed): void {
    this.#feeds.delete(feed);
    this.latest.take(feed);
    const listeners = this.#listeners.get(feed.topic) as Listeners;
    listeners.all.delete(feed);
    listeners.changed();
    if (listeners.all.size === 0) this.#listeners.delete(feed.topic);
  }

  stopFailed(topic: string, error: Error): void {
    this.#report(isWslinkError(error) ? error : new ProtocolError(`stop of topic ${JSON.stringify(topic)} failed: ${error.message}`, { cause: error }));
  }

  // ---- delivery ----

  #deliver(feed: Feed, payload: Payload, listeners: Listeners): void {
    const {
      subject,
      options: { latest },
    } = feed;
    const hand = (): void => {
      const read = payload();
      // those who listened when it came: whoever has come since hears nothing of before
      if (read) subject?.next(read.value);
    };
    if (!latest) return hand();
    let key: unknown;
    if (latest !== true) {
      const read = payload();
      if (!read) return;
      try {
        key = latest(read.value as never);
      } catch (error) {
        return unhandled(error);
      }
      // it may have sent them all away
      if (feed.subject !== subject) return;
    }
    if (this.latest.put(feed, key, hand)) listeners.conflated++;
  }

  /** Decodes a publication once, however many want it; what cannot be decoded is reported and gives nothing. */
  #reader(topic: string, message: Publication): Payload {
    if (message.type === "result") return () => message;
    let decoded: Message | undefined;
    return () => {
      if (!decoded) {
        decoded = message.decode();
        if (decoded.type === "bad") this.#report(decoded.error);
        else if (decoded.type === "error") this.#report(new RpcError(topic, decoded.error));
      }
      return decoded.type === "result" ? decoded : undefined;
    };
  }
}

/** Progress needs the body as it comes; `latest: true` alone can leave it undecoded. */
function interestOf(feeds: readonly Feed[]): Interest {
  if (feeds.some(({ options }) => options.onProgress)) return "report";
  return feeds.every(({ options }) => options.latest === true) ? "defer" : "take";
}
