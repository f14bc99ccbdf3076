import { redacted } from "./check.js";
import { asError, ConnectionError } from "./errors.js";
import { pause } from "./pause.js";
import type { WebSocketLike } from "./transport/webSocket.js";

/** Between two sockets that find out whether a server is there yet, in milliseconds. */
const BETWEEN_MS = 200;

export interface AcceptingOptions {
  readonly webSocket: (url: string) => WebSocketLike;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/**
 * Resolves once the server accepts a socket: a launcher says that it has started, a proxy may not know of it yet.
 * @throws ConnectionError when it has not in time, the reason of the `signal`.
 */
export async function accepting(url: string, { webSocket, signal, timeoutMs }: AcceptingOptions): Promise<void> {
  const until = performance.now() + timeoutMs;
  for (;;) {
    if (await opens(made(webSocket, url), until - performance.now(), signal)) return;
    if (performance.now() + BETWEEN_MS >= until) break;
    await pause(BETWEEN_MS, signal);
  }
  throw new ConnectionError(`a server was launched, but ${redacted(url)} accepted no socket within ${timeoutMs} ms.`, {
    stage: "launcher",
    hint: "Is the sessionURL of the launcher's configuration right, and does a proxy on the way pass WebSockets on?",
  });
}

function made(webSocket: AcceptingOptions["webSocket"], url: string): WebSocketLike {
  try {
    return webSocket(url);
  } catch (cause) {
    const hint = "An https page may open no ws: socket (mixed content), and without WebSocket Node needs the webSocket option.";
    throw new ConnectionError(`a server was launched, but no socket could be made to ${redacted(url)}: ${redacted(asError(cause).message)}.`, { stage: "launcher", hint, cause });
  }
}

function opens(socket: WebSocketLike, timeoutMs: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", aborted);
      socket.onopen = socket.onclose = null; // onerror stays: a socket in Node without a listener would throw
      socket.close();
      act();
    };
    const aborted = (): void => settle(() => reject(signal.reason as Error));
    const timer = setTimeout(() => settle(() => resolve(false)), Math.max(0, timeoutMs));
    signal.addEventListener("abort", aborted);
    socket.onopen = () => settle(() => resolve(true));
    socket.onclose = () => settle(() => resolve(false));
    socket.onerror = () => {};
  });
}
