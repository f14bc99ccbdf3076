import { existsSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import { ROOT, run } from "./command.mjs";

/** @typedef {{ passed: number, failed: number, skipped: number }} Count */

/**
 * Runs the specs of a config of Playwright and counts them; an error outside of any test counts as a failed one.
 * @param {string} config its path
 * @param {{ reporter: string, args?: readonly string[] }} options `reporter`: what is shown; `args`: Playwright's own
 * @returns {Promise<Count>}
 */
export async function countSpecs(config, { reporter, args = [] }) {
  const results = join(ROOT, `.cache/${basename(config, ".ts")}.json`);
  rmSync(results, { force: true });
  const { code } = await run(process.execPath, ["node_modules/@playwright/test/cli.js", "test", "-c", config, `--reporter=${reporter},json`, ...args], {
    show: true,
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: results },
  });
  if (!existsSync(results)) return { passed: 0, failed: 1, skipped: 0 };
  const { stats, errors } = JSON.parse(readFileSync(results, "utf8"));
  const failed = stats.unexpected + stats.flaky;
  const outsideOfTests = code !== 0 && failed === 0 ? Math.max(errors.length, 1) : 0;
  return { passed: stats.expected, failed: failed + outsideOfTests, skipped: stats.skipped };
}

/** The line that `.ci/run` counts by. @param {Count} count */
export function countLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ""}`;
}

/** Whether something passed and nothing else; a skipped test proves nothing. @param {Count} count */
export function allPassed({ passed, failed, skipped }) {
  return passed > 0 && failed + skipped === 0;
}
