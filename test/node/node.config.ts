import { defineConfig } from "@playwright/test";
import base from "../playwright.config.js";

/** `npm run test:node`: the built package in Node 20, 22 and 24, whose sockets are three different ones, against real servers. */
export default defineConfig(base, { testDir: ".", outputDir: "../../.cache/test-results", testIgnore: [], timeout: 240_000 });
