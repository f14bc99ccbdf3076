import { defineConfig } from "@playwright/test";
import base, { MORE } from "./playwright.config.js";

/** `npm run test:more`: the legacy client's API beside the legacy client itself, in the bundlers' aliases too, and the launcher, all on real servers, and binaries of 64 MiB. */
export default defineConfig(base, { testMatch: MORE, testIgnore: [] });
