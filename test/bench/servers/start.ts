import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ensureServers } from "../../setup/ensure.mjs";
import type { ServerName } from "../bench.js";

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

/** Starts those servers that are wanted, each in a process of its own; they end with us. */
export class Servers {
  private readonly children: ChildProcess[] = [];
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
    for (const child of this.children) child.kill("SIGKILL");
  }

  private async start(name: ServerName): Promise<number> {
    if (name === "fast-v1" || name === "fast-v2") {
      this.fast ??= this.spawn(process.execPath, ["--max-old-space-size=8192", "--import", here("../../setup/typescript.mjs"), here("fast.ts")], {});
      return (await this.fast)[name] as number;
    }
    const { v1, v2 } = await ensureServers();
    const env: Record<string, string> = name === "python-v2-plain" ? { WSLINK_WS_COMPRESS: "0" } : {};
    return (await this.spawn(name === "python-v1" ? v1 : v2, [here("bench.py")], env))["port"] as number;
  }

  private spawn(command: string, args: readonly string[], env: Record<string, string>): Promise<Record<string, number>> {
    const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["pipe", "pipe", "pipe"] });
    this.children.push(child);
    let errors = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      errors = (errors + text).slice(-4000);
    });
    return new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).on("line", (line) => {
        if (line.startsWith("READY ")) resolve(JSON.parse(line.slice(6)));
      });
      child.once("error", reject);
      child.once("close", () => {
        const error = new Error(`a server ended: ${command} ${args.join(" ")}\n${errors}`);
        reject(error);
        this.ended(error);
      });
    });
  }
}
