/** Counts the listeners of the page, of the kinds that a session uses, from now on. */
export class Listeners {
  count = 0;

  constructor() {
    const counted = (target: EventTarget, type: string): boolean => target instanceof AbortSignal || ["online", "pageshow", "visibilitychange", "resume"].includes(type);
    const { addEventListener, removeEventListener } = EventTarget.prototype;
    const count = (target: EventTarget | undefined, type: string, by: number): void => {
      if (counted(target ?? window, type)) this.count += by;
    };
    // once: true and doubles do not occur in what is counted
    EventTarget.prototype.addEventListener = function (this: EventTarget | undefined, ...args: Parameters<EventTarget["addEventListener"]>) {
      count(this, args[0], 1);
      addEventListener.apply(this ?? window, args);
    };
    EventTarget.prototype.removeEventListener = function (this: EventTarget | undefined, ...args: Parameters<EventTarget["removeEventListener"]>) {
      count(this, args[0], -1);
      removeEventListener.apply(this ?? window, args);
    };
  }
}
