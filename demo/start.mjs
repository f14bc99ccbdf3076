// `npm start`: sets up what is missing, builds the page, starts the server of demo/server.py and prints where it is.
// WSLINK=1|2 chooses the generation of wslink, PORT the port. Without Python the page runs on a mock server of its own.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ROOT, say, SetupError } from "../test/setup/command.mjs";
import { ensureServers } from "../test/setup/servers.mjs";
import { buildDemo } from "./build.mjs";
import { serveFiles } from "./fileServer.mjs";

const HOST = "127.0.0.1"; // a browser takes it for as good as https

/** The number in an environment variable. @param {string} name @param {number} otherwise @param {number} least @param {number} most @param {string} what */
function setting(name, otherwise, least, most, what) {
  const value = process.env[name] || String(otherwise);
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < least || number > most) throw new SetupError(`${name}=${value}: it must be ${what}.`);
  return number;
}

/** @param {number} port */
async function isFree(port) {
  const probe = createServer();
  try {
    await once(probe.listen(port, HOST), "listening");
    return true;
  } catch {
    return false;
  } finally {
    probe.close();
  }
}

/** @param {string} python @param {string} folder @param {number} port */
async function startServer(python, folder, port) {
  const args = [join(ROOT, "demo/server.py"), "--host", HOST, "--port", String(port), "--content", folder, "--end-with-stdin"];
  // Its stdin is a pipe from us, which closes when we are gone, however that came: then the server ends too.
  const server = spawn(python, args, { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" } });
  for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM", "SIGHUP"])) process.on(signal, () => server.stdin.end());
  const ended = once(server, "exit");
  const port$ = new Promise((resolve) => {
    createInterface({ input: server.stdout }).on("line", (line) => line.startsWith("port ") && resolve(line.slice("port ".length)));
  });
  const taken = await Promise.race([port$, ended.then(() => undefined)]);
  if (taken === undefined) throw new SetupError("the server did not start: see above.");
  return { url: `http://${HOST}:${taken}/`, ended };
}

/** A signal to npm ends npm and the shell between us, and reaches us not: that the parent changes is all there is to see. */
function endWithNpm() {
  if (!process.env["npm_lifecycle_event"]) return;
  const parent = process.ppid;
  setInterval(() => process.ppid !== parent && process.exit(), 500).unref();
}

async function main() {
  endWithNpm();
  const generation = setting("WSLINK", 2, 1, 2, "1 or 2");
  const wanted = setting("PORT", 8080, 0, 65535, "a number from 0 to 65535");
  const folder = await buildDemo();
  const port = (await isFree(wanted)) ? wanted : 0;

  const servers = await ensureServers().catch((error) => {
    if (!(error instanceof SetupError)) throw error;
    say(error.message);
    return undefined;
  });
  if (!servers) {
    const server = await serveFiles(folder, port);
    const { port: taken } = /** @type {import("node:net").AddressInfo} */ (server.address());
    say("Without a Python server the page runs on a mock server inside itself. Ctrl-C ends this.");
    console.log(`\nhttp://${HOST}:${taken}/?mock\n`);
    return;
  }
  const { url, ended } = await startServer(generation === 1 ? servers.v1 : servers.v2, folder, port);
  say(`A Python server on wslink ${generation}.x serves the demo. Ctrl-C ends it.`);
  if (generation === 1) say("What it prints about 'utf-8' when a page connects is how it refuses protocol v2: then the page speaks v1.");
  console.log(`\n${url}\n`);
  const [code, signal] = await ended;
  say(`The server has ended${code === 0 ? "" : ` with ${signal ?? `exit code ${code}`}`}.`);
  if (code !== 0) process.exitCode = 1;
}

main().catch((error) => {
  if (!(error instanceof SetupError)) throw error;
  say(error.message);
  process.exitCode = 1;
});
