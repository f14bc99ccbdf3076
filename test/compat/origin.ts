import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { type AddressInfo, connect } from "node:net";
import type { Duplex } from "node:stream";
import { join } from "node:path";
import { forward } from "../launcher/proxy.js";
import { ROOT } from "../setup/command.mjs";

export interface Origin {
  readonly url: string;
  close(): Promise<void>;
}

/** What stands at `…/paraview/` of a page's folder: no launcher at all, a sick one, or one that has started the server. */
const ANSWERS: Record<string, (response: ServerResponse) => void> = {
  "404": (response) => response.writeHead(404).end("nothing here"),
  "405": (response) => response.writeHead(405).end("405: Method Not Allowed"),
  "500": (response) => response.writeHead(500, { "content-type": "text/plain" }).end("500 Internal Server Error"),
  html: (response) => response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>a page</title>"),
  down: (response) => response.destroy(),
  sick: (response) => response.writeHead(200, { "content-type": "application/json" }).end('{"error":"no room"}'),
  started: (response) => response.writeHead(200, { "content-type": "application/json" }).end('{"sessionURL":"ws://USE_HOST/404/ws"}'),
  secret: (response) => response.writeHead(200, { "content-type": "application/json" }).end('{"sessionURL":"ws://USE_HOST/404/ws","secret":"wslink-secret"}'),
  busy: (response) => response.writeHead(503, { "content-type": "application/json" }).end('{"error":"All the resources are currently taken"}'),
};

/** A page's origin: pages at any path, `…/ws` is a wslink server, `/launcher/paraview/` a launcher, `/seen` the requests of this page so far, `/cut` cuts its lines. */
export async function startOrigin(module: string, ports: { server(): number; launcher: number }): Promise<Origin> {
  let seen: object[] = [];
  const sockets = new Set<Duplex>();
  const server = createServer((incoming: IncomingMessage, response: ServerResponse) => {
    const path = incoming.url ?? "/";
    const [, folder = "", place = ""] = path.split("/");
    if (path === "/module.js") response.writeHead(200, { "content-type": "text/javascript" }).end(module);
    else if (path === "/dist/umd/compat.js") response.writeHead(200, { "content-type": "text/javascript" }).end(readFileSync(join(ROOT, path)));
    else if (path === "/seen") response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(seen));
    else if (path === "/cut") {
      for (const socket of sockets) socket.destroy();
      response.end();
    } else if (place !== "paraview") {
      seen = [];
      response.writeHead(200, { "content-type": "text/html" }).end('<!doctype html><link rel="icon" href="data:,"><title>page</title>');
    } else if (folder === "launcher") forward(incoming, response, ports.launcher, path.replace("/launcher", ""), undefined);
    else {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        const { "content-type": type, "x-app": header } = incoming.headers;
        seen.push({ method: incoming.method, path, type, header, body: Buffer.concat(chunks).toString() });
        ANSWERS[folder]?.(response);
      });
    }
  });
  server.on("upgrade", (incoming, socket, head) => {
    const inner = connect(ports.server(), "127.0.0.1", () => {
      const headers = incoming.rawHeaders.reduce((text: string, part: string, i: number) => text + part + (i % 2 ? "\r\n" : ": "), "");
      inner.write(`GET /ws HTTP/1.1\r\n${headers}\r\n`);
      inner.write(head);
      socket.pipe(inner).pipe(socket);
    });
    for (const one of [socket, inner]) {
      sockets.add(one);
      one.once("error", () => one.destroy());
      one.once("close", () => sockets.delete(one));
    }
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => server.close(closed));
    },
  };
}
