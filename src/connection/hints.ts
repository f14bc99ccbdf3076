/** What a person can do about a connection that could not be had. */

const isLocal = (host: string): boolean => /^(localhost|.*\.local|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|\[(::1|f[cd]|fe80))/.test(host);

/** No socket could be opened. The browser tells no script why, so the hint lists what it can be, likeliest first. */
export function socketHint(url: string, timedOut: boolean): string {
  const { protocol, hostname, pathname } = new URL(url);
  const page = globalThis.location;
  if (page?.protocol === "https:" && protocol === "ws:" && !/^(localhost|127\.|\[::1)/.test(hostname)) {
    return "An https page may open no ws: socket (mixed content): use wss:.";
  }
  const local = page && isLocal(hostname) && !isLocal(page.hostname ?? "");
  return (
    (timedOut
      ? "The handshake got no answer: is it a wslink server, is it busy, does a firewall or proxy hold WebSockets back?"
      : `Is the server running, at this host and port? Is the path ${pathname} right (wslink's own is /ws), does a firewall or proxy hold WebSockets back?`) +
    (local ? " The browser may keep a page from elsewhere off the local network." : "")
  );
}

export const HINTS = {
  silent: "The socket opened, but the hello got no answer: is it a wslink server, is it busy, does a firewall or proxy hold WebSockets back?",
  closed: "The socket opened, but closed without a word: is it a wslink server, did it end, did a proxy close it?",
  v2: 'A server of wslink 1.x closes the socket on a v2 hello: use protocol: "auto" or "v1".',
  v1: 'A server of wslink 2.x never answers text: use protocol: "auto" or "v2".',
  longSecret: "A server of wslink 2.x takes a secret of about 440 bytes, or what WSLINK_AUTH_MSG_SIZE allows.",
  webSocket: "Does the webSocket function give a socket? Without one Node needs version 22.",
  hello: "The server answered the hello without a clientID: is it a wslink server?",
} as const;
