/** An EventTarget that knows how many listeners it has. */
class Counted extends EventTarget {
  listeners = 0;

  override addEventListener(...args: Parameters<EventTarget["addEventListener"]>): void {
    this.listeners++;
    super.addEventListener(...args);
  }

  override removeEventListener(...args: Parameters<EventTarget["removeEventListener"]>): void {
    this.listeners--;
    super.removeEventListener(...args);
  }
}

/** The `window` and `document` of a page, for a process that has none. `remove` takes them away again. */
export class FakePage {
  readonly window = new Counted();
  readonly document = Object.assign(new Counted(), { visibilityState: "visible" });

  constructor() {
    Object.assign(globalThis, {
      document: this.document,
      addEventListener: this.window.addEventListener.bind(this.window),
      removeEventListener: this.window.removeEventListener.bind(this.window),
    });
  }

  get listeners(): number {
    return this.window.listeners + this.document.listeners;
  }

  fire(event: "online" | "offline" | "pageshow" | "pagehide" | "visibilitychange" | "resume" | "freeze", properties: object = {}): void {
    const target = ["visibilitychange", "resume", "freeze"].includes(event) ? this.document : this.window;
    target.dispatchEvent(Object.assign(new Event(event), properties));
  }

  show(visible: boolean): void {
    this.document.visibilityState = visible ? "visible" : "hidden";
    this.fire("visibilitychange");
  }

  remove(): void {
    for (const name of ["document", "addEventListener", "removeEventListener"]) delete (globalThis as Record<string, unknown>)[name];
  }
}
