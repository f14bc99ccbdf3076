import type { Client, Open } from "./client.js";
import { RawSocket } from "./rawSocket.js";

/** A raw WebSocket with the smallest codec of v1: native JSON, and a publication's `data` where binaries stand. */
export const open: Open = async ({ url }): Promise<Client> => {
  const raw = await RawSocket.open(url);
  const { socket } = raw;
  const binaries = new Map<string, ArrayBuffer>();
  let announced = "";
  let keys = 0;

  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    if (typeof data !== "string") {
      binaries.set(announced, data);
      return;
    }
    const { id, args, result } = parse(data);
    if (id === undefined) {
      announced = args[0];
      return;
    }
    if (binaries.size > 0) {
      const bytes = binaries.get(result.data);
      if (bytes) {
        binaries.delete(result.data);
        result.data = bytes;
      }
    }
    raw.deliver(id, result);
  };

  function call(method: string, args: readonly unknown[], id = raw.nextId()): Promise<unknown> {
    socket.send(JSON.stringify({ wslink: "1.0", id, method, args, kwargs: {} }));
    return raw.reply(id);
  }

  const hello = (await call("wslink.hello", [{ secret: "wslink-secret" }], "system:c0:0")) as { clientID: string };
  raw.clientId = hello.clientID;
  return {
    call: (method, args) => call(method, args),
    subscribe: (topic, callback) => raw.subscribe(topic, callback),
    upload(data) {
      const key = `wslink_bin9${String(++keys).padStart(9, "0")}`;
      socket.send(JSON.stringify({ wslink: "1.0", method: "wslink.binary.attachment", args: [key] }));
      socket.send(data);
      return call("bench.upload", [key]);
    },
    async flood(args, messages) {
      // a publication with a binary is three frames
      const dropped = raw.drop((args[3] === "binary" ? messages * 3 : messages) + 1);
      void call("bench.burst", args);
      await dropped;
    },
  };
};

/** JSON has no NaN; the one that the benchmark's result holds stands behind this key. */
// biome-ignore lint/suspicious/noExplicitAny: the smallest codec knows what comes
function parse(text: string): any {
  try {
    return JSON.parse(text);
  } catch {
    return JSON.parse(text.replaceAll(":NaN", ":null").replaceAll(": NaN", ": null"), (key, value) => (key === "value" && value === null ? Number.NaN : value));
  }
}
