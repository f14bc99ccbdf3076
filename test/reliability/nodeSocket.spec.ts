import { createHash } from "node:crypto";
import { expect, test } from "@playwright/test";
import { Session } from "wslink-rx";
import { startServer } from "../servers/real.js";
import { nodeSocket } from "../testing/rawPeer.js";

test("uploads by ws in Node, which compresses frames after send() has returned, arrive as they were", async () => {
  const server = await startServer({ generation: 2, secret: "of this run" });
  try {
    const session = new Session({ url: server.url, secret: "of this run", webSocket: nodeSocket });
    await session.open();
    const bytes = Uint8Array.from({ length: 10_000_000 }, (_, i) => i >> 12);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const uploads = [bytes, new Blob([bytes]), bytes].map((one) => session.call("test.digests", [one]));
    for (const upload of uploads) expect(await upload).toEqual([{ path: "0", length: bytes.length, sha256 }]);
    await session.close();
  } finally {
    await server.stop();
  }
});
