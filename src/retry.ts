/** When to try again after a connection was lost: pure, without a timer. */

/** What a {@link RetryPolicy} is told. */
export interface RetryAttempt {
  /** 1 for the first attempt after a loss; starts anew after `stableMs` of uptime. */
  readonly attempt: number;
  /** Milliseconds since the connection was lost. */
  readonly elapsedMs: number;
  /** Why the last connection or attempt ended. */
  readonly cause: Error;
}

/** Gives the delay before the next attempt in milliseconds, or `false` to end the session. */
export type RetryPolicy = (attempt: RetryAttempt) => number | false;

export interface RetryOptions {
  /** Upper bound of the first delay, in milliseconds; doubled with each attempt. @defaultValue 500 */
  readonly minDelayMs?: number | undefined;
  /** Upper bound of any delay, in milliseconds. @defaultValue 20_000 */
  readonly maxDelayMs?: number | undefined;
  /** After so many attempts in a row the session ends. @defaultValue Infinity */
  readonly maxAttempts?: number | undefined;
  /** A connection that lived this long starts the counting of attempts anew, in milliseconds. @defaultValue 5_000 */
  readonly stableMs?: number | undefined;
  /** Retry the first open as well. @defaultValue false */
  readonly initial?: boolean | undefined;
}

/**
 * Full jitter: a delay drawn evenly from 0 to the growing cap, so that a thousand pages that lost
 * the same server do not come back in the same moment.
 */
export function fullJitter(options: Readonly<Record<"minDelayMs" | "maxDelayMs" | "maxAttempts", number>>, random: () => number = Math.random): RetryPolicy {
  return ({ attempt }) => {
    if (attempt > options.maxAttempts) return false;
    // 2 ** 31 times any delay is beyond every cap; a larger exponent would only reach Infinity
    const cap = Math.min(options.maxDelayMs, options.minDelayMs * 2 ** Math.min(attempt - 1, 31));
    return random() * cap;
  };
}
