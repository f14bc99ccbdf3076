import { fileURLToPath } from "node:url";
import { defineConfig } from "@playwright/test";
import { ensureChromium } from "./setup/ensure.mjs";

// The workers read this file too: with CHROME in their environment they need not look again.
const chromium = await ensureChromium();
process.env["CHROME"] = chromium;

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** What is too heavy for every change, though it needs nothing but real servers: `npm run test:more`. */
export const MORE: string[] = ["contract/large.spec.ts", "compat/compat*.spec.ts", "compat/alias.spec.ts", "launcher/launcher*.spec.ts"].map(here);

export default defineConfig({
  testDir: ".",
  globalSetup: here("./contract/behavioursList.ts"), // other configs stand on this one, elsewhere
  outputDir: "../.cache/test-results",
  testIgnore: [here("apps/**"), here("node/**"), here("reliability/faults/**"), ...MORE], // `npm run test:apps`, `test:node`, `test:faults`
  workers: 1, // a second one gains little on two cores, and makes everything jitter
  maxFailures: process.env["CI"] ? 3 : 0, // one bug in the core may let every test run into its time limit
  forbidOnly: true,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 30_000 },
  reporter: "list",
  use: { launchOptions: { executablePath: chromium, args: ["--no-sandbox"] } }, // as root Chromium has no sandbox
});
