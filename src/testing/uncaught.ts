/** What a callback of the user's throws is told as a browser tells it, and stops nothing else. */
export function uncaught(error: unknown): void {
  if (typeof reportError === "function") reportError(error);
  else
    queueMicrotask(() => {
      throw error;
    });
}

/** Runs a callback of the user's. @returns what it gave, if it did not throw */
export function loud<T>(callback: () => T): T | undefined {
  try {
    return callback();
  } catch (error) {
    uncaught(error);
    return undefined;
  }
}
