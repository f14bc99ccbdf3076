import { MockServer, type MockServerOptions } from "wslink-rx/testing";
import { startMock } from "../servers/mock.js";
import type { Backend, Place, Protocol, Trouble } from "./backend.js";

let count = 0;

const TROUBLE: Record<Trouble, (server: MockServer) => unknown> = {
  refused: (server) => server.stop(),
  "not found": (server) => server.fault("refuse"),
  "silent tcp": (server) => server.fault("hang"),
  "silent socket": (server) => server.fault("silent"),
};

/** Mock servers in the page itself. */
export async function mockBackend(protocol: Protocol, secret: string): Promise<Backend> {
  const logs: string[][] = [];
  const started = (make: (options: MockServerOptions) => MockServer, options: MockServerOptions): Place => {
    const lines: string[] = [];
    logs.push(lines);
    const server = make({ ...options, url: `ws://mock-${++count}.test/ws`, log: ({ message }) => lines.push(message) });
    return {
      options: { url: server.url, webSocket: server.webSocket },
      log: async () => lines.join("\n"),
      async stop() {
        server.stop({ code: 1006, reason: "" }); // as a process that is killed
        server.close();
      },
    };
  };
  const start = (options: MockServerOptions) => started(startMock, options);
  const troubled = (kind: Trouble) => (options: MockServerOptions) => {
    const server = new MockServer(options);
    TROUBLE[kind](server);
    return server;
  };
  return {
    name: `mock ${protocol}`,
    protocol,
    shared: start({ protocol, secret }),
    other: start({ protocol: protocol === "v1" ? "v2" : "v1", secret }),
    start: async (options = {}) => start({ protocol, ...options }),
    trouble: async (kind) => started(troubled(kind), { protocol }),
    logs: () => logs.map((lines) => lines.join("\n")),
  };
}
