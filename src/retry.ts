import { check, either, FINITE, just } from "./check.js";
import { asError } from "./errors.js";

/** When to try again after a connection was lost: pure, without a timer. */

/** What a {@link RetryPolicy} is told. */
export interface RetryAttempt {
  /** The number of the coming attempt: 1 after a loss or a first failure; starts anew after `stableMs` of uptime. */
  readonly attempt: number;
  /** Milliseconds since the connection was lost, or the first attempt failed. */
  readonly elapsedMs: number;
  /** Why the last connection or attempt ended. */
  readonly cause: Error;
}

/** Gives the delay before the next attempt in milliseconds, or `false` to end the session. What throws, or gives anything else, ends it with a TypeError. */
export type RetryPolicy = (attempt: RetryAttempt) => number | false;

export interface RetryOptions {
  /** No delay is shorter, in milliseconds. @defaultValue 500 */
  readonly minDelayMs?: number | undefined;
  /** No delay is longer, in milliseconds. @defaultValue 20_000 */
  readonly maxDelayMs?: number | undefined;
  /** After so many attempts in a row the session ends. @defaultValue Infinity */
  readonly maxAttempts?: number | undefined;
  /** A connection that lived this long starts the counting of attempts anew, in milliseconds. @defaultValue 5_000 */
  readonly stableMs?: number | undefined;
  /** Retry the first open as well. @defaultValue false */
  readonly initial?: boolean | undefined;
  /** Takes the place of the random delays. */
  readonly policy?: RetryPolicy | undefined;
}

/** The options with every default filled in. */
export interface RetrySettings {
  readonly minDelayMs: number;
  readonly maxDelayMs: number;
  readonly maxAttempts: number;
  readonly stableMs: number;
  readonly initial: boolean;
  readonly policy: RetryPolicy | undefined;
}

/**
 * A delay drawn evenly between `minDelayMs` and an upper end that doubles with each attempt, so that a thousand pages that lost
 * the same server do not come back in the same moment.
 */
export function retryPolicy({ minDelayMs, maxDelayMs, maxAttempts, policy }: Omit<RetrySettings, "stableMs" | "initial">, random: () => number = Math.random): RetryPolicy {
  return (failure) => {
    const { attempt } = failure;
    if (attempt > maxAttempts) return false;
    if (policy) return policy(failure);
    // from nothing nothing would grow
    const upper = Math.min(maxDelayMs, Math.max(minDelayMs, 1) * 2 ** attempt);
    return minDelayMs + random() * Math.max(0, upper - minDelayMs);
  };
}

const DELAY = /* @__PURE__ */ either(FINITE, just(false));

/** Asks a policy, the session's or the launcher's. @throws TypeError: it threw, or gave no delay. */
export function delayOf(path: string, policy: RetryPolicy, attempt: RetryAttempt): number | false {
  let delayMs: number | false;
  try {
    delayMs = policy(attempt);
  } catch (error) {
    throw error instanceof TypeError ? error : new TypeError(`${path}() failed: ${asError(error).message}`, { cause: error });
  }
  return check(`${path}()`, delayMs, DELAY);
}
