import { Observable, Subject } from "rxjs";

/** A value that changes. Its subscribers are told one value after the other, also when one of them changes it: everybody sees the same order. */
export class Watched<T> {
  /** A new subscriber gets the one at hand first. Never ends. */
  readonly value$: Observable<T>;
  readonly #told = new Subject<T>();
  /** What was set while another was told, which is the first. */
  readonly #untold: T[] = [];

  constructor(public value: T) {
    this.value$ = new Observable((subscriber) => {
      const subscription = this.#told.subscribe(subscriber);
      subscriber.next((this.#untold.length > 0 ? this.#untold[0] : this.value) as T);
      return subscription;
    });
  }

  set(value: T): void {
    this.value = value;
    if (!this.#told.observed && this.#untold.length === 0) return;
    this.#untold.push(value);
    if (this.#untold.length > 1) return;
    while (this.#untold.length > 0) {
      this.#told.next(this.#untold[0] as T);
      this.#untold.shift();
    }
  }
}
