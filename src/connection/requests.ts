import type { Pending } from "./pending.js";

/** Calls that nobody waits for any more, though the server will still answer them. */
const MAX_ABANDONED = 10_000;

/** What waits for a reply on a connection, by the id on the wire. */
export class Requests {
  readonly #calls = new Map<string, Pending>();
  /** Hello and probes: no calls, so that they do not count as such. */
  readonly #system = new Map<string, Pending>();
  /** Each with whether the server may still be at work on it. */
  readonly #abandoned = new Map<string, boolean>();

  /** Does a hello or a probe wait? */
  get asking(): boolean {
    return this.#system.size > 0;
  }

  /** Is the server at work for us? */
  get busy(): boolean {
    return this.#calls.size > 0 || [...this.#abandoned.values()].includes(true);
  }

  add(request: Pending, isCall: boolean): void {
    (isCall ? this.#calls : this.#system).set(request.id, request);
  }

  find(id: string): Pending | undefined {
    return this.#calls.get(id) ?? this.#system.get(id);
  }

  take(id: string): Pending | undefined {
    const request = this.find(id);
    if (!this.#calls.delete(id)) this.#system.delete(id);
    return request;
  }

  /** Nobody waits for this reply any more. `runs`: the server may be at work on it. */
  abandon({ id }: Pending, runs: boolean): void {
    this.#abandoned.set(id, runs);
    if (this.#abandoned.size > MAX_ABANDONED) this.#abandoned.delete(this.#abandoned.keys().next().value as string);
  }

  /** A reply came. Was it one that nobody waits for any more? */
  wasAbandoned(id: string): boolean {
    return this.#abandoned.delete(id);
  }

  /** Takes out all, hello and probes first. */
  takeAll(): Pending[] {
    const all = [...this.#system.values(), ...this.#calls.values()];
    for (const kept of [this.#system, this.#calls, this.#abandoned]) kept.clear();
    return all;
  }
}
