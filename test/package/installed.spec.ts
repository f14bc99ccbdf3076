import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as esbuild from "esbuild";
import { build as viteBuild } from "vite";
import { startServer } from "../servers/real.js";
import { ROOT, run } from "../setup/command.mjs";
import { npm } from "../setup/npm.mjs";
import { expect, test } from "../setup/page.js";

let project: string;

/** The packed package in an empty project, with rxjs, as a user would have it. */
test.beforeAll(async () => {
  test.setTimeout(180_000);
  project = mkdtempSync(join(tmpdir(), "wslink-rx-project-"));
  const packed = await npm(["pack", "--ignore-scripts", "--json", "--pack-destination", project]);
  expect(packed.code, packed.output).toBe(0);
  const archive = packed.output.match(/"filename":\s*"([^"]+)"/)?.[1];
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "app", private: true, type: "module" }));
  const installed = await npm(["install", "--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts", `./${archive}`, "rxjs@7"], { cwd: project });
  expect(installed.code, installed.output).toBe(0);
});

test.afterAll(() => rmSync(project, { recursive: true, force: true }));

/** Runs a program of the project and gives what it printed. */
async function node(file: string, text: string): Promise<string> {
  writeFileSync(join(project, file), text);
  const { code, output } = await run(process.execPath, [file], { cwd: project, env: { FORCE_COLOR: "0" } });
  expect(code, output).toBe(0);
  return output.trim();
}

for (const { name, module, moduleResolution, files } of [
  { name: "a bundler's ESM", module: "ESNext", moduleResolution: "bundler", files: ["contract.ts"] },
  { name: "Node's ESM and CommonJS", module: "NodeNext", moduleResolution: "NodeNext", files: ["contract.ts", "required.cts"] },
]) {
  test(`the installed package type-checks for ${name}, its own declarations too`, async () => {
    cpSync(join(ROOT, "test/types/contract.ts"), join(project, "contract.ts"));
    writeFileSync(
      join(project, "required.cts"),
      'import { connect, RpcError } from "wslink-rx";\nimport { rxjs } from "wslink-rx/standalone";\nexport const seen: [typeof connect, RpcError["code"], rxjs.Observable<number>] | undefined = undefined;\n',
    );
    const compilerOptions = { strict: true, noEmit: true, skipLibCheck: false, target: "ES2022", lib: ["ES2022", "DOM"], types: [], module, moduleResolution };
    writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    const { code, output } = await run(process.execPath, [join(ROOT, "node_modules/typescript/bin/tsc"), "-p", project, "--pretty", "false"]);
    expect(output).toBe("");
    expect(code).toBe(0);
  });
}

test("a wrong use of the installed package does not type-check", async () => {
  writeFileSync(join(project, "wrong.ts"), 'import { Session } from "wslink-rx";\nnew Session({ url: 5 });\n');
  const { code, output } = await run(
    process.execPath,
    [join(ROOT, "node_modules/typescript/bin/tsc"), "--ignoreConfig", "--pretty", "false", "--strict", "--noEmit", "--module", "NodeNext", "--target", "ES2022", "wrong.ts"],
    { cwd: project },
  );
  expect(code).not.toBe(0);
  expect(output).toContain("wrong.ts(2,15): error TS2322");
});

/** The app of `app.js` in one file, as the tool makes it without a setting of its own. */
const BUNDLERS: Record<string, () => Promise<string>> = {
  esbuild: async () => {
    const { outputFiles, warnings } = await esbuild.build({ absWorkingDir: project, entryPoints: ["app.js"], bundle: true, minify: true, write: false, format: "esm", logLevel: "silent" });
    expect(warnings).toEqual([]);
    return outputFiles[0]?.text ?? "";
  },
  Vite: async () => {
    const built = await viteBuild({ root: project, configFile: false, logLevel: "warn", build: { write: false, lib: { entry: join(project, "app.js"), formats: ["es"] } } });
    const chunks = (Array.isArray(built) ? built : [built]).flatMap((one) => ("output" in one ? one.output : [])).filter((one) => one.type === "chunk");
    expect(chunks).toHaveLength(1);
    return chunks[0]?.code ?? "";
  },
};

for (const [name, bundle] of Object.entries(BUNDLERS)) {
  test(`the installed package bundled by ${name} talks to a server, and holds no more than what is used`, async ({ page, site }) => {
    writeFileSync(
      join(project, "app.js"),
      `import { connect } from "wslink-rx";
       import { firstValueFrom, map } from "rxjs";
       globalThis.run = async (url) => {
         const session = await connect(url, { secret: "s" });
         const heard = firstValueFrom(session.topic("t").pipe(map((value) => value * 2)));
         await session.call("test.publish", ["t", 21]);
         const result = [await session.call("test.add", [1, 2]), await heard];
         await session.close();
         return result;
       };`,
    );
    const code = await bundle();
    for (const unused of ["MockServer", "ProcessLauncher", "SmartConnect", "mock-socket"]) expect(code).not.toContain(unused);
    const server = await startServer({ generation: 2, secret: "s" });
    await page.goto(site.html("<title>app</title>"));
    await page.addScriptTag({ content: code, type: "module" });
    await page.waitForFunction(() => "run" in window);
    expect(await page.evaluate((url) => (window as unknown as { run(url: string): Promise<unknown> }).run(url), server.url)).toEqual([3, 42]);
    await server.stop();
  });
}

