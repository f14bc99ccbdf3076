import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";
import type { Launcher } from "./launcher.js";

/** The one origin of a page, its launcher and the servers that it starts, as Apache is set up in the field. */
export interface PageOrigin {
  readonly url: string;
  /** The requests that came, newest last: method, path, content type. */
  readonly seen: readonly string[];
  close(): Promise<void>;
}

/**
 * `/` is an empty page. `/paraview/…` is the launcher; `/incomplete/` and `/garbled/` are too, but with a body that lost its
 * keys or its end; `/html/` is no launcher. `/proxy?sessionId=…` is the socket of a session's server.
 */
export async function startProxy(launcher: Launcher, scripts: ReadonlyMap<string, string> = new Map()): Promise<PageOrigin> {
  const seen: string[] = [];
  const answer = (incoming: IncomingMessage, response: ServerResponse) => {
    const url = incoming.url ?? "/";
    const [, place = ""] = url.split("/");
    if (place === "paraview" || place === "incomplete" || place === "garbled") {
      seen.push(`${incoming.method} ${url} ${incoming.headers["content-type"] ?? "-"}`);
      forward(incoming, response, launcher.port, url.replace(place, "paraview"), { paraview: undefined, incomplete: "{}", garbled: "{" }[place]);
    } else if (scripts.has(url)) response.writeHead(200, { "content-type": "text/javascript" }).end(scripts.get(url));
    else response.writeHead(200, { "content-type": "text/html" }).end('<!doctype html><link rel="icon" href="data:,"><title>page</title>');
  };
  const server = createServer(answer);
  const sockets = new Set<Duplex>();
  server.on("upgrade", (incoming, socket, head) => {
    const port = launcher.portOf(new URL(incoming.url ?? "/", "http://page").searchParams.get("sessionId") ?? "");
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    if (port === undefined) {
      socket.end("HTTP/1.1 404 Not Found\r\n\r\n");
      return;
    }
    const headers = incoming.rawHeaders.reduce((text, part, i) => text + part + (i % 2 ? "\r\n" : ": "), "");
    const inner = connect(port, "127.0.0.1", () => {
      inner.write(`GET /ws HTTP/1.1\r\n${headers}\r\n`);
      inner.write(head);
      socket.pipe(inner).pipe(socket);
    });
    inner.once("error", () => socket.destroy());
    socket.once("error", () => inner.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async close() {
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}

export function forward(incoming: IncomingMessage, response: ServerResponse, port: number, path: string, body: string | undefined): void {
  const { "content-length": length, ...headers } = incoming.headers;
  const onward = request(
    { port, host: "127.0.0.1", path, method: incoming.method, headers: body === undefined ? incoming.headers : { ...headers, "content-length": String(body.length) } },
    (reply) => {
      response.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(response);
    },
  );
  onward.once("error", () => response.destroy());
  if (body === undefined) incoming.pipe(onward);
  else onward.end(body);
}
