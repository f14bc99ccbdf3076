// Recording and replaying in a test environment with a DOM: jsdom's Blobs can be read by a FileReader alone.

/** @param {import("./suite.cjs").Tools & { record: typeof import("wslink-rx/testing").record }} tools */
module.exports = function recordingSuite({ test, expect, connect, MockServer, record }) {
  for (const protocol of /** @type {const} */ (["v1", "v2"])) {
    test(`${protocol}: what a session recorded is served again, by a Blob and by its bytes`, async () => {
      const server = new MockServer({ protocol }).rpc("bytes", () => ({ blob: new Uint8Array([1, 2, 3]), text: "ü" }));
      const session = await connect(server.url, { webSocket: server.webSocket });
      const recording = record(session);
      await session.call("bytes");
      const file = await recording.stop();
      await session.close();
      server.close();
      const bytes = await new Promise((resolve) => {
        const reader = new FileReader();
        reader.onload = () => resolve(reader.result);
        reader.readAsArrayBuffer(file);
      });
      for (const one of [file, /** @type {ArrayBuffer} */ (bytes)]) {
        const replayed = await MockServer.replay(one);
        const again = await connect(replayed.url, { webSocket: replayed.webSocket });
        const { blob, text } = await again.call("bytes");
        expect([...new Uint8Array(blob), text]).toEqual([1, 2, 3, "ü"]);
        await again.close();
        replayed.close();
      }
    });

    test(`${protocol}: a file that is no recording is told as that`, async () => {
      await expect(MockServer.replay(new Blob(["no recording"]))).rejects.toThrow("no recording");
    });
  }
};
