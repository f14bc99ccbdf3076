/** Timers and a monotonic time, for tests that do not want to wait. */
export interface Clock {
  /** Milliseconds from any origin; never goes back. */
  now(): number;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

// Globals are read when they are needed: importing the package touches none, and fake timers installed later are honoured.
export const platformClock: Clock = {
  now: () => performance.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
};

/** From here on the platform's timers fire at once: so long a delay, of 24 days and an infinite one, needs no timer. */
const TOO_LONG_MS = 2 ** 31;

export const boundedClock = (clock: Clock): Clock => ({
  now: () => clock.now(),
  setTimeout: (callback, ms) => (ms < TOO_LONG_MS ? clock.setTimeout(callback, ms) : undefined),
  clearTimeout: (handle) => handle !== undefined && clock.clearTimeout(handle),
});
