// `npm test`: sets up what is missing, builds, and runs every part; the last line sums them up.
import { PACKAGE_CHECKS, runChecks, SOURCE_CHECKS } from "./setup/checks.mjs";
import { run, SetupError, say } from "./setup/command.mjs";
import { ensureChromium, ensureNpm, ensureServers } from "./setup/ensure.mjs";
import { main } from "./setup/main.mjs";
import { allPassed, countLine, countSpecs } from "./setup/playwright.mjs";

/** @typedef {{ passed: number, failed: number, skipped?: number }} Count */

/** @type {[string, () => Promise<Count>][]} */
const PARTS = [
  ["set-up", setUp],
  ["build", async () => one((await run(process.execPath, ["esbuild.config.mjs"], { show: true })).code === 0)],
  ["sources", () => runChecks(SOURCE_CHECKS)],
  ["package", () => runChecks(PACKAGE_CHECKS)],
  ["specs", () => countSpecs("test/playwright.config.ts", { reporter: process.stdout.isTTY ? "line" : "dot" })],
];

async function setUp() {
  await ensureNpm();
  const outcomes = await Promise.allSettled([ensureServers(), ensureChromium()]);
  const faults = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
  for (const fault of faults) if (!(fault instanceof SetupError)) throw fault;
  for (const { message } of faults) say(message);
  return { passed: 0, failed: faults.length };
}

/** @param {boolean} passed @returns {Count} */
function one(passed) {
  return passed ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

await main(async () => {
  const total = { passed: 0, failed: 0, skipped: 0 };
  const summary = [];
  for (const [name, part] of PARTS) {
    const began = performance.now();
    console.log(`\n── ${name}`);
    const count = await part().catch((error) => {
      if (!(error instanceof SetupError)) throw error;
      say(error.message);
      return one(false);
    });
    total.passed += count.passed;
    total.failed += count.failed;
    total.skipped += count.skipped ?? 0;
    summary.push(`${name}: ${countLine({ skipped: 0, ...count })} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
    if (name === "set-up" && count.failed > 0) break; // nothing can run
  }
  console.log(`\n${summary.join("\n")}\n${countLine(total)}`);
  return allPassed(total);
});
