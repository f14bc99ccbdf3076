import type { Dispatcher } from "./dispatcher.js";
import type { MockConnection } from "./mockConnection.js";
import { type Plain, plain } from "./plain.js";
import { soon } from "./tasks.js";

interface Publication {
  readonly topic: string;
  readonly payload: () => Plain;
  readonly to: MockConnection;
  readonly skipLastActiveClient: boolean;
}

/** Sends publications in a turn of their own, as the servers do: what a method publishes comes after its reply. */
export class Publisher {
  #waiting: Publication[] = [];

  readonly #clients: ReadonlySet<MockConnection>;
  readonly #dispatcher: Dispatcher;

  constructor(clients: ReadonlySet<MockConnection>, dispatcher: Dispatcher) {
    this.#clients = clients;
    this.#dispatcher = dispatcher;
  }

  publish(topic: string, data: unknown, client: MockConnection | undefined, skipLastActiveClient: boolean): void {
    const payload = once(() => plain(data, "data"));
    for (const to of client ? [client] : this.#clients) {
      if (!to.authenticated) continue;
      this.#waiting.push({ topic, payload, to, skipLastActiveClient });
      if (this.#waiting.length === 1) soon(() => this.#flush());
    }
  }

  #flush(): void {
    for (const { topic, payload, to, skipLastActiveClient } of this.#waiting.splice(0)) {
      const id = `publish:${topic}:0`; // the servers' counter never counts
      const receivers = skipLastActiveClient ? [...this.#clients].filter((one) => one.authenticated && one !== this.#dispatcher.lastActive) : [to];
      for (const one of receivers) {
        const frames = this.#dispatcher.sayPublication(one, id, payload);
        if (frames.length > 0) one.send(frames, { topic });
      }
    }
  }
}

/** A copy of what was there when it was published, made once; what cannot be sent says so to every receiver. */
function once(make: () => Plain): () => Plain {
  let outcome: { readonly value: Plain } | { readonly error: unknown };
  try {
    outcome = { value: make() };
  } catch (error) {
    outcome = { error };
  }
  return () => {
    if ("error" in outcome) throw outcome.error;
    return outcome.value;
  };
}
