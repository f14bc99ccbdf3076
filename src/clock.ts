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

/** A longer delay makes the platform's timers fire at once; an infinite one needs no timer. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

export const boundedClock = (clock: Clock): Clock => ({
  now: () => clock.now(),
  setTimeout: (callback, ms) => (ms === Number.POSITIVE_INFINITY ? undefined : clock.setTimeout(callback, Math.min(ms, LONGEST_DELAY_MS))),
  clearTimeout: (handle) => handle !== undefined && clock.clearTimeout(handle),
});
