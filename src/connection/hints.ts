/** What a person can do about a connection that could not be had. */

/** Hosts that a public page may not reach: addresses in numbers are taken for such. */
const isLocal = (host = ""): boolean => /^(localhost|[\d.]+|\[.*|.*\.local)$/.test(host);

/** What stands in the way of an answer. */
const WHY = "is it a wslink server, is it busy, does a firewall or proxy hold WebSockets back?";

/** No socket could be opened. The browser tells no script why, so the hint lists what it can be, likeliest first. */
export function socketHint(url: string, timedOut: boolean): string {
  const { protocol, hostname, pathname } = new URL(url);
  const page = globalThis.location;
  if (page?.protocol === "https:" && protocol === "ws:" && !/^(localhost|127\.|\[::1)/.test(hostname)) {
    return "An https page may open no ws: socket (mixed content): use wss:.";
  }
  const reason = timedOut ? `The handshake got no answer: ${WHY}` : `Is the server running at this host and port, is the path ${pathname} right (wslink's own is /ws), ${WHY}`;
  return page && isLocal(hostname) && !isLocal(page.hostname) ? `${reason} Browsers guard the local network.` : reason;
}

export const HINTS: Readonly<Record<"silent" | "closed" | "longSecret" | "webSocket" | "hello", string>> = {
  silent: `The socket opened, but the hello got no answer: ${WHY}`,
  closed: `The socket opened, but closed without a word: ${WHY}`,
  longSecret: "A 2.x server takes a secret of about 440 bytes, or what WSLINK_AUTH_MSG_SIZE allows.",
  webSocket: "Does the webSocket function give a socket? Node before 22 has none.",
  hello: "The hello got no clientID: is it a wslink server?",
};
