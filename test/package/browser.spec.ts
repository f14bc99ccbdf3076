import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { type RealServer, startServer } from "../servers/real.js";
import { ROOT } from "../setup/command.mjs";
import { expect, type Site, test } from "../setup/page.js";

const SECRET = "package-secret";
const ADD = `session.call("test.add", [1, 2])`;
let server: RealServer;
let older: RealServer;
test.beforeAll(async () => {
  [server, older] = await Promise.all([startServer({ generation: 2, secret: SECRET }), startServer({ generation: 1, secret: SECRET })]);
});
test.afterAll(() => Promise.all([server.stop(), older.stop()]));

/** Opens a page with this text; what it hands to `done` comes back, what it throws is thrown here. */
async function open(page: Page, site: Site, text: string, headers: Record<string, string> = {}): Promise<unknown> {
  const thrown = new Promise<never>((_, reject) => page.once("pageerror", reject));
  thrown.catch(() => {}); // it may be thrown before the page is waited for
  await page.addInitScript("globalThis.result = new Promise((resolve) => { globalThis.done = resolve; });");
  await page.goto(site.html(text, headers));
  return Promise.race([page.evaluate("result"), thrown]);
}

const use = (names: string, { url } = server) => `const session = await ${names}.connect(${JSON.stringify(url)}, { secret: ${JSON.stringify(SECRET)} });`;

test("the script tag's global talks to a server and holds rxjs", async ({ page, site }) => {
  const result = await open(
    page,
    site,
    `<script src="/dist/umd/wslink-rx.js"></script>
     <script>(async () => { ${use("WslinkRx")} done([await ${ADD}, session.topic("t") instanceof WslinkRx.rxjs.Observable, typeof WslinkRx.rxjs.map, typeof rxjs, typeof module]); await session.close(); })();</script>`,
  );
  expect(result).toEqual([3, true, "function", "undefined", "undefined"]);
});

test("the external script takes the global rxjs", async ({ page, site }) => {
  const result = await open(
    page,
    site,
    `<script src="/node_modules/rxjs/dist/bundles/rxjs.umd.min.js"></script><script src="/dist/umd/wslink-rx.external.js"></script>
     <script>(async () => { ${use("WslinkRx")} done([await ${ADD}, session.topic("t") instanceof rxjs.Observable, "rxjs" in WslinkRx]); await session.close(); })();</script>`,
  );
  expect(result).toEqual([3, true, false]);
});

test("the external script says when the global rxjs is missing", async ({ page, site }) => {
  await expect(open(page, site, `<script src="/dist/umd/wslink-rx.external.js"></script>`)).rejects.toThrow("WslinkRx needs the global rxjs: load rxjs first");
});

test("the script tag of the legacy names: connects by the classic calls, and has a default as its module has", async ({ page, site }) => {
  const result = await open(
    page,
    site,
    `<script src="/dist/umd/compat.js"></script>
     <script>const smart = wslink.SmartConnect.newInstance({ config: { sessionURL: ${JSON.stringify(server.url)}, secret: ${JSON.stringify(SECRET)} } });
     smart.onConnectionReady(async (connection) => { done([await connection.getSession().call("test.add", [1, 2]), Object.keys(wslink.default)]); smart.destroy(); });
     smart.connect();</script>`,
  );
  expect(result).toEqual([3, ["CompositeClosureHelper", "ProcessLauncher", "SmartConnect", "WebsocketConnection", "WsLinkClient"]]);
});

test("an AMD loader gets the module, and rxjs is asked of it", async ({ page, site }) => {
  const result = await open(
    page,
    site,
    `<script src="/node_modules/rxjs/dist/bundles/rxjs.umd.min.js"></script>
     <script>const wanted = []; function define(names, factory) { wanted.push(names); modules.push(factory(...names.map(() => rxjs))); } define.amd = {}; const modules = [];</script>
     <script src="/dist/umd/wslink-rx.external.js"></script><script src="/dist/umd/wslink-rx.js"></script>
     <script>done([wanted, modules.map((one) => typeof one.connect), typeof WslinkRx]);</script>`,
  );
  expect(result).toEqual([[["rxjs"], []], ["function", "function"], "undefined"]);
});

