import { type Browser, test as base, chromium } from "@playwright/test";
import { ensureChromium } from "./ensure.mjs";
import { Site } from "./site.js";

export { expect } from "@playwright/test";
export { Site } from "./site.js";

/**
 * Playwright's `test` with a `site`: one loopback web server per worker, for pages on the built files.
 * `page` is Playwright's own; a page must come from `site`, since `about:blank` may open no socket to loopback.
 */
export const test = base.extend<object, { site: Site }>({
  site: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the names of fixtures from this pattern
    async ({}, use) => {
      const site = await Site.start();
      await use(site);
      await site.close();
    },
    { scope: "worker" },
  ],
});

/** A Chromium of one's own, for flags that the shared one has not, or to be killed. The caller closes it. */
export async function launchChromium(args: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: await ensureChromium(), args: ["--no-sandbox", ...args] });
}
