import { BehaviorSubject, Observable } from "rxjs";

/** A value that changes. Its subscribers are told one value after the other, also when one of them changes it: everybody sees the same order. */
export class Watched<T> {
  /** A new subscriber gets the one that was told last first. Never ends. */
  readonly value$: Observable<T>;
  readonly #told: BehaviorSubject<T>;
  /** Values to tell; the first is being told. */
  readonly #untold: T[] = [];

  constructor(public value: T) {
    this.#told = new BehaviorSubject(value);
    // an Observable without a source, so that JSON.stringify(session) meets no circle
    this.value$ = new Observable((subscriber) => this.#told.subscribe(subscriber));
  }

  set(value: T): void {
    this.value = value;
    if (this.#untold.push(value) > 1) return;
    while (this.#untold.length > 0) {
      this.#told.next(this.#untold[0] as T);
      this.#untold.shift();
    }
  }
}
