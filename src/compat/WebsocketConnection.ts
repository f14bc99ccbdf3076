import { AuthenticationError, ConnectionError, type ConnectionStage, Session, type SessionState } from "../index.js";
import { blobSocket } from "./blobSocket.js";
import { type Bag, CompositeClosureHelper } from "./CompositeClosureHelper.js";
import { type CompatConfiguration, sessionOptions } from "./configure.js";
import type { ConnectionEvents } from "./connectionEvents.js";
import { domEvent } from "./domEvent.js";
import { legacyError } from "./legacyError.js";
import { legacySession, type WebsocketSession } from "./legacySession.js";
import { listen } from "./quiet.js";

export type { Subscribed, SubscriberInfo, WebsocketSession } from "./legacySession.js";

const DEFAULT_SECRET = "wslink-secret";

export interface IWebsocketConnectionInitialValues extends Pick<CompatConfiguration, "reconnect" | "protocol"> {
  /** `ws:` or `wss:`; of a list the first. */
  urls?: string | string[];
  secret?: string;
  /** Sockets come from the page's `WSLINK.createWebSocket`. */
  wsProxy?: boolean;
}

export interface WebsocketConnection extends ConnectionEvents<WebsocketConnection> {
  /** Gives the session at once, before it is ready; null without a usable URL. */
  connect(): WebsocketSession | null;
  /** null before connect(), which the legacy client's types do not say either. */
  getSession(): WebsocketSession;
  /** The address, while there is a connection. */
  getUrl(): string | undefined;
  /** Not in the legacy client: whether calls can be made now. */
  isOpen(): boolean;
}

interface Model extends Bag {
  urls?: string | string[];
  secret?: string;
  wsProxy?: boolean;
  reconnect?: CompatConfiguration["reconnect"];
  protocol?: CompatConfiguration["protocol"];
  session: WebsocketSession | null;
}

function makeConnection(publicAPI: Bag, model: Model): void {
  let rx: Session | undefined;
  /** There was a hello since connect(). */
  let ready = false;
  /** While open() is pending, its promise tells of the failure. */
  let opening = false;

  const fireClose = (code: number, reason = "", wasClean = false): void => publicAPI["fireConnectionClose"](publicAPI, domEvent("CloseEvent", "close", { code, reason, wasClean }));

  const changed = (state: SessionState): void => {
    if (state.status !== "closed" || !state.cause || !ready || opening) return; // without a cause the app closed it
    ready = false;
    const { cause } = state;
    if (cause instanceof AuthenticationError) publicAPI["fireConnectionError"](publicAPI, legacyError("wslink.hello", cause));
    else if (cause instanceof ConnectionError) fireClose(cause.code ?? 1006, cause.reason, cause.wasClean);
    else fireClose(1006);
  };

  const failed = (error: unknown): void => {
    if (error instanceof AuthenticationError) {
      publicAPI["fireConnectionError"](publicAPI, legacyError("wslink.hello", error));
      return;
    }
    const { message } = error as Error;
    const { stage, code = 1006 }: { stage?: ConnectionStage; code?: number | undefined } = error instanceof ConnectionError ? error : {};
    // a line that was cut after the socket had opened tells of no error
    if (stage === "socket" || !(error instanceof ConnectionError) || error.code === undefined) publicAPI["fireConnectionError"](publicAPI, domEvent("ErrorEvent", "error", { message, error }));
    fireClose(code);
  };

  const open = async (session: Session): Promise<void> => {
    opening = true;
    try {
      await session.open();
      ready = true;
      publicAPI["fireConnectionReady"](publicAPI);
    } catch (error) {
      if (!model["deleted"] && session.state.status === "closed") failed(error);
    } finally {
      opening = false;
    }
  };

  publicAPI["connect"] = (): WebsocketSession | null => {
    const url = [model.urls ?? []].flat()[0];
    if (!url) return null;
    if (!rx) {
      try {
        rx = makeSession(url, model);
      } catch (error) {
        publicAPI["fireConnectionError"](publicAPI, error);
        return null;
      }
      listen();
      rx.state$.subscribe(changed);
      model.session = legacySession(rx, () => {
        if (!ready) return; // open() tells of it
        ready = false;
        fireClose(1000, "", true);
      });
    }
    if (rx.state.status === "idle" || rx.state.status === "closed") void open(rx);
    return model.session;
  };

  publicAPI["getSession"] = (): WebsocketSession | null => model.session;
  publicAPI["isOpen"] = (): boolean => rx?.state.status === "open";
  publicAPI["getUrl"] = (): string | undefined => (rx && rx.state.status !== "closed" && rx.state.status !== "idle" ? [model.urls ?? []].flat()[0] : undefined);

  const cleanUp = (timeout?: number): void => {
    ready = false;
    if (rx) leave(rx, timeout);
  };
  publicAPI["destroy"] = CompositeClosureHelper.chain(cleanUp, publicAPI["destroy"]);
}

/** Closes. Only where the app gives a positive number of seconds the server is told to end after them, for everybody. */
function leave(rx: Session, timeout: unknown): void {
  if (typeof timeout !== "number" || !(timeout > 0) || rx.state.status !== "open") return void rx.close();
  const told = rx.call("application.exit.later", [timeout]).catch(() => {});
  // behind a large upload it has not gone out yet
  if (rx.stats().queued === 0) void rx.close();
  else void told.then(() => rx.close());
}

function makeSession(url: string, model: Model): Session {
  if (!/^wss?:/.test(url)) throw new Error(`Unknown protocol for url (${withoutPrivate(url)}): a WebsocketConnection needs ws: or wss:`);
  const { reconnect, protocol } = model;
  return new Session({
    ...sessionOptions({ reconnect, protocol }),
    url,
    secret: model.secret || DEFAULT_SECRET,
    // binaries as the legacy clients of the two generations gave them
    binary: (bytes, generation) => (generation === "v1" ? new Blob([bytes]) : new Uint8Array(bytes)),
    ...(model.wsProxy ? { webSocket: proxySocket } : {}),
  });
}

/** An address without user, password and query. */
const withoutPrivate = (url: string): string => url.replace(/[?#].*/s, "").replace(/\/\/[^/]*@/, "//");

/** Of the page's environment, such as a notebook. By its name alone: a script's `const` is no property of `globalThis`. */
declare const WSLINK: { createWebSocket(url: string): unknown };
const proxySocket = (url: string): ReturnType<typeof blobSocket> => blobSocket(WSLINK.createWebSocket(url));

export function extend(publicAPI: object, model: object, initialValues: IWebsocketConnectionInitialValues = {}): void {
  Object.assign(model, { secret: DEFAULT_SECRET, session: null, wsProxy: false }, initialValues);
  CompositeClosureHelper.destroy(publicAPI, model);
  for (const name of ["ConnectionReady", "ConnectionClose", "ConnectionError"]) CompositeClosureHelper.event(publicAPI, model, name);
  CompositeClosureHelper.isA(publicAPI, model, "WebsocketConnection");
  makeConnection(publicAPI, model as Model);
}

export const newInstance: (initialValues?: IWebsocketConnectionInitialValues) => WebsocketConnection = /* @__PURE__ */ CompositeClosureHelper.newInstance<WebsocketConnection>(extend);
export const WebsocketConnection: { newInstance: typeof newInstance; extend: typeof extend } = { newInstance, extend };
export default WebsocketConnection;
