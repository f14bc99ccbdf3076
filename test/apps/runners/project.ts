import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT, run } from "../../setup/command.mjs";
import { expect } from "../../setup/page.js";

const INSTALLED = join(ROOT, "test/apps/node_modules");

/** So long a runner may take before it is ended: less than a test of the suite, which is to say what the runner printed. A test in it gives up long before. */
const TIMEOUT_MS = 100_000;
const TEST_TIMEOUT = "--testTimeout=20000";

/** How each runner is started. Vitest's workers are threads, since a process of its own would outlive a runner that is ended, and a test in an endless loop would eat the machine. */
const RUNNERS = {
  vitest: ["vitest/vitest.mjs", "run", "--pool=threads", "--reporter=default", "--reporter=json", "--outputFile.json=results.json", TEST_TIMEOUT],
  jest: ["jest/bin/jest.js", "--json", "--outputFile=results.json", "--rootDir=.", "--testMatch=**/*.test.cjs", TEST_TIMEOUT],
} as const;

export interface Project {
  readonly name: string;
  readonly runner: keyof typeof RUNNERS;
  /** Further arguments of the runner. */
  readonly args?: readonly string[];
  /** What stands in it, by the name of the file. */
  readonly files: Readonly<Record<string, string>>;
  /** Packages of test/apps that it has beside the runner and ours. */
  readonly packages?: readonly string[];
}

/** Runs the tests of a project as a user has it: files of its own, and a copy of the package in its node_modules. Gives what became of each test, as `passed <title>`. */
export async function runProject({ name, runner, args = [], files, packages = [] }: Project): Promise<string[]> {
  const folder = join(ROOT, ".cache/runners", name);
  const modules = join(folder, "node_modules");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(modules, "wslink-rx"), { recursive: true });
  for (const one of [runner, ...packages]) symlinkSync(join(INSTALLED, one), join(modules, one));
  symlinkSync(join(ROOT, "node_modules/rxjs"), join(modules, "rxjs"));
  for (const part of ["package.json", "dist"]) cpSync(join(ROOT, part), join(modules, "wslink-rx", part), { recursive: true });
  for (const [file, text] of Object.entries({ "package.json": "{}", ...files })) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  const [script, ...options] = RUNNERS[runner];
  const { code, output } = await run(process.execPath, [join(INSTALLED, script), ...options, ...args], { cwd: folder, timeoutMs: TIMEOUT_MS, env: { FORCE_COLOR: "0" } });
  expect(code, output).toBe(0);
  const { testResults } = JSON.parse(readFileSync(join(folder, "results.json"), "utf8")) as { testResults: { assertionResults: { title: string; status: string }[] }[] };
  return testResults.flatMap(({ assertionResults }) => assertionResults.map(({ title, status }) => `${status} ${title}`));
}
