import { defineConfig } from "@playwright/test";
import base from "../playwright.config.js";

/** `npm run test:apps`: real applications on `wslink-rx/compat`. */
export default defineConfig(base, { testDir: ".", outputDir: "../../.cache/test-results", testIgnore: [], timeout: 120_000 });
