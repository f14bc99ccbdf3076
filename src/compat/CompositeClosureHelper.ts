/** How the objects of the legacy client are made: functions that add methods to one object and keep their state in another. */

// biome-ignore lint/suspicious/noExplicitAny: the methods are added at run time, under names that are computed
export type Bag = Record<string, any>;

/** Ends a listener's subscription. */
export interface EventSubscription {
  unsubscribe(): void;
}

export const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function isA(publicAPI: Bag, model: Bag = {}, name?: string): void {
  model["isA"] ??= [];
  if (name) model["isA"].push(name);
  publicAPI["isA"] ??= (className: string): boolean => model["isA"].includes(className);
}

function set(publicAPI: Bag, model: Bag = {}, names: readonly string[] = []): void {
  for (const name of names) {
    publicAPI[`set${capitalize(name)}`] = (value: unknown): void => {
      model[name] = value;
    };
  }
}

function get(publicAPI: Bag, model: Bag = {}, names: readonly string[] = []): void {
  for (const name of names) publicAPI[`get${capitalize(name)}`] = (): unknown => model[name];
}

/** Adds `destroy()`, which ends all subscriptions in `model.subscriptions` and empties the model. */
function destroy(publicAPI: Bag, model: Bag = {}): void {
  const before = publicAPI["destroy"] as (() => void) | undefined;
  model["subscriptions"] ??= [];
  publicAPI["destroy"] = (): void => {
    before?.();
    for (const subscription of (model["subscriptions"] as EventSubscription[] | undefined)?.splice(0).reverse() ?? []) subscription.unsubscribe();
    for (const field of Object.keys(model)) delete model[field];
    model["deleted"] = true;
  };
}

/** Adds `onName(callback)` and its twins `fireName(…)` and `invokeName(…)`, which call back in a later task unless told otherwise. */
function event(publicAPI: Bag, model: Bag, name: string, asynchronous = true): void {
  const listeners = new Set<{ readonly callback: (...args: unknown[]) => void }>();
  const before = publicAPI["destroy"] as (() => void) | undefined;
  const fire = (...args: unknown[]): void => {
    if (model["deleted"]) return;
    const call = (): void => {
      for (const listener of [...listeners]) {
        // one that throws stops nobody
        try {
          if (listeners.has(listener)) listener.callback.apply(publicAPI, args);
        } catch (error) {
          console.error(`a listener of ${name} failed:`, error);
        }
      }
    };
    if (asynchronous) setTimeout(call);
    else call();
  };
  publicAPI[`fire${capitalize(name)}`] = fire;
  publicAPI[`invoke${capitalize(name)}`] = fire;
  publicAPI[`on${capitalize(name)}`] = (callback: (...args: unknown[]) => void): EventSubscription | null => {
    if (model["deleted"]) return null;
    const listener = { callback };
    listeners.add(listener);
    return Object.freeze({ unsubscribe: () => void listeners.delete(listener) });
  };
  publicAPI["destroy"] = (): void => {
    before?.();
    listeners.clear();
  };
}

const chain =
  (...functions: (((...args: never[]) => unknown) | undefined | null | false)[]) =>
  (...args: unknown[]): void => {
    for (const one of functions) if (one) one(...(args as never[]));
  };

const newInstance =
  <T>(extend: (publicAPI: Bag, model: Bag, initialValues: Bag) => void) =>
  (initialValues: object = {}): T => {
    const publicAPI: Bag = {};
    extend(publicAPI, {}, initialValues as Bag);
    return Object.freeze(publicAPI) as T;
  };

export const CompositeClosureHelper: {
  chain: typeof chain;
  destroy: typeof destroy;
  event: typeof event;
  get: typeof get;
  isA: typeof isA;
  newInstance: typeof newInstance;
  set: typeof set;
} = { chain, destroy, event, get, isA, newInstance, set };
export default CompositeClosureHelper;
