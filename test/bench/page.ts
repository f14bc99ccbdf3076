import type { Job, Outcome, Reading, Sample } from "./bench.js";
import type { Found } from "./cases/case.js";
import { CASES } from "./cases/cases.js";
import type { Open } from "./clients/client.js";

interface Task {
  readonly startTime: number;
  readonly duration: number;
}

/** Tasks of 50 ms and more, as the browser tells them. */
const tasks: Task[] = [];
new PerformanceObserver((list) => tasks.push(...list.getEntries())).observe({ type: "longtask", buffered: true });

/** Runs a job, and tells what came of it to the server that served the page. */
export async function runJob(open: Open, job: Job): Promise<void> {
  const outcome: Outcome = await run(open, job).then(
    (samples) => ({ samples }),
    (error: unknown) => ({ error: error instanceof Error ? String(error.stack) : String(error) }),
  );
  await fetch("/outcome", { method: "POST", body: JSON.stringify(outcome) });
}

async function run(open: Open, job: Job): Promise<Sample[]> {
  const samples: Sample[] = [];
  const client = await open(job);
  for (const name of job.cases) {
    const one = CASES.find((other) => other.name === name);
    if (!one) throw new Error(`no case ${name}`);
    const measure = async (work: () => Promise<Found>, point?: number): Promise<void> => {
      samples.push({ case: name, point, ...(await measured(name, work)) });
    };
    await one.run(client, measure, job.quick);
  }
  return samples;
}

async function measured(name: string, work: () => Promise<Found>): Promise<Omit<Sample, "case">> {
  (globalThis as { gc?: () => void }).gc?.();
  const before = await reading(`/begin?${name}`);
  const began = performance.now();
  const found = await work();
  const ended = performance.now();
  const after = await reading("/end");
  // a task is told after its end, with the next idle moment
  await new Promise((resolve) => setTimeout(resolve, 100));
  const blocks = tasks.filter(({ startTime, duration }) => startTime < ended && startTime + duration > began);
  return {
    ...found,
    ms: ended - began,
    blockMs: Math.round(Math.max(0, ...blocks.map(({ duration }) => duration))),
    cpuMs: after.cpuMs === undefined ? undefined : after.cpuMs - (before.cpuMs ?? 0),
    peakBytes: after.peakBytes,
    grownBytes: after.peakBytes === undefined ? undefined : after.peakBytes - (before.peakBytes ?? 0),
  };
}

const reading = async (path: string): Promise<Reading> => (await fetch(path)).json();
