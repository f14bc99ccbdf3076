import { defineConfig } from "@playwright/test";
import base from "../playwright.config.js";

/** `npm run test:faults`: real servers and a real browser on lines that are cut. */
export default defineConfig(base, { testDir: "faults", outputDir: "../../.cache/test-results", testIgnore: [], timeout: 240_000 });
