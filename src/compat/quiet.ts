const quietened = new WeakSet<object>();
let listening = false;

/**
 * The legacy client never settled a call whose connection was lost, so apps do not catch it: whatever rejects with `reason` is
 * kept from the console, and from those who listen to `unhandledrejection` since {@link listen}. Whoever catches it gets it.
 */
export function quiet(reason: object): void {
  quietened.add(reason);
}

/** Once for the page, and before an app can have made a promise of a call. Listeners run in the order in which they came. */
export function listen(): void {
  if (listening || typeof addEventListener !== "function") return;
  listening = true;
  addEventListener("unhandledrejection", hush);
}

function hush(event: PromiseRejectionEvent): void {
  const reason: unknown = event.reason;
  if (typeof reason !== "object" || reason === null || !quietened.has(reason)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}
