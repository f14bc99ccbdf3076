/** An event as a socket of the browser fires it. Where tests of an app run, outside of a page, there is but the class that all events have. */
export function domEvent(name: "CloseEvent" | "ErrorEvent", type: string, fields: Readonly<Record<string, unknown>>): Event {
  const Made = (globalThis as unknown as Record<string, new (type: string, fields: object) => Event>)[name];
  return Made ? new Made(type, fields) : Object.assign(new Event(type), fields);
}
