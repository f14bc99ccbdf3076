import { managerBesidePage, serverBesidePage } from "./besidePage.js";
import { type Bag, CompositeClosureHelper, type EventSubscription } from "./CompositeClosureHelper.js";
import { type CompatConfiguration, isGeneration } from "./configure.js";
import type { ConnectionEvents } from "./connectionEvents.js";
import { type LauncherReply, ProcessLauncher } from "./ProcessLauncher.js";
import { WebsocketConnection, type WebsocketSession } from "./WebsocketConnection.js";

export interface ISmartConnectConfig extends Pick<CompatConfiguration, "reconnect"> {
  /** `auto`, `v1`, `v2` are ours; anything else is the launcher's. */
  protocol?: string;
  /** Where the server listens; `USE_HOST` and `USE_HOSTNAME` become the page's. Without one the launcher is asked. */
  sessionURL?: string;
  /** The launcher. @defaultValue `paraview/` beside the page */
  sessionManagerURL?: string;
  application?: string;
  secret?: string;
  /** HTTP headers for the launcher. */
  headers?: Record<string, string>;
  /** Delays in milliseconds after which a launcher without free resources is asked again. */
  launcherRetry?: number[];
  /** Sockets come from the page's `WSLINK.createWebSocket`. */
  wsProxy?: boolean;
  iframe?: boolean;
  /** Any other key goes to the launcher. */
  [key: string]: unknown;
}

type ConfigDecorator = (config: ISmartConnectConfig) => ISmartConnectConfig;

export interface ISmartConnectInitialValues {
  config: ISmartConnectConfig;
  /** Called before connecting, and again with the launcher's reply. */
  configDecorator?: ConfigDecorator | null | undefined;
}

// biome-ignore lint/suspicious/noExplicitAny: a connection, or what a launcher replied
type Source = any;

export interface SmartConnect extends ConnectionEvents<WebsocketConnection, Source> {
  connect(): void;
  /** From connect() on, before it is ready; null until a launcher has replied, which the legacy client's types do not say either. */
  getSession(): WebsocketSession;
  /** Merged with the launcher's reply. */
  getConfig(): ISmartConnectConfig;
  getConfigDecorator(): ConfigDecorator | null;
  setConfigDecorator(decorator: ConfigDecorator): void;
}

function withHost(config: ISmartConnectConfig): ISmartConnectConfig {
  // looked up where it is needed only: outside of a page there is no location
  if (config.sessionURL) config.sessionURL = config.sessionURL.replaceAll("USE_HOSTNAME", () => location.hostname).replaceAll("USE_HOST", () => location.host);
  return config;
}

interface Model extends Bag {
  config: ISmartConnectConfig;
  configDecorator?: ConfigDecorator | null;
  subscriptions: EventSubscription[];
}

function makeSmartConnect(publicAPI: Bag, model: Model): void {
  let connection: WebsocketConnection | undefined;
  let launcher: ProcessLauncher | undefined;
  let session: WebsocketSession | null = null;

  publicAPI["readyForwarder"] = (source: WebsocketConnection): void => {
    session = source.getSession();
    publicAPI["fireConnectionReady"](source);
  };
  publicAPI["errorForwarder"] = (source: Source, error: unknown): void => publicAPI["fireConnectionError"](source, error);
  publicAPI["closeForwarder"] = (source: Source, event: unknown): void => publicAPI["fireConnectionClose"](source, event);

  const decorate = (config: ISmartConnectConfig): ISmartConnectConfig => withHost(model.configDecorator ? model.configDecorator(config) : config);

  const connectTo = (urls: string): void => {
    const { secret, wsProxy, iframe, reconnect, protocol } = model.config;
    const made = WebsocketConnection.newInstance({
      urls,
      wsProxy: Boolean(iframe || wsProxy),
      reconnect,
      protocol: isGeneration(protocol) ? protocol : undefined,
      ...(secret ? { secret } : {}),
    } as Parameters<typeof WebsocketConnection.newInstance>[0]);
    connection?.destroy();
    connection = made;
    model.subscriptions.push(made.onConnectionReady(publicAPI["readyForwarder"]), made.onConnectionError(publicAPI["errorForwarder"]), made.onConnectionClose(publicAPI["closeForwarder"]));
    session = made.connect();
  };

  const launch = (): void => {
    const made = ProcessLauncher.newInstance({ endPoint: model.config.sessionManagerURL || managerBesidePage() });
    launcher = made;
    model.subscriptions.push(
      made.onProcessReady((reply) => {
        model.config = decorate({ ...model.config, ...reply });
        connectTo(model.config.sessionURL ?? serverBesidePage());
      }),
      made.onError((reply: LauncherReply) => {
        if (reply.response?.error) return publicAPI["errorForwarder"](reply, reply.response.error);
        // No launcher there: every page that a trame server serves itself comes this way.
        model.config.sessionURL = serverBesidePage();
        connectTo(withHost(model.config).sessionURL as string);
      }),
    );
    made.start(model.config);
  };

  publicAPI["connect"] = (): void => {
    model.config = decorate(model.config);
    // a proxied socket needs no address of its own
    if (!model.config.sessionURL && (model.config.wsProxy || model.config.iframe)) model.config.sessionURL = "wss://proxy/";
    if (model.config.sessionURL) connectTo(model.config.sessionURL);
    else launch();
  };
  publicAPI["getSession"] = (): WebsocketSession | null => session;

  const cleanUp = (timeout?: number): void => {
    session = null;
    connection?.destroy(timeout);
    launcher?.destroy();
  };
  publicAPI["destroy"] = CompositeClosureHelper.chain(cleanUp, publicAPI["destroy"]);
}

export function extend(publicAPI: object, model: object, initialValues: Partial<ISmartConnectInitialValues> = {}): void {
  Object.assign(model, { config: {} }, initialValues);
  CompositeClosureHelper.destroy(publicAPI, model);
  for (const name of ["ConnectionReady", "ConnectionClose", "ConnectionError"]) CompositeClosureHelper.event(publicAPI, model, name);
  CompositeClosureHelper.isA(publicAPI, model, "SmartConnect");
  CompositeClosureHelper.get(publicAPI, model, ["config", "configDecorator"]);
  CompositeClosureHelper.set(publicAPI, model, ["configDecorator"]);
  makeSmartConnect(publicAPI, model as Model);
}

export const newInstance: (initialValues?: Partial<ISmartConnectInitialValues>) => SmartConnect = /* @__PURE__ */ CompositeClosureHelper.newInstance<SmartConnect>(extend);
export const SmartConnect: { newInstance: typeof newInstance; extend: typeof extend } = { newInstance, extend };
export default SmartConnect;
