import { settled } from "./fakeClock.js";

/** How a Blob behaves when it is read. */
export interface SlowBlobOptions {
  /** Turns of the event loop before each read is answered; Infinity: no read is ever answered. */
  readonly turns?: number;
  /** Bytes that it gives instead of as many as its size says. */
  readonly gives?: number;
  /** What each read rejects with. */
  readonly error?: Error;
}

/** A Blob that is slow, never read, shorter than it says, or broken. */
export class SlowBlob extends Blob {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  readonly #options: SlowBlobOptions;

  constructor(bytes: Uint8Array<ArrayBuffer>, options: SlowBlobOptions = {}) {
    super([bytes]);
    this.#bytes = bytes.slice(0, options.gives ?? bytes.length);
    this.#options = options;
  }

  override stream(): ReturnType<Blob["stream"]> {
    let at = 0;
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
      await this.#wait();
      if (at >= this.#bytes.length) return controller.close();
      controller.enqueue(this.#bytes.slice(at, (at += 700)));
    };
    return new ReadableStream({ pull }, { highWaterMark: 0 }) as ReturnType<Blob["stream"]>;
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    await this.#wait();
    return this.#bytes.slice().buffer;
  }

  override slice(start = 0, end = this.size): Blob {
    const { gives = this.size } = this.#options;
    return new SlowBlob(new Uint8Array(end - start).fill(0), { ...this.#options, gives: Math.max(0, Math.min(end, gives) - start) });
  }

  async #wait(): Promise<void> {
    const { turns = 0, error } = this.#options;
    if (turns === Number.POSITIVE_INFINITY) await new Promise(() => {});
    for (let i = 0; i < turns; i++) await settled();
    if (error) throw error;
  }
}
