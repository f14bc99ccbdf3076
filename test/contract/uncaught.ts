import { show } from "./equal.js";

/** What nobody caught while a behaviour ran: errors of subscribers, rejections without a handler. One that was not expected fails the behaviour. */
export class Uncaught {
  readonly #errors: unknown[] = [];
  readonly #listening = new AbortController();
  #wake: () => void = () => {};

  constructor() {
    const { signal } = this.#listening;
    const note = (event: Event, error: unknown) => {
      event.preventDefault();
      this.#errors.push(error);
      this.#wake();
    };
    addEventListener("error", (event) => note(event, event.error ?? event.message), { signal });
    addEventListener("unhandledrejection", (event) => note(event, event.reason), { signal });
  }

  /** Waits for `count` of them and takes them away. */
  async take(count: number): Promise<unknown[]> {
    while (this.#errors.length < count) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.#errors.splice(0, count);
  }

  async end(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve)); // RxJS throws in a turn of its own
    this.#listening.abort();
    if (this.#errors.length > 0) throw new Error(`uncaught: ${this.#errors.map(show).join("; ")}`, { cause: this.#errors[0] });
  }
}
