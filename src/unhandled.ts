import { config } from "rxjs";

/** An error thrown by a callback of the user's goes where RxJS sends those of subscribers: to `config.onUnhandledError`, else to the global handler. */
export function unhandled(error: unknown): void {
  setTimeout(() => {
    if (!config.onUnhandledError) throw error;
    config.onUnhandledError(error);
  });
}
