// An app that imports the legacy client by both of its names, from its root and its deep paths, on ours: by an alias of Vite
// and of esbuild, and with the package installed by npm under the legacy name.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import * as esbuild from "esbuild";
import { build as viteBuild } from "vite";
import { startServer } from "../servers/real.js";
import { ROOT, run } from "../setup/command.mjs";
import { npm } from "../setup/npm.mjs";
import { expect, type Site, test } from "../setup/page.js";

let folder: string;
let archive: string;

test.beforeAll(async () => {
  test.setTimeout(240_000);
  folder = mkdtempSync(join(tmpdir(), "wslink-rx-alias-"));
  const packed = await npm(["pack", "--ignore-scripts", "--json", "--pack-destination", folder]);
  expect(packed.code, packed.output).toBe(0);
  archive = `file:${join(folder, packed.output.match(/"filename":\s*"([^"]+)"/)?.[1] as string)}`;
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A project with these packages beside rxjs, and with an app in it. */
async function project(name: string, manifest: object, app: string): Promise<string> {
  const place = join(folder, name);
  mkdirSync(place);
  writeFileSync(join(place, "package.json"), JSON.stringify({ name, private: true, type: "module", ...manifest }));
  writeFileSync(join(place, "app.js"), app);
  const installed = await npm(["install", "--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts"], { cwd: place });
  expect(installed.code, installed.output).toBe(0);
  return place;
}

/** What an app does with the legacy client, found under `names`; the last line names what is one and the same. */
const app = (...names: string[]): string => `
${names
  .map(
    (name, i) => `
import Smart${i}, { DEFAULT_SESSION_URL as url${i}, newInstance as new${i} } from "${name}/src/SmartConnect";
import SmartIndex${i} from "${name}/src/SmartConnect/index.js";
import Connection${i} from "${name}/src/WebsocketConnection";
import Launcher${i} from "${name}/src/ProcessLauncher";
import Helper${i}, { capitalize as capitalize${i} } from "${name}/src/CompositeClosureHelper";
import Client${i} from "${name}/src/WsLinkClient";
import * as root${i} from "${name}";`,
  )
  .join("")}
const apps = [${names.map((_, i) => `[Smart${i}, SmartIndex${i}, Connection${i}, Launcher${i}, Helper${i}, Client${i}, root${i}, new${i}, url${i}, capitalize${i}]`).join(", ")}];
window.run = (sessionURL) => Promise.all(apps.map(async ([Smart, SmartIndex, Connection, Launcher, Helper, Client, root, newInstance, url, capitalize]) => {
  const smart = Smart.newInstance({ config: { sessionURL } });
  const connection = await new Promise((resolve) => {
    smart.onConnectionReady(resolve);
    smart.connect();
  });
  const sum = await connection.getSession().call("test.add", [1, 2]);
  smart.destroy();
  const client = Client.newInstance({ protocols: { maths: (session) => ({ add: (a, b) => session.call("test.add", [a, b]) }) } });
  await client.connect({ sessionURL });
  const remote = await client.getRemote().maths.add(3, 4);
  client.disconnect();
  const same = [[root.SmartConnect, Smart], [SmartIndex, Smart], [root.WebsocketConnection, Connection], [root.ProcessLauncher, Launcher], [root.CompositeClosureHelper, Helper], [root.WsLinkClient, Client], [newInstance, Smart.newInstance]];
  return [sum, remote, same.every(([a, b]) => a === b && a !== undefined), url.startsWith("ws://"), capitalize("a")];
}));`;

/** Compiles the app that is written for the legacy client's types, under the legacy client's name, in a project. */
async function compiles(place: string, name: string, options: object): Promise<void> {
  writeFileSync(join(place, "typed.ts"), readFileSync(join(ROOT, "test/compat/typedApp.ts"), "utf8").replaceAll("wslink-rx/compat", name));
  const compilerOptions = { target: "ES2022", lib: ["ES2023", "DOM", "DOM.Iterable", "DOM.AsyncIterable", "ESNext.Disposable"], types: [], strict: true, noEmit: true, ...options };
  writeFileSync(join(place, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["typed.ts"] }));
  const { code, output } = await run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", place]);
  expect({ code, output }).toEqual({ code: 0, output: "" });
}

const RESULT = [3, 7, true, true, "A"];

const BUNDLER = { module: "ESNext", moduleResolution: "Bundler" };

async function runs(page: Page, site: Site, code: string, count: number): Promise<void> {
  const server = await startServer({ generation: 2 });
  try {
    await page.goto(site.html("<title>app</title>"));
    await page.addScriptTag({ content: code, type: "module" });
    await page.waitForFunction(() => "run" in window);
    expect(await page.evaluate((url) => (window as unknown as { run(url: string): Promise<unknown> }).run(url), server.url)).toEqual(Array(count).fill(RESULT));
  } finally {
    await server.stop();
  }
}

const ALIAS = { wslink: "wslink-rx/compat", "@kitware/wslink": "wslink-rx/compat" };

test("Vite's and esbuild's alias: both names of the legacy client, its root and its deep paths", async ({ page, site }) => {
  test.setTimeout(240_000);
  const root = await project("aliased", { dependencies: { "wslink-rx": archive, rxjs: "^7.8.0" } }, app("wslink", "@kitware/wslink"));

  const { outputFiles, warnings } = await esbuild.build({ absWorkingDir: root, entryPoints: ["app.js"], bundle: true, write: false, format: "esm", alias: ALIAS, logLevel: "silent" });
  expect(warnings).toEqual([]);
  await runs(page, site, outputFiles[0]?.text ?? "", 2);

  const built = await viteBuild({ root, configFile: false, logLevel: "warn", resolve: { alias: ALIAS }, build: { write: false, minify: true, lib: { entry: join(root, "app.js"), formats: ["es"] } } });
  const output = (Array.isArray(built) ? built : [built]).flatMap((one) => ("output" in one ? one.output : []));
  const chunk = output.find((one) => one.type === "chunk");
  await runs(page, site, chunk?.type === "chunk" ? chunk.code : "", 2);
});

test("TypeScript's paths beside an alias: the types of both names and their deep paths", async () => {
  test.setTimeout(240_000);
  const root = await project("paths", { dependencies: { "wslink-rx": archive, rxjs: "^7.8.0" } }, "");
  const guide = readFileSync(join(ROOT, "demo/docs/migrating.md"), "utf8");
  const { compilerOptions } = JSON.parse(guide.match(/```json\n(\{\s*"compilerOptions"[^`]*)```/)?.[1] as string);
  await compiles(root, "wslink", { ...BUNDLER, ...compilerOptions });
  await compiles(root, "@kitware/wslink", { ...BUNDLER, ...compilerOptions });
});

test("npm's overrides: a library's own dependencies on wslink and @kitware/wslink become ours, and configure() is at hand", async ({ page, site }) => {
  test.setTimeout(240_000);
  const library = join(folder, "library");
  mkdirSync(library);
  writeFileSync(
    join(library, "package.json"),
    JSON.stringify({ name: "library", version: "1.0.0", type: "module", main: "index.js", dependencies: { wslink: "^2.5.0", "@kitware/wslink": "^2.5.7" } }),
  );
  writeFileSync(join(library, "index.js"), app("wslink", "@kitware/wslink"));
  await npm(["pack", "--pack-destination", folder], { cwd: library });
  const root = await project(
    "overridden",
    { dependencies: { library: `file:${join(folder, "library-1.0.0.tgz")}`, rxjs: "^7.8.0" }, overrides: { wslink: archive, "@kitware/wslink": archive } },
    'import "library"; import { configure } from "wslink/compat"; configure({ protocol: "v2" });',
  );
  const { outputFiles, warnings } = await esbuild.build({ absWorkingDir: root, entryPoints: ["app.js"], bundle: true, write: false, format: "esm", logLevel: "silent" });
  expect(warnings).toEqual([]);
  await runs(page, site, outputFiles[0]?.text ?? "", 2);
});

test("installed by npm under the name wslink: a dependency's alias, with its types", async ({ page, site }) => {
  test.setTimeout(240_000);
  const root = await project("renamed", { dependencies: { wslink: archive, "@kitware/wslink": archive, rxjs: "^7.8.0" } }, app("wslink", "@kitware/wslink"));
  for (const options of [BUNDLER, { module: "NodeNext" }]) await compiles(root, "wslink", options);
  await compiles(root, "@kitware/wslink", BUNDLER);
  const { outputFiles, warnings } = await esbuild.build({ absWorkingDir: root, entryPoints: ["app.js"], bundle: true, write: false, format: "esm", logLevel: "silent" });
  expect(warnings).toEqual([]);
  await runs(page, site, outputFiles[0]?.text ?? "", 2);
});

test("the script tag's global wslink has all five, and configure()", async ({ page, site }) => {
  const server = await startServer({ generation: 1 });
  try {
    await page.goto(site.html('<script src="/dist/umd/compat.js"></script>'));
    const found = await page.evaluate(async (sessionURL) => {
      const { wslink } = window as unknown as { wslink: typeof import("wslink-rx/compat") };
      wslink.configure({ protocol: "v1" });
      const smart = wslink.SmartConnect.newInstance({ config: { sessionURL } });
      const sum = await new Promise((resolve) => {
        smart.onConnectionReady((connection) => resolve(connection.getSession().call("test.add", [1, 2])));
        smart.connect();
      });
      smart.destroy();
      return [Object.keys(wslink).sort((a, b) => a.localeCompare(b)), sum, "WslinkRx" in window];
    }, server.url);
    expect(found).toEqual([["CompositeClosureHelper", "configure", "default", "ProcessLauncher", "SmartConnect", "WebsocketConnection", "WsLinkClient"], 3, false]);
  } finally {
    await server.stop();
  }
});