test("a module script imports the standalone file", async ({ page, site }) => {
  const result = await open(
    page,
    site,
    `<script type="module">import { connect, rxjs } from "/dist/standalone.js"; ${use("({ connect })")} done([await ${ADD}, await rxjs.firstValueFrom(session.state$.pipe(rxjs.map((state) => state.protocol)))]); await session.close();</script>`,
  );
  expect(result).toEqual([3, "v2"]);
});

test("the npm files work in a page with an import map", async ({ page, site }) => {
  const rxjs = await site.bundle("node_modules/rxjs/dist/esm/index.js");
  const result = await open(
    page,
    site,
    `<script type="importmap">{ "imports": { "wslink-rx": "/dist/esm/index.js", "rxjs": "${rxjs}" } }</script>
     <script type="module">import { connect } from "wslink-rx"; import { Observable } from "rxjs"; ${use("({ connect })")} done([await ${ADD}, session.topic("t") instanceof Observable]); await session.close();</script>`,
  );
  expect(result).toEqual([3, true]);
});

for (const generation of [1, 2])
  test(`a session works in a module worker (wslink ${generation}.x)`, async ({ page, site }) => {
    const { url } = generation === 1 ? older : server;
    const script = `${await site.bundle("test/package/inWorker.ts")}?${new URLSearchParams({ url, secret: SECRET })}`;
    const result = await open(page, site, `<script>new Worker(${JSON.stringify(script)}, { type: "module" }).onmessage = ({ data }) => done(data);</script>`);
    expect(result).toEqual({
      result: {
        page: "undefinedundefined",
        addresses: ["ws://here/made/ws?a=1"],
        status: "open",
        protocol: `v${generation}`,
        bytes: [1, 2, 3],
        heard: { x: 1.5 },
        probed: true,
        last: "ConnectionError",
        closed: { status: "closed" },
      },
    });
  });

test("a URL is relative to the page's <base>, keeps its query and loses its fragment", async ({ page, site }) => {
  const { host } = new URL(server.url);
  const result = await open(
    page,
    site,
    `<base href="http://${host}/folder/"><script type="module">
       import { connect } from "${site.url}/dist/standalone.js";
       location.hash = "#/view";
       const opened = [];
       for (const url of ["../ws", "/ws#/route", "//${host}/ws#", "ws://${host}/ws#/route?b=2", "http://${host}/ws?a=1#/b"]) {
         const session = await connect(url, { secret: ${JSON.stringify(SECRET)}, webSocket: (address) => { opened.push(address); return new WebSocket(address); } });
         if (await ${ADD} !== 3) throw new Error(url);
         await session.close();
       }
       done(opened);
     </script>`,
  );
  expect(result).toEqual([...Array(4).fill(`ws://${host}/ws`), `ws://${host}/ws?a=1`]);
});

