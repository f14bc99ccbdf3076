/** At the end of this turn. Fake timers may hold `queueMicrotask` up, but no Promise. */
export const soon = (task: () => void): void => void Promise.resolve().then(task);

/**
 * Runs what it is given one after the other, each in a task of its own, as a browser delivers frames: what a promise does
 * after one runs before the next. A MessageChannel is no timer: fake timers do not hold it up.
 */
export class Tasks {
  #waiting: (() => void)[] = [];
  #next = 0;
  #channel: MessageChannel | undefined;

  post(task: () => void): void {
    this.#waiting.push(task);
    if (this.#waiting.length === 1) this.#knock();
  }

  #knock(): void {
    // jsdom in Jest has none
    if (typeof MessageChannel === "undefined") setTimeout(() => this.#run(), 0);
    else {
      if (!this.#channel) {
        this.#channel = new MessageChannel();
        this.#channel.port1.onmessage = () => this.#run();
      }
      this.#channel.port2.postMessage(undefined);
    }
  }

  #run(): void {
    const task = this.#waiting[this.#next++];
    if (this.#next > 1000) {
      this.#waiting = this.#waiting.slice(this.#next); // a queue that never runs dry must not grow
      this.#next = 0;
    }
    try {
      task?.();
    } finally {
      if (this.#next === this.#waiting.length) this.#rest();
      else this.#knock();
    }
  }

  /** In Node an open channel would keep the process alive. */
  #rest(): void {
    this.#waiting = [];
    this.#next = 0;
    this.#channel?.port1.close();
    this.#channel = undefined;
  }
}
