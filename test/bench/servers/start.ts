import { fileURLToPath } from "node:url";
import { type RunningProcess, startProcess } from "../../servers/process.js";
import { ensureServers } from "../../setup/ensure.mjs";
import type { ServerName } from "../bench.js";

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Starts those servers that are wanted, each in a process of its own; they end with us. */
export class Servers {
  private readonly running: RunningProcess<Record<string, number>>[] = [];
  private readonly urls = new Map<ServerName, Promise<string>>();
  /** Rejects when a server ends though nobody stopped it. */
  readonly failed: Promise<never>;
  private ended: (error: Error) => void = () => {};
  private fast: Promise<Record<string, number>> | undefined;

  constructor() {
    this.failed = new Promise((_, reject) => {
      this.ended = reject;
    });
    this.failed.catch(() => {}); // heard where it is waited for
  }

  url(name: ServerName): Promise<string> {
    const url = this.urls.get(name) ?? this.start(name).then((port) => `ws://127.0.0.1:${port}/ws`);
    this.urls.set(name, url);
    return url;
  }

  stop(): void {
    this.ended = () => {};
    for (const server of this.running) void server.stop();
  }

  private async start(name: ServerName): Promise<number> {
    if (name === "fast-v1" || name === "fast-v2") {
      this.fast ??= this.spawn([process.execPath, "--max-old-space-size=8192", "--import", here("../../setup/typescript.mjs"), here("fast.ts")], {});
      return (await this.fast)[name] as number;
    }
    const { v1, v2 } = await ensureServers();
    const env: Record<string, string> = name === "python-v2-plain" ? { WSLINK_WS_COMPRESS: "0" } : {};
    return (await this.spawn([name === "python-v1" ? v1 : v2, here("bench.py")], env))["port"] as number;
  }

  private async spawn(command: readonly [string, ...string[]], env: Record<string, string>): Promise<Record<string, number>> {
    const server = await startProcess<Record<string, number>>(command, { env });
    this.running.push(server);
    void server.ended.then(() => this.ended(new Error(`a server ended: ${command.join(" ")}\n${server.log().slice(-4000)}`)));
    return server.ready;
  }
}
