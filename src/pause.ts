/** A longer delay makes the platform's timers fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** Waits so many milliseconds; rejects with the reason of the signal. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason as Error);
    const aborted = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(
      () => {
        signal.removeEventListener("abort", aborted);
        resolve();
      },
      Math.min(ms, LONGEST_MS),
    );
    signal.addEventListener("abort", aborted, { once: true });
  });
}
