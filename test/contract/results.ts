import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BackendName } from "./backends.js";

/** Where the workers of this run find the folder of its results. Each run has one of its own, a run within a run too. */
const FOLDER = "CONTRACT_RESULTS";

/** What came of each behaviour on each backend. */
export type Results = ReadonlyMap<string, ReadonlyMap<string, boolean>>;

export function beginResults(): void {
  process.env[FOLDER] = mkdtempSync(join(tmpdir(), "wslink-rx-results-"));
}

/** Where nobody collects results, nothing. */
export function noteResult(backend: BackendName, behaviour: string, holds: boolean): void {
  const folder = process.env[FOLDER];
  if (folder !== undefined) appendFileSync(join(folder, `${backend}.jsonl`), `${JSON.stringify([behaviour, holds])}\n`);
}

/** All results, and their folder is gone. */
export function takeResults(): Results {
  const folder = process.env[FOLDER] as string;
  const results = readdirSync(folder).map((file) => {
    const lines = readFileSync(join(folder, file), "utf8").trim().split("\n");
    return [file.replace(".jsonl", ""), new Map(lines.map((line) => JSON.parse(line) as [string, boolean]))] as const;
  });
  rmSync(folder, { recursive: true, force: true });
  return new Map(results);
}
