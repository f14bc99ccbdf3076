// Compiled with the tests: an app in TypeScript that was written for the types of the legacy client.
import { SmartConnect as FromRoot, WsLinkClient } from "wslink-rx/compat";
import CompositeClosureHelper from "wslink-rx/compat/src/CompositeClosureHelper";
import ProcessLauncher from "wslink-rx/compat/src/ProcessLauncher";
import SmartConnect, { DEFAULT_SESSION_MANAGER_URL, type ISmartConnectConfig, type ISmartConnectInitialValues, newInstance } from "wslink-rx/compat/src/SmartConnect";
import WebsocketConnection, { type SubscriberInfo, type WebsocketSession } from "wslink-rx/compat/src/WebsocketConnection";
import Client, { type vtkSubscription, type vtkWSLinkClient } from "wslink-rx/compat/src/WsLinkClient";

const values: ISmartConnectInitialValues = {
  config: { sessionURL: "ws://localhost:1234/ws", secret: "s", retry: 1 },
  configDecorator: (config: ISmartConnectConfig) => ({ ...config, application: "cone" }),
};

export class App {
  smart: SmartConnect = newInstance(values);
  session: WebsocketSession = this.smart.getSession();
  connection: WebsocketConnection | null = null;
  subscription: vtkSubscription | null = null;

  async start(): Promise<string> {
    this.smart.onConnectionReady((connection: WebsocketConnection) => {
      this.connection = connection;
      this.session = connection.getSession();
    });
    this.smart.onConnectionError((connection, error) => console.error(connection.getUrl(), error.code));
    this.smart.connect();
    const info: SubscriberInfo = await this.session.subscribe("topic", async (args: unknown[]) => args[0]).promise;
    await this.session.unsubscribe(info);
    await this.session.unsubscribe({ topic: "topic", callback: async (args) => args });
    const id: string = this.session.addAttachment(new Blob(["a"]));
    const answer: { ok: boolean } = await this.session.call("method", [id], { key: 1 });
    return `${answer.ok} ${DEFAULT_SESSION_MANAGER_URL}`;
  }

  async client(config: object): Promise<vtkWSLinkClient> {
    Client.setSmartConnectClass(SmartConnect);
    const client: Client = WsLinkClient.newInstance({ protocols: {} });
    this.subscription = client.onBusyChange((count: number) => console.log(count));
    client.setProtocols({ mine: (session: WebsocketSession) => ({ call: () => session.call("method") }) });
    return client.connect(config, (one: object) => one);
  }
}

export const parts: unknown[] = [FromRoot.extend, ProcessLauncher.newInstance({ endPoint: "/paraview/" }), CompositeClosureHelper.newInstance, WebsocketConnection.extend];
