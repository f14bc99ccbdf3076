import type SmartConnectV1 from "wslink-legacy-v1/src/SmartConnect";
import type { LegacySession } from "wslink-legacy-v1/src/SmartConnect";
import type { Client, Payload } from "./client.js";

/** The `wslink` npm client; its two generations have one API. */
export async function openLegacy(smartConnect: typeof SmartConnectV1, url: string): Promise<Client> {
  const session = await new Promise<LegacySession>((ready, failed) => {
    const instance = smartConnect.newInstance({ config: { sessionURL: url } });
    instance.onConnectionReady((connection) => ready(connection.getSession()));
    instance.onConnectionError(failed);
    instance.connect();
  });
  return {
    call: (method, args) => session.call(method, args),
    subscribe(topic, callback) {
      const subscription = session.subscribe(topic, ([payload]) => hand(payload, callback));
      return () => void subscription.unsubscribe();
    },
    upload: (data) => session.call("bench.upload", [session.addAttachment(data)]),
    async flood(args) {
      await session.call("bench.burst", args);
    },
  };
}

/** On v1 it gives binaries as Blobs, which a page must read before it can use them. */
function hand(payload: unknown, callback: (payload: Payload) => void): void {
  const { n, data } = payload as { n: number; data?: unknown };
  if (data instanceof Blob) void data.arrayBuffer().then((bytes) => callback({ n, data: bytes }));
  else callback(payload as Payload);
}
