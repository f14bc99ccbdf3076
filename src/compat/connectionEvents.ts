import type { EventSubscription } from "./CompositeClosureHelper.js";

/** What a SmartConnect and a WebsocketConnection have in common. `Source`: who tells of an error. */
export interface ConnectionEvents<Connection, Source = Connection> {
  onConnectionReady(callback: (connection: Connection) => void): EventSubscription;
  // biome-ignore lint/suspicious/noExplicitAny: an Event, { code, message }, or a launcher's words
  onConnectionError(callback: (source: Source, error: any) => void): EventSubscription;
  onConnectionClose(callback: (connection: Connection, event: CloseEvent) => void): EventSubscription;
  fireConnectionReady(...args: unknown[]): void;
  fireConnectionError(...args: unknown[]): void;
  fireConnectionClose(...args: unknown[]): void;
  invokeConnectionReady(...args: unknown[]): void;
  invokeConnectionError(...args: unknown[]): void;
  invokeConnectionClose(...args: unknown[]): void;
  isA(className: string): boolean;
  /** Closes; stops the server too, after so many seconds, where `timeout` is a positive number. */
  destroy(timeout?: number): void;
}
