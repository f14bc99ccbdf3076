import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { Reading } from "./bench.js";

/** The renderers of a browser's pages, as Linux's /proc shows them; elsewhere there are none. */
export function renderersOf(browser: number): number[] {
  const parents = new Map<number, number>();
  for (const pid of processes()) {
    const parent = /^PPid:\s*(\d+)/m.exec(text(`/proc/${pid}/status`))?.[1];
    if (parent) parents.set(pid, Number(parent));
  }
  const descends = (pid: number | undefined): boolean => pid !== undefined && (pid === browser || descends(parents.get(pid)));
  return [...parents.keys()].filter((pid) => {
    const command = text(`/proc/${pid}/cmdline`);
    // the browser draws its own surface in a renderer too
    return command.includes("--type=renderer") && !command.includes("--top-chrome-webui") && descends(pid);
  });
}

/** CPU time so far, and the most memory that was held since the last `reset`. */
export function read(renderers: readonly number[], reset: boolean): Reading {
  if (renderers.length === 0) return {};
  if (reset) for (const pid of renderers) writeFileSync(`/proc/${pid}/clear_refs`, "5"); // makes VmHWM what is held now
  const peaks = renderers.map((pid) => Number(/^VmHWM:\s*(\d+)/m.exec(text(`/proc/${pid}/status`))?.[1] ?? 0) * 1024);
  return { cpuMs: renderers.reduce((sum, pid) => sum + cpuMs(pid), 0), peakBytes: Math.max(...peaks) };
}

/** By the scheduler's count of nanoseconds, thread by thread: `stat` counts in ticks of 10 ms. */
function cpuMs(pid: number): number {
  const threads = entries(`/proc/${pid}/task`);
  return threads.reduce((sum, thread) => sum + Number(text(`/proc/${pid}/task/${thread}/schedstat`).split(" ")[0] || 0), 0) / 1e6;
}

const processes = (): number[] => entries("/proc").map(Number).filter(Number.isInteger);

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Processes come and go while one reads. */
function text(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
