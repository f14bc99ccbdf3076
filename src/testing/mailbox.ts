import type { Received } from "./mockClient.js";

/** A server that runs for hours, in a demo say, must not keep all that it was ever sent. */
const MOST = 10_000;

type Match = (message: Received) => boolean;

interface Waiting {
  readonly matches: Match;
  readonly resolve: (message: Received) => void;
  readonly reject: (error: unknown) => void;
}

/** What clients sent, and who waits for it. */
export class Mailbox {
  readonly received: Received[] = [];
  readonly #taken = new Set<Received>();
  readonly #waiting = new Set<Waiting>();

  add(message: Received): void {
    if (this.received.push(message) > MOST) this.#taken.delete(this.received.shift() as Received);
    for (const waiting of this.#waiting) if (this.#offer(message, waiting)) return;
  }

  next(match: string | Match | undefined): Promise<Received> {
    return new Promise((resolve, reject) => {
      const waiting = { matches: matcher(match), resolve, reject };
      this.#waiting.add(waiting);
      for (const message of this.received) if (!this.#taken.has(message) && (this.#offer(message, waiting) || !this.#waiting.has(waiting))) return;
    });
  }

  close(): void {
    for (const { reject } of this.#waiting) reject(new Error("MockServer.next: the server was closed before such a message came"));
    this.#waiting.clear();
  }

  /** @returns whether it was taken; a match that throws fails who waits with it, and nobody else */
  #offer(message: Received, waiting: Waiting): boolean {
    try {
      if (!waiting.matches(message)) return false;
      this.#taken.add(message);
      waiting.resolve(message);
      this.#waiting.delete(waiting);
      return true;
    } catch (error) {
      waiting.reject(error);
      this.#waiting.delete(waiting);
      return false;
    }
  }
}

function matcher(match: string | Match | undefined): Match {
  if (match === undefined) return ({ id }) => !id.startsWith("system:");
  return typeof match === "function" ? match : ({ method }) => method === match;
}
