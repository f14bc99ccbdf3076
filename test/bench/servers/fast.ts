// A wslink server of both generations for clients to be measured against: it knows the benchmark's methods only, and its bursts are made before they are asked for.
// It listens on two ports and ends with its stdin.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Protocol } from "../bench.js";
import { FrameReader } from "./frameReader.js";
import { V1Peer } from "./v1Peer.js";
import { V2Peer } from "./v2Peer.js";

function listen(protocol: Protocol): Promise<number> {
  const server = createServer();
  server.on("upgrade", (request, socket: Socket) => {
    const accept = createHash("sha1").update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
    socket.setNoDelay(true);
    const write = (frames: readonly Buffer[]): void => {
      socket.cork();
      for (const frame of frames) socket.write(frame);
      socket.uncork();
    };
    const peer = protocol === "v1" ? new V1Peer(write, () => socket.destroy()) : new V2Peer(write);
    const reader = new FrameReader(
      (message) => peer.received(message),
      () => socket.end(Buffer.from([0x88, 0])),
    );
    socket.on("data", (piece: Buffer) => reader.push(piece));
    socket.on("error", () => socket.destroy());
  });
  return new Promise((listening) => server.listen(0, "127.0.0.1", () => listening((server.address() as AddressInfo).port)));
}

process.stdin.resume().on("end", () => process.exit());
console.log(`READY ${JSON.stringify({ "fast-v1": await listen("v1"), "fast-v2": await listen("v2") })}`);
