// What server.py does, on a mock server inside the page: for where there is no Python.
import { MockServer } from "wslink-rx/testing";
import type { Simple } from "./api.js";
import { sha256 } from "./digest.js";
import { picture } from "./picture.js";

const FRAME_MS = 100;

export function startMock(protocol: "v1" | "v2"): MockServer<Simple> {
  const server = new MockServer<Simple>({ protocol, url: "ws://in-this-page/ws" });

  server.rpc("myprotocol.add", ([numbers]) => numbers.reduce((sum, number) => sum + number, 0));
  server.rpc("myprotocol.mult", ([numbers]) => numbers.reduce((product, number) => product * number, 1));
  server.rpc("myprotocol.special", () => [Infinity, NaN, -Infinity]);

  // Bytes may stand anywhere in what a method returns or a topic publishes.
  server.rpc("myprotocol.image", async (_, { alt }) => ({ blob: await picture(0, alt) }));
  server.rpc("myprotocol.unwrapped.image", () => picture(85));
  server.rpc("myprotocol.nested.image", async () => ({
    image: { blob: await picture(170) },
    bytesList: [Uint8Array.of(1, 2, 3, 4).buffer, Uint8Array.of(5, 6, 7, 8, 9, 10).buffer],
  }));
  server.rpc("myprotocol.upload", async ([name, data]) => {
    const bytes = new Blob([data]);
    return { name, size: bytes.size, sha256: (await sha256(bytes)) ?? "unknown" };
  });

  let stream: ReturnType<typeof setInterval> | undefined;
  let subscribers = 0;
  const end = (): void => {
    clearInterval(stream);
    stream = undefined;
    subscribers = 0;
  };
  server.rpc("myprotocol.stream", ([topic]) => {
    subscribers++;
    let frame = 0;
    stream ??= setInterval(() => void push(++frame), FRAME_MS);
    return { subscribed: topic };
  });
  server.rpc("myprotocol.stop", ([topic]) => {
    if (--subscribers <= 0) end();
    return { unsubscribed: topic };
  });
  server.onClose = end; // the page is the only client, and one that left has not said `stop`
  async function push(frame: number): Promise<void> {
    const blob = await picture(frame * 4);
    if (stream !== undefined) server.publish("image", { blob, frame });
  }

  server.rpc("myprotocol.sleep", async ([seconds]) => {
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    return seconds;
  });
  server.rpc("myprotocol.unexpected", () => {
    throw new Error("this method always fails");
  });
  // application.exit, and application.exit.later, come with every mock server, too.
  return server;
}
