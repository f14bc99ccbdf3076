/**
 * Calls `woke` when the page comes back: the network is there again, the tab is seen again, the laptop woke up. The
 * events come in bursts. Does nothing where there is no page. Gives the function that ends it.
 */
export function onWake(woke: () => void): () => void {
  const { document } = globalThis;
  const listener = ({ type, persisted }: Event & { persisted?: boolean }): void => {
    // a tab that is left, and a page that is shown for the first time, come back from nowhere
    if ((type === "visibilitychange" && document.visibilityState === "hidden") || persisted === false) return;
    woke();
  };
  const events: [Partial<EventTarget> | undefined, string][] = [
    [globalThis, "online"],
    [globalThis, "pageshow"],
    [document, "visibilitychange"],
    [document, "resume"],
  ];
  for (const [target, event] of events) target?.addEventListener?.(event, listener);
  return () => {
    for (const [target, event] of events) target?.removeEventListener?.(event, listener);
  };
}
