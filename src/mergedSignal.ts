/** A signal that is aborted with the first of others, as `AbortSignal.any` gives it where there is one. `release` leaves no listener on them. */
export function mergedSignal(...signals: readonly (AbortSignal | undefined)[]): { readonly signal: AbortSignal; readonly release: () => void } {
  const controller = new AbortController();
  const aborted = (): void => controller.abort(signals.find((one) => one?.aborted)?.reason);
  for (const one of signals) one?.addEventListener("abort", aborted);
  if (signals.some((one) => one?.aborted)) aborted();
  return {
    signal: controller.signal,
    release: () => {
      for (const one of signals) one?.removeEventListener("abort", aborted);
    },
  };
}
