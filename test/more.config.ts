import { defineConfig } from "@playwright/test";
import base, { MORE } from "./playwright.config.js";

/** `npm run test:more`: the legacy client's API beside the legacy client itself, in the bundlers' aliases too, and the launcher, all on real servers. */
export default defineConfig(base, { testMatch: MORE, testIgnore: [] });
