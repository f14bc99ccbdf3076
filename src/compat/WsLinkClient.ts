import { type Bag, CompositeClosureHelper, type EventSubscription } from "./CompositeClosureHelper.js";
import { type ISmartConnectConfig, SmartConnect } from "./makeSmartConnect.js";
import type { WebsocketConnection, WebsocketSession } from "./WebsocketConnection.js";

export type vtkSubscription = EventSubscription;

// biome-ignore lint/suspicious/noExplicitAny: the methods are an app's own
type Methods = Record<string, (...args: any[]) => any>;
type Protocol = (session: WebsocketSession) => object;
// biome-ignore lint/suspicious/noExplicitAny: the config is an app's own
type Decorator = (config: any) => any;
// biome-ignore lint/suspicious/noExplicitAny: as in the legacy client's types
type Listener = (source: any) => void;

export interface vtkWSLinkClient {
  beginBusy(): void;
  endBusy(): void;
  isBusy(): boolean;
  /** Whether calls can be made now. */
  isConnected(): boolean;
  connect(config?: object, configDecorator?: Decorator | null): Promise<vtkWSLinkClient>;
  /** Closes; stops the server too, after so many seconds, where `timeout` is a positive number. */
  disconnect(timeout?: number): void;
  registerProtocol(name: string, protocol: Protocol): void;
  unregisterProtocol(name: string): void;
  setProtocols(protocols: Record<string, Protocol>): void;
  getProtocols(): Record<string, Protocol>;
  /** Methods that do not count as busy. */
  setNotBusyList(names: readonly string[]): void;
  getNotBusyList(): readonly string[];
  setConfigDecorator(decorator: Decorator): void;
  getConfigDecorator(): Decorator | undefined;
  getConnection(): WebsocketConnection | null;
  getConfig(): ISmartConnectConfig;
  /** The methods of each protocol, by its name. */
  getRemote(): Record<string, Methods>;
  onBusyChange(callback: (calls: number) => void): vtkSubscription;
  onConnectionReady(callback: Listener): vtkSubscription;
  onConnectionError(callback: Listener): vtkSubscription;
  onConnectionClose(callback: Listener): vtkSubscription;
  fireBusyChange(calls: number): void;
  fireConnectionReady(...args: unknown[]): void;
  fireConnectionError(...args: unknown[]): void;
  fireConnectionClose(...args: unknown[]): void;
  invokeBusyChange(calls: number): void;
  invokeConnectionReady(...args: unknown[]): void;
  invokeConnectionError(...args: unknown[]): void;
  invokeConnectionClose(...args: unknown[]): void;
  destroy(): void;
}

type SmartConnectClass = { newInstance(values: object): SmartConnect };
let smartConnectClass: SmartConnectClass = SmartConnect;
/** For apps that bring their own. */
export function setSmartConnectClass(klass: object): void {
  smartConnectClass = klass as SmartConnectClass;
}

function makeClient(publicAPI: Bag, model: Bag): void {
  let idle: ReturnType<typeof setTimeout> | undefined;
  const tell = (): void => publicAPI["invokeBusyChange"](model["busyCount"]);
  /** Busy is told at once, idle after a pause: most calls come in rows. */
  const count = (change: number): void => {
    model["busyCount"] += change;
    clearTimeout(idle);
    if (model["busyCount"] > 0) tell();
    else idle = setTimeout(tell, model["notificationTimeout"]);
  };
  const counted = (methods: object): Methods =>
    Object.fromEntries(
      Object.entries(methods as Methods).map(([name, method]) => {
        if (model["notBusyList"].includes(name)) return [name, method];
        const busy = async (...args: unknown[]): Promise<unknown> => {
          count(1);
          try {
            return await method(...args);
          } finally {
            count(-1);
          }
        };
        return [name, busy];
      }),
    );

  publicAPI["beginBusy"] = (): void => count(1);
  publicAPI["endBusy"] = (): void => count(-1);
  publicAPI["isBusy"] = (): boolean => model["busyCount"] > 0;
  publicAPI["isConnected"] = (): boolean => Boolean(model["connection"]) && (model["connection"].isOpen?.() ?? true);

  publicAPI["connect"] = (config: ISmartConnectConfig = {}, decorator: unknown = null): Promise<unknown> => {
    if (publicAPI["isConnected"]()) return Promise.reject(new Error("Need to disconnect first"));
    publicAPI["disconnect"](); // one that is lost, or being found again
    model["config"] = config;
    model["configDecorator"] = decorator ?? model["configDecorator"];
    return new Promise((resolve, reject) => {
      const smartConnect = smartConnectClass.newInstance({ config, configDecorator: model["configDecorator"] });
      model["smartConnect"] = smartConnect;
      smartConnect.onConnectionReady((connection) => {
        model["connection"] = connection;
        model["config"] = smartConnect.getConfig();
        model["remote"] = {};
        const session = connection.getSession() as WebsocketSession;
        for (const [name, protocol] of Object.entries((model["protocols"] ?? {}) as Record<string, Protocol>)) model["remote"][name] = counted(protocol(session));
        publicAPI["invokeConnectionReady"](publicAPI);
        resolve(publicAPI);
      });
      smartConnect.onConnectionError((source) => {
        publicAPI["invokeConnectionError"](source);
        reject(source);
      });
      smartConnect.onConnectionClose((source) => {
        publicAPI["invokeConnectionClose"](source);
        reject(source);
      });
      smartConnect.connect();
    });
  };
  publicAPI["disconnect"] = (timeout?: number): void => {
    model["connection"]?.destroy(timeout);
    model["connection"] = null;
  };
  publicAPI["registerProtocol"] = (name: string, protocol: Protocol): void => {
    if (!model["connection"]) throw new Error(`registerProtocol(${JSON.stringify(name)}) needs a connection: connect() first, or use setProtocols()`);
    model["remote"][name] = counted(protocol(model["connection"].getSession()));
  };
  publicAPI["unregisterProtocol"] = (name: string): void => {
    delete model["remote"][name];
  };
}

export function extend(publicAPI: object, model: object, initialValues: object = {}): void {
  Object.assign(model, { connection: null, remote: {}, notBusyList: [], busyCount: 0, notificationTimeout: 50 }, initialValues);
  CompositeClosureHelper.destroy(publicAPI, model);
  CompositeClosureHelper.isA(publicAPI, model, "WsLinkClient");
  CompositeClosureHelper.get(publicAPI, model, ["protocols", "notBusyList", "configDecorator", "connection", "config", "remote"]);
  CompositeClosureHelper.set(publicAPI, model, ["protocols", "notBusyList", "configDecorator"]);
  for (const name of ["BusyChange", "ConnectionReady", "ConnectionError", "ConnectionClose"]) CompositeClosureHelper.event(publicAPI, model, name);
  makeClient(publicAPI, model);
}

export const newInstance: (initialValues?: object) => vtkWSLinkClient = /* @__PURE__ */ CompositeClosureHelper.newInstance<vtkWSLinkClient>(extend);
export type WsLinkClient = vtkWSLinkClient;
export const WsLinkClient: { newInstance: typeof newInstance; extend: typeof extend; setSmartConnectClass: typeof setSmartConnectClass } = { newInstance, extend, setSmartConnectClass };
export default WsLinkClient;
