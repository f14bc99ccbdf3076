import { join } from "node:path";
import { ROOT, run } from "./command.mjs";
import { importFaults, sourceFiles } from "./imports.mjs";
import { checkSize } from "./size.mjs";

/** @typedef {{ name: string, run: () => Promise<{ code: number, output: string }>, figure?: boolean }} Check `figure`: its output is worth a look when it passes */

/** @param {string} name @param {readonly string[]} args */
const tool = (name, args) => run(process.execPath, [join(ROOT, "node_modules", name), ...args], { env: { NO_COLOR: "1" } });

/** Of the sources. @type {readonly Check[]} */
export const SOURCE_CHECKS = [
  { name: "format", run: () => tool("@biomejs/biome/bin/biome", ["format", "."]) },
  { name: "lint", run: () => tool("@biomejs/biome/bin/biome", ["lint", "--error-on-warnings", "."]) },
  { name: "promises", run: () => tool("oxlint/bin/oxlint", ["--type-aware", "--deny-warnings", "src", "test", "demo", "esbuild.config.mjs"]) },
  { name: "types of src", run: () => tool("typescript/bin/tsc", ["-p", ".", "--noEmit"]) },
  { name: "types of test and demo", run: () => tool("typescript/bin/tsc", ["-p", "test"]) },
  {
    name: "imports",
    run: async () => {
      const faults = importFaults(sourceFiles());
      return { code: faults.length, output: faults.join("\n") };
    },
  },
];

/** Of the built package. @type {readonly Check[]} */
export const PACKAGE_CHECKS = [
  { name: "publint", run: () => tool("publint/src/cli.js", ["--strict"]) },
  { name: "types of the package", run: () => tool("@arethetypeswrong/cli/dist/index.js", ["--pack", ".", "--profile", "node16", "--no-color", "--no-emoji"]) },
  { name: "size", run: checkSize, figure: true },
];

/**
 * Runs checks, two at a time, and tells of each in a line; what a failed one printed follows it.
 * @param {readonly Check[]} checks
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runChecks(checks) {
  const waiting = [...checks];
  const count = { passed: 0, failed: 0 };
  const work = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const began = performance.now();
      const { code, output } = await check.run();
      count[code === 0 ? "passed" : "failed"]++;
      const figure = check.figure ? ` ${output}` : "";
      console.log(`${code === 0 ? "✓" : "✗"} ${check.name}:${figure} ${((performance.now() - began) / 1000).toFixed(1)} s`);
      if (code !== 0 && !check.figure) console.log(output);
    }
  };
  await Promise.all([work(), work()]);
  return count;
}
