// Where the server is: on the page's own host, unless the address says `?url=ws://…`. Where none answers there, or the
// address says `?mock`, the page brings its own.
import type { SessionOptions } from "wslink-rx";
import { showNotice } from "./page.js";

const ANSWER_MS = 5000;

const query = new URLSearchParams(location.search);

function serverUrl(): string {
  const url = new URL(query.get("url") ?? "ws", location.href);
  url.protocol = url.protocol.replace("http", "ws");
  return url.href;
}

/** `?secret=` leaves the address bar at once. A reload still finds it in the history's state, which is shown nowhere. */
function serverSecret(): string {
  const secret = query.get("secret");
  if (secret !== null) {
    const address = new URL(location.href);
    address.searchParams.delete("secret");
    history.replaceState({ secret }, "", address);
  }
  return (history.state as { secret?: string } | null)?.secret ?? "wslink-secret"; // a wslink server's own default
}

/** Does anything take a WebSocket there? A file host does not. */
function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url);
    const timer = setTimeout(done, ANSWER_MS, true); // silence: better an error that says so than a server that was not asked for
    function done(yes: boolean): void {
      clearTimeout(timer);
      socket.onopen = socket.onerror = null;
      socket.close();
      resolve(yes);
    }
    socket.onopen = () => done(true);
    socket.onerror = () => done(false);
  });
}

async function findServer(): Promise<SessionOptions & { url: string }> {
  const wanted = query.get("mock");
  const url = serverUrl();
  if (wanted === null && (query.has("url") || (await answers(url)))) return { url, secret: serverSecret() };
  const { startMock } = await import("./mock.js"); // a file of its own, loaded only here
  const mock = startMock(wanted === "v1" ? "v1" : "v2");
  showNotice(`${wanted === null ? "No server answers on this host. " : ""}This page runs on a mock server inside itself: all you see is made in this browser tab.`);
  return { url: mock.url, webSocket: mock.webSocket };
}

export const settings: SessionOptions & { url: string } = await findServer();
