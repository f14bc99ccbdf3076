import { expect, test } from "@playwright/test";
import { accepting } from "../../src/accepting.js";

test("a socket that cannot even be made is told as what it is, not as the platform's error", async () => {
  const refused = new DOMException("An insecure WebSocket connection may not be initiated", "SecurityError");
  const webSocket = (): never => {
    throw refused;
  };
  await expect(accepting("ws://server/ws", { webSocket, signal: new AbortController().signal, timeoutMs: 1_000 })).rejects.toMatchObject({
    name: "ConnectionError",
    stage: "launcher",
    hint: expect.stringContaining("mixed content"),
    message: expect.stringContaining("to ws://server/ws: An insecure WebSocket"),
    cause: refused,
  });
});
