import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { faulty, TcpProxy } from "../reliability/tcpProxy.js";
import { type Generation, type RealServer, startServer } from "../servers/real.js";
import { ROOT, run } from "../setup/command.mjs";
import { nodeOf } from "./nodes.js";

/** Each major version, and whose sockets a session has in it: Node 20 brings none along. */
const NODES = [
  [20, "ws"],
  [22, "own"],
  [24, "own"],
] as const;

/** So long a scenario may take, with the end of its process, before it counts as one that hangs. */
const TIMEOUT_MS = 120_000;

/** 1.x takes an upload of 20 MB in one frame. */
const start = (generation: Generation): Promise<RealServer> => startServer({ generation, env: generation === 1 ? { WSLINK_MAX_MSG_SIZE: "64000000" } : {} });

for (const [major, sockets] of NODES) {
  test.describe(`in Node ${major}`, () => {
    let node = "";
    test.beforeAll(async () => {
      node = await nodeOf(major);
    });

    /** Runs a scenario in a process of its own, which has to end by itself and to say nothing else. */
    const passes = async (scenario: string, ...urls: string[]): Promise<void> => {
      const { code, output } = await run(node, [join(ROOT, "test/node/sockets.mjs"), scenario, sockets, ...urls], { env: { NODE_NO_WARNINGS: "1" }, timeoutMs: TIMEOUT_MS });
      expect({ code, output: output.trim() }).toEqual({ code: 0, output: `Node ${major}: ${scenario} done` });
    };

    for (const generation of [1, 2] as const) {
      for (const [scenario, title] of Object.entries({
        calls: "calls are answered, refused, aborted",
        topic: "topics start, give what is published, and stop",
        large: "20 MB arrive as they were, both ways",
        refused: "a port that refuses is a ConnectionError at once, and the process lives",
      })) {
        test(`wslink ${generation}: ${title}`, async () => {
          const server = await start(generation);
          try {
            await passes(scenario, server.url);
          } finally {
            await server.stop();
          }
        });
      }

      test(`wslink ${generation}: a server that is killed and started again is found again`, async () => {
        const server = await start(generation);
        const proxy = await TcpProxy.start(server.url);
        const another = server.ended.then(async () => {
          const started = await start(generation);
          proxy.lead(started.url);
          return started;
        });
        try {
          await passes("restarted", proxy.url);
        } finally {
          await server.stop();
          await (await another).stop();
          await proxy.close();
        }
      });

      test(`wslink ${generation}: a line that is cut in the middle of an upload is found again`, async () => {
        const server = await start(generation);
        // a server of 1.x gives the next upload the name of the one that never came
        const next = generation === 1 ? await start(generation) : server;
        const proxy = await TcpProxy.start(server.url);
        try {
          await passes("cut", faulty(proxy.url, { cut: "rst", after: 100_000, direction: "up" }), next.url);
        } finally {
          await proxy.close();
          for (const one of [server, next]) await one.stop();
        }
      });
    }

    test("a frame that no WebSocket takes costs the connection, and not the process", () => passes("garbled"));

    if (sockets === "ws") test("uploads by ws as a polyfill of the global WebSocket, which compresses, arrive as they were", () => passes("polyfill"));
  });
}
