/// <reference lib="esnext.disposable" preserve="true" />

/** Takes something back, once. Call it, or declare it with `using`. */
export interface Undo {
  (): void;
  /** The same, for `using`. */
  [Symbol.dispose](): void;
}

export function undo(action: () => void): Undo {
  let done = false;
  const once = (): void => {
    if (done) return;
    done = true;
    action();
  };
  if (Symbol.dispose) Object.defineProperty(once, Symbol.dispose, { value: once }); // not every browser knows it
  return once as Undo;
}
