import { expect, test } from "@playwright/test";
import { SmartConnect, WsLinkClient } from "../../src/compat/index.js";
import { MockServer } from "../../src/testing/index.js";

/** Tests of an app run in Node too: no `location` is there, and none of the classes that a page's events have. */

const sessionURL = "ws://app.test/ws";
const secret = "wslink-secret";

function connected(smart: SmartConnect): Promise<void> {
  return new Promise((resolve) => {
    smart.onConnectionReady(() => resolve());
    smart.connect();
  });
}

test("SmartConnect in Node: ready, a cut line, a refused port", async () => {
  using server = new MockServer({ url: sessionURL }).rpc("add", ([a, b]) => (a as number) + (b as number));
  server.install();
  const smart = SmartConnect.newInstance({ config: { sessionURL, secret } });
  const cut = new Promise<CloseEvent>((resolve) => smart.onConnectionClose((_, event) => resolve(event)));
  await connected(smart);
  expect(await smart.getSession()?.call("add", [1, 2])).toBe(3);
  server.clients[0]?.drop();
  expect(await cut).toMatchObject({ type: "close", code: 1006 });

  server.fault("refuse");
  const refused = SmartConnect.newInstance({ config: { sessionURL, secret } });
  const told: unknown[] = [];
  refused.onConnectionError((_, event) => told.push(event));
  const closed = new Promise((resolve) => refused.onConnectionClose((_, event) => resolve(event)));
  refused.connect();
  expect(await closed).toMatchObject({ code: 1006 });
  expect(told).toMatchObject([{ type: "error" }]);
});

test("WsLinkClient in Node: it is not connected any more once the line was cut", async () => {
  using server = new MockServer({ url: sessionURL });
  server.install();
  const client = WsLinkClient.newInstance();
  const closed = new Promise((resolve) => client.onConnectionClose(resolve));
  await client.connect({ sessionURL, secret });
  expect(client.isConnected()).toBe(true);
  server.clients[0]?.drop();
  await closed;
  expect(client.isConnected()).toBe(false);
});