for (const generation of [1, 2])
  test(`values, binaries, signals and sockets of an iframe are as good as the page's own (wslink ${generation}.x)`, async ({ page, site }) => {
    const result = await open(
      page,
      site,
      `<iframe></iframe><script type="module">
         import { connect, isWslinkError } from "/dist/standalone.js";
         const inner = document.querySelector("iframe").contentWindow;
         const made = (code) => inner.eval(code);
         const session = await connect(${JSON.stringify((generation === 1 ? older : server).url)}, { secret: ${JSON.stringify(SECRET)}, webSocket: (url) => new inner.WebSocket(url) });
         const report = await session.call("test.report", made('[[1, 2.5, "a", null, undefined], { a: { b: true } }, new Date(0)]'), made("({ k: 1 })"));
         const digests = await session.call("test.digests", made('[new Uint8Array([1, 2, 3]), new ArrayBuffer(4), new DataView(new ArrayBuffer(5)), new Blob(["six sx"]), new File(["seven s"], "f")]'));
         const back = await session.call("test.same", [made("new Uint8Array([7, 8])")]);
         const moved = made("new ArrayBuffer(9)");
         const [{ length }] = await session.call("test.digests", [moved], {}, { transfer: [moved] });
         const refused = [];
         for (const code of ["new Map()", "new Set()", "() => 1", "Promise.resolve()", "new Error()"]) refused.push(await session.call("test.same", [made(code)]).catch(({ name, message }) => name + ": " + message.split(":")[0]));
         const controller = made("new AbortController()");
         const call = session.call("test.block", [0.2], {}, { signal: controller.signal }).catch((error) => error === controller.signal.reason);
         controller.abort();
         done([report, digests.map(({ length }) => length), back instanceof ArrayBuffer ? [...new Uint8Array(back)] : [...new Uint8Array(back)], moved.byteLength, length, refused, await call, isWslinkError(await session.call("test.mistake").catch((error) => error))]);
         await session.close();
       </script>`,
    );
    const refused = Array(5).fill("TypeError: args[0] cannot be sent");
    expect(result).toEqual([
      {
        args: [["int 1", "float 2.5", "str a", "NoneType None", "NoneType None"], { "str a": { "str b": "bool True" } }, "str 1970-01-01T00:00:00.000Z"],
        kwargs: { "str k": "int 1" },
      },
      [3, 4, 5, 6, 7],
      [7, 8],
      0,
      9,
      refused,
      true,
      true,
    ]);
  });

for (const generation of [1, 2]) {
  test(`the builds run under a strict Content-Security-Policy (wslink ${generation}.x)`, async ({ page, site }) => {
    const result = await open(
      page,
      site,
      `<script nonce="n" src="/dist/umd/wslink-rx.js"></script>
       <script nonce="n" type="module">
         import { connect } from "/dist/standalone.js";
         ${use("({ connect })", generation === 1 ? older : server)}
         const evaluated = (() => { try { return new Function("return 1")(); } catch { return "refused"; } })();
         const [value] = await session.call("test.same", [[{ bytes: new Uint8Array([1, 2, 3]), x: NaN }]]);
         done([await ${ADD}, [...new Uint8Array(value.bytes)], value.x, session.state.protocol, typeof WslinkRx.connect, evaluated]);
         await session.close();
       </script>`,
      { "content-security-policy": "default-src 'none'; script-src 'self' 'nonce-n'; connect-src ws: http:; img-src data:" },
    );
    expect(result).toEqual([3, [1, 2, 3], Number.NaN, `v${generation}`, "function", "refused"]);
  });
}

test("no build makes code from text", () => {
  const files = readdirSync(join(ROOT, "dist"), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".js"));
  expect(files.length).toBeGreaterThanOrEqual(4);
  for (const file of files) expect(readFileSync(join(ROOT, "dist", file), "utf8"), file).not.toMatch(/\beval\s*\(|\bnew Function\b|\bFunction\s*\(\s*["'`]/);
});

test("every build has its source map, with the sources in it", () => {
  const files = readdirSync(join(ROOT, "dist"), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".js"));
  const inChunks: string[] = [];
  for (const file of files) {
    const map = JSON.parse(readFileSync(join(ROOT, "dist", `${file}.map`), "utf8"));
    expect(map.sourcesContent, file).toHaveLength(map.sources.length);
    // an entry of nothing but names, and a chunk of the bundler's own, have no source
    if (file.startsWith("esm")) inChunks.push(...map.sources);
    else expect(map.sources.length, file).toBeGreaterThan(0);
  }
  for (const source of ["src/session.ts", "src/testing/mockServer.ts", "src/wire/v1.ts"]) expect(inChunks).toContainEqual(expect.stringMatching(`${source}$`));
});
