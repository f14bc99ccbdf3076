declare module "wslink-legacy-v1/src/SmartConnect" {
  export interface LegacySession {
    call(method: string, args: readonly unknown[]): Promise<unknown>;
    subscribe(topic: string, callback: (payload: [unknown]) => void): { unsubscribe(): Promise<void> };
    addAttachment(payload: unknown): unknown;
  }
  interface SmartConnect {
    connect(): unknown;
    onConnectionReady(callback: (connection: { getSession(): LegacySession }) => void): void;
    onConnectionError(callback: (error: unknown) => void): void;
  }
  const smartConnect: { newInstance(values: { config: { sessionURL: string } }): SmartConnect };
  export default smartConnect;
}

declare module "wslink-legacy-v2/src/SmartConnect" {
  export { default } from "wslink-legacy-v1/src/SmartConnect";
}
