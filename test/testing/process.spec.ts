import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { ROOT, run } from "../setup/command.mjs";

const node = (script: string) => run(process.execPath, ["--input-type=module", "-e", script], { env: { NODE_NO_WARNINGS: "1" } });

test("nothing keeps a Node process alive, neither an open session on a mock nor a closed one", async () => {
  const began = performance.now();
  const { code, output } = await node(`
    import { connect } from "wslink-rx";
    import { MockServer } from "wslink-rx/testing";
    const server = new MockServer().rpc("add", ([a, b]) => a + b);
    const session = await connect(server.url, { webSocket: server.webSocket, liveness: false });
    console.log(String(await session.call("add", [1, 2])));
  `);
  expect([code, output.trim()]).toEqual([0, "3"]);
  expect(performance.now() - began).toBeLessThan(60_000);
});

test("importing the entry changes no global, and of a browser's it only looks whether there is a window", async () => {
  const { output } = await node(`
    const read = [];
    for (const name of ["window", "document", "location", "navigator", "WebSocket", "MessageChannel", "process", "setTimeout", "performance"])
      Object.defineProperty(globalThis, name, { configurable: true, get: () => void read.push(name) });
    const before = Reflect.ownKeys(globalThis);
    const { MockServer } = await import("wslink-rx/testing");
    console.log(typeof MockServer, JSON.stringify({ read, added: Reflect.ownKeys(globalThis).filter((key) => !before.includes(key)) }));
  `);
  expect(output.trim()).toBe('function {"read":["window"],"added":[]}');
});

test("the port of the test server has every method of server.py", () => {
  const names = (file: string, pattern: RegExp) => [...readFileSync(join(ROOT, "test/servers", file), "utf8").matchAll(pattern)].map(([, name]) => name);
  const python = ["calls.py", "publications.py"].flatMap((file) => names(file, /@register\("([^"]+)"\)/g));
  expect(python.length).toBeGreaterThan(30);
  expect(new Set(names("mock.ts", /(?:method|server\.rpc)\("([^"]+)"/g))).toEqual(new Set(python));
});
