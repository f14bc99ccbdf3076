/** The legacy client's API on a session: existing wslink apps run on it unchanged, by one alias line. */
import { CompositeClosureHelper } from "./CompositeClosureHelper.js";
import { ProcessLauncher } from "./ProcessLauncher.js";
import { SmartConnect } from "./makeSmartConnect.js";
import { WebsocketConnection } from "./WebsocketConnection.js";
import { WsLinkClient } from "./WsLinkClient.js";

export { type CompatConfiguration, configure } from "./configure.js";
export type { ISmartConnectConfig, ISmartConnectInitialValues } from "./makeSmartConnect.js";
export type { SubscriberInfo, WebsocketSession } from "./WebsocketConnection.js";
export type { vtkSubscription, vtkWSLinkClient } from "./WsLinkClient.js";
export { CompositeClosureHelper, ProcessLauncher, SmartConnect, WebsocketConnection, WsLinkClient };
const all: {
  CompositeClosureHelper: typeof CompositeClosureHelper;
  ProcessLauncher: typeof ProcessLauncher;
  SmartConnect: typeof SmartConnect;
  WebsocketConnection: typeof WebsocketConnection;
  WsLinkClient: typeof WsLinkClient;
} = { CompositeClosureHelper, ProcessLauncher, SmartConnect, WebsocketConnection, WsLinkClient };
export default all;
