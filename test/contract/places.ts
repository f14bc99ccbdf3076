import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { WebSocketServer } from "ws";
import { startServer } from "../servers/real.js";
import type { PlaceOptions, Trouble } from "./backend.js";
import type { Address, Host } from "./host.js";

interface Open {
  log(): string;
  stop(): Promise<void>;
}

/** The servers that a page of the contract asked for. */
export class Places implements Host {
  /** What the servers that have stopped had printed. */
  readonly logs: string[] = [];
  readonly #open = new Map<number, Open>();
  #count = 0;

  async start(generation: 1 | 2, { secret, maxMsgSize, authMsgSize }: PlaceOptions): Promise<Address> {
    const env: Record<string, string> = {
      ...(maxMsgSize === undefined ? {} : { WSLINK_MAX_MSG_SIZE: String(maxMsgSize) }),
      ...(authMsgSize === undefined ? {} : { WSLINK_AUTH_MSG_SIZE: String(authMsgSize) }),
    };
    const server = await startServer({ generation, secret, env });
    return this.#add(server.url, server);
  }

  async trouble(kind: Trouble): Promise<Address> {
    const server = kind === "not found" ? createHttpServer((_, response) => response.writeHead(404).end("not here")) : createServer();
    const sockets = new Set<Socket>();
    server.on("connection", (socket: Socket) => sockets.add(socket.on("error", () => {}).once("close", () => sockets.delete(socket))));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws`;
    const stop = async () => {
      for (const socket of sockets) socket.destroy();
      await closed(server);
    };
    if (kind === "silent socket") {
      await closed(server);
      const silent = new WebSocketServer({ port: 0, host: "127.0.0.1" });
      await new Promise((listening) => silent.once("listening", listening));
      return this.#add(`ws://127.0.0.1:${(silent.address() as AddressInfo).port}/ws`, { log: () => "", stop: () => closed(silent) });
    }
    if (kind === "refused") await closed(server);
    return this.#add(url, { log: () => "", stop: kind === "refused" ? async () => {} : stop });
  }

  async log(id: number): Promise<string> {
    return this.#open.get(id)?.log() ?? "";
  }

  async stop(id: number): Promise<void> {
    const place = this.#open.get(id);
    this.#open.delete(id);
    await place?.stop();
    this.logs.push(place?.log() ?? ""); // only now it is whole
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((id) => this.stop(id)));
  }

  #add(url: string, place: Open): Address {
    this.#open.set(++this.#count, place);
    return { id: this.#count, url };
  }
}

/** A server that has no connection any more, or ends those it has. */
async function closed(server: Server | WebSocketServer): Promise<void> {
  if (server instanceof WebSocketServer) for (const client of server.clients) client.terminate();
  await new Promise((done) => server.close(done));
}
