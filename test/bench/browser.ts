import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureChromium } from "../setup/ensure.mjs";

const FLAGS = [
  "--headless=new",
  "--no-first-run",
  "--no-default-browser-check",
  "--disable-extensions",
  "--disable-component-update",
  "--disable-background-networking",
  "--disable-sync",
  "--mute-audio",
  "--disable-features=SpareRendererForSitePerProcess", // one renderer: the page's
  "--js-flags=--expose-gc", // each measurement begins with a clean heap
];

/** A Chromium with a fresh profile on one page, and nobody who drives it: a DevTools session would copy every frame to its client. */
export class Browser {
  private readonly profile = mkdtempSync(join(tmpdir(), "wslink-rx-bench-"));
  private readonly child: ChildProcess;
  private readonly kill = (): void => killAll(this.child);

  private constructor(program: string, url: string) {
    const flags = process.getuid?.() === 0 ? [...FLAGS, "--no-sandbox"] : FLAGS;
    // a group of its own, so that all its processes can be ended at once
    this.child = spawn(program, [...flags, `--user-data-dir=${this.profile}`, url], { stdio: "ignore", detached: true });
    process.once("exit", this.kill);
  }

  static async start(url: string): Promise<Browser> {
    return new Browser(await ensureChromium(), url);
  }

  get pid(): number {
    return this.child.pid as number;
  }

  /** Rejects when the browser ends by itself. */
  async failed(): Promise<never> {
    const [code, signal] = await once(this.child, "exit");
    throw new Error(`Chromium ended (${code ?? signal})`);
  }

  async stop(): Promise<void> {
    const { child } = this;
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, "exit");
      this.kill();
      await ended;
    }
    process.off("exit", this.kill);
    await rm(this.profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

function killAll({ pid }: ChildProcess): void {
  try {
    process.kill(-(pid as number), "SIGKILL");
  } catch {
    // it is gone already
  }
}
