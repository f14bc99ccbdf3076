import { from, Observable, type ObservableInput, type OperatorFunction, type Subscription } from "rxjs";

/**
 * Projects one value at a time and keeps, while a projection runs, only the newest value for the next: for mouse moves
 * that become calls, or frames that become `createImageBitmap`. Unlike `switchMap` nothing is cancelled, unlike
 * `exhaustMap` the last value is never lost.
 * @param project - value and index → an Observable or a promise, whose values are passed on
 */
export function conflateMap<T, R>(project: (value: T, index: number) => ObservableInput<R>): OperatorFunction<T, R> {
  return (source) =>
    new Observable<R>((subscriber) => {
      let waiting: { value: T } | undefined;
      let inner: Subscription | undefined;
      let index = 0;
      let sourceDone = false;
      const run = (value: T): void => {
        let running = true;
        let projected: Observable<R>;
        try {
          projected = from(project(value, index++));
        } catch (error) {
          return subscriber.error(error);
        }
        inner = undefined;
        const subscription = projected.subscribe({
          next: (result) => subscriber.next(result),
          error: (error: unknown) => subscriber.error(error),
          complete: () => {
            running = false;
            inner = undefined;
            next();
          },
        });
        if (!running) return;
        inner = subscription;
        subscriber.add(inner);
      };
      let looping = false;
      // a loop, so that projections that complete at once cost no call stack
      const next = (): void => {
        if (looping) return;
        looping = true;
        while (!inner && waiting && !subscriber.closed) {
          const { value } = waiting;
          waiting = undefined;
          run(value);
        }
        looping = false;
        if (sourceDone && !inner && !waiting) subscriber.complete();
      };
      subscriber.add(
        source.subscribe({
          next: (value) => {
            waiting = { value };
            next();
          },
          error: (error: unknown) => subscriber.error(error),
          complete: () => {
            sourceDone = true;
            next();
          },
        }),
      );
    });
}
