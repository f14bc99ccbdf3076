import { Session } from "node:inspector/promises";

export interface Branches {
  readonly all: number;
  readonly taken: number;
  /** Where those begin that were not taken: `v1.ts:1234`, in characters of the transpiled file. */
  readonly left: readonly string[];
}

/** Counts which branches of the modules below a folder are taken while `run` runs. They must not have been loaded before. */
export async function branchesOf(folder: string, run: () => Promise<void>): Promise<Branches> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.startPreciseCoverage", { callCount: false, detailed: true });
  await run();
  const { result } = await session.post("Profiler.takePreciseCoverage");
  session.disconnect();
  const ranges = result
    .filter(({ url }) => url.includes(folder))
    .flatMap(({ url, functions }) => functions.flatMap((one) => one.ranges.map(({ startOffset, count }) => ({ at: `${url.slice(url.lastIndexOf("/") + 1)}:${startOffset}`, count }))));
  return { all: ranges.length, taken: ranges.filter(({ count }) => count > 0).length, left: ranges.filter(({ count }) => count === 0).map(({ at }) => at) };
}
