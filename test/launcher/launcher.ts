import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startProcess } from "../servers/process.js";
import type { Generation } from "../servers/real.js";
import { ensureServers } from "../setup/ensure.mjs";

const SCRIPT = fileURLToPath(new URL("launched.py", import.meta.url));

export interface LauncherConfig {
  /** How many servers it may run at once. */
  readonly ports?: number;
  /** How many seconds a server may take to start. */
  readonly timeout?: number;
  readonly sessionURL?: string;
  /** Whether GET and DELETE are allowed. */
  readonly open?: boolean;
}

export interface Launcher {
  readonly port: number;
  /** Where the proxy finds a session's server: the launcher writes it for Apache. */
  portOf(id: string): number | undefined;
  stop(): Promise<void>;
}

/** Starts Python's own `wslink.launcher` of a generation. */
export async function startLauncher(generation: Generation, config: LauncherConfig = {}): Promise<Launcher> {
  const python = (await ensureServers())[generation === 1 ? "v1" : "v2"];
  const folder = mkdtempSync(join(tmpdir(), "wslink-rx-launcher-"));
  const mapping = join(folder, "proxy.txt");
  const [port = 0, ...ports] = await freePorts(1 + (config.ports ?? 1));
  const open = config.open ? "1" : "0";
  writeFileSync(
    join(folder, "launcher.json"),
    JSON.stringify({
      configuration: {
        host: "127.0.0.1",
        port,
        endpoint: "paraview",
        proxy_file: mapping,
        sessionURL: config.sessionURL ?? "ws://USE_HOSTNAME:$port/ws",
        timeout: config.timeout ?? 20,
        log_dir: folder,
        fields: ["host", "port"],
      },
      resources: ports.map((one) => ({ host: "127.0.0.1", port_range: [one, one] })),
      properties: { python, script: SCRIPT },
      apps: {
        secret: { cmd: ["$python", "$script", "$port", "$secret"], ready_line: "Starting factory" },
        open: { cmd: ["$python", "$script", "$port"], ready_line: "Starting factory" },
        mute: { cmd: ["$python", "$script", "$port"], ready_line: "a line that never comes" },
        missing: { cmd: ["/there/is/no/such/program", "--authKey", "$secret"], ready_line: "Starting factory" },
        early: { cmd: ["$python", "-c", "import sys; print('Starting factory', flush=True); sys.stdin.read()"], ready_line: "Starting factory" },
      },
    }),
  );
  const { stop } = await startProcess([python, "-m", "wslink.launcher", join(folder, "launcher.json")], {
    env: { WSLINK_LAUNCHER_GET: open, WSLINK_LAUNCHER_DELETE: open },
    ready: (line) => line.includes("Running on") || undefined,
  });
  return {
    port,
    portOf: (id) => {
      const line = readFileSync(mapping, "utf8")
        .split("\n")
        .find((one) => one.startsWith(`${id} `));
      return line === undefined ? undefined : Number(line.split(":").at(-1));
    },
    async stop() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Ports that nobody used a moment ago; all are held until the last is found, so that none comes twice. Below those that
 * a system gives away by itself, so that nobody gets one before it is used.
 */
export async function freePorts(count: number): Promise<number[]> {
  const held = await Promise.all(Array.from({ length: count }, hold));
  await Promise.all(held.map((server) => new Promise((closed) => server.close(closed))));
  return held.map(({ port }) => port);
}

async function hold(): Promise<Server & { port: number }> {
  for (;;) {
    const port = 10_000 + Math.floor(Math.random() * 20_000);
    const server = createServer().listen(port, "127.0.0.1");
    const free = await new Promise<boolean>((resolve) => {
      server.once("listening", () => resolve(true));
      server.once("error", () => resolve(false));
    });
    if (free) return Object.assign(server, { port });
  }
}