test("import, require and the standalone file give the same names", async () => {
  const names: string[][] = JSON.parse(
    await node(
      "names.mjs",
      `import { createRequire } from "node:module";
       import * as imported from "wslink-rx";
       import * as standalone from "wslink-rx/standalone";
       const require = createRequire(import.meta.url);
       const all = [imported, require("wslink-rx"), standalone, require("wslink-rx/standalone")];
       console.log(JSON.stringify(all.map((one) => Object.keys(one).sort())));`,
    ),
  );
  expect(names[0]).toEqual(expect.arrayContaining(["connect", "isWslinkError", "RpcError", "Session"]));
  expect(names[1]).toEqual(names[0]);
  const legacy = ["CompositeClosureHelper", "ProcessLauncher", "SmartConnect", "WebsocketConnection", "WsLinkClient"];
  expect(names[0]).toEqual(expect.arrayContaining(legacy)); // for apps that have it installed under the legacy name
  expect(names[2]).toEqual([...(names[0] ?? []).filter((name) => !legacy.includes(name)), "rxjs"].sort());
  expect(names[3]).toEqual(names[2]);
});

for (const entry of ["testing", "compat"]) {
  test(`wslink-rx/${entry}: import and require give the same names`, async () => {
    const printed = await node(
      `${entry}.mjs`,
      `import { createRequire } from "node:module";
       import * as imported from "wslink-rx/${entry}";
       const both = [imported, createRequire(import.meta.url)("wslink-rx/${entry}")];
       console.log(JSON.stringify(both.map((one) => Object.keys(one).sort())));`,
    );
    const [imported, required] = JSON.parse(printed);
    expect(required).toEqual(imported);
  });
}

test("a CommonJS file's names can be imported by name", async () => {
  const printed = await node("named.mjs", 'import { connect, Session, rxjs } from "./node_modules/wslink-rx/dist/umd/wslink-rx.js"; console.log(typeof connect, typeof Session, typeof rxjs.map);');
  expect(printed).toBe("function function function");
});

test("the legacy client's API can be required and imported", async () => {
  const printed = await node(
    "compat.mjs",
    `import { createRequire } from "node:module";
     import { SmartConnect, configure } from "wslink-rx/compat";
     import Deep from "wslink-rx/compat/src/SmartConnect";
     import Deeper from "wslink-rx/compat/src/SmartConnect.js";
     const required = createRequire(import.meta.url)("wslink-rx/compat");
     configure({ reconnect: false });
     console.log(SmartConnect === Deep && Deep === Deeper, typeof required.SmartConnect.newInstance, typeof required.configure);`,
  );
  expect(printed).toBe("true function function");
});

test("import and require take rxjs from the project", async () => {
  const printed = await node(
    "rxjs.mjs",
    `import { createRequire } from "node:module";
     import { Observable } from "rxjs";
     import { Session } from "wslink-rx";
     const require = createRequire(import.meta.url);
     const required = new (require("wslink-rx").Session)({ url: "ws://localhost/ws" });
     console.log(new Session({ url: "ws://localhost/ws" }).topic("t") instanceof Observable, required.topic("t") instanceof require("rxjs").Observable);`,
  );
  expect(printed).toBe("true true");
});

test("an error of one copy of the package is known by another", async () => {
  const printed = await node(
    "copies.mjs",
    `import { createRequire } from "node:module";
     import { isWslinkError, WslinkError } from "wslink-rx";
     const other = createRequire(import.meta.url)("wslink-rx");
     const session = new other.Session({ url: "ws://localhost/ws" });
     const error = await session.call("a").catch((error) => error);
     console.log(error instanceof WslinkError, isWslinkError(error), isWslinkError(new Error("x")), error.name, error.kind);`,
  );
  expect(printed).toBe("false true false ConnectionError connection");
});

for (const entry of ["wslink-rx", "wslink-rx/standalone"]) {
  test(`importing ${entry} reads no global of a browser, changes none, and leaves nothing running`, async () => {
    const printed = await node(
      "globals.mjs",
      `const read = [];
       for (const name of ["window", "document", "location", "navigator", "WebSocket", "XMLHttpRequest", "fetch", "localStorage", "requestAnimationFrame", "performance", "process", "Buffer", "setTimeout", "setInterval", "queueMicrotask"])
         Object.defineProperty(globalThis, name, { configurable: true, get: () => void read.push(name) });
       const before = Reflect.ownKeys(globalThis);
       const module = await import(${JSON.stringify(entry)});
       const added = Reflect.ownKeys(globalThis).filter((key) => !before.includes(key));
       console.log(typeof module.connect, JSON.stringify({ read, added: added.map(String) }));`,
    );
    expect(printed).toBe('function {"read":[],"added":[]}');
  });
}

test("the package can be imported in a worker thread", async () => {
  const printed = await node(
    "worker.mjs",
    `import { Worker } from "node:worker_threads";
     new Worker('import("wslink-rx").then(({ Session }) => require("node:worker_threads").parentPort.postMessage(new Session({ url: "ws://localhost/ws" }).state.status))', { eval: true }).on("message", (status) => console.log(status));`,
  );
  expect(printed).toBe("idle");
});
