import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { ROOT } from "../setup/command.mjs";
import { expect, test } from "../setup/page.js";

interface Failure {
  name: string;
  stage: string;
  hint: string;
}
declare const WslinkRx: typeof import("wslink-rx");

/** How a connect to `url` fails in a page from `origin`, an address that no test server has: Playwright answers for it. */
async function failure(page: Page, origin: string, url: string): Promise<Failure> {
  const library = readFileSync(join(ROOT, "dist/umd/wslink-rx.js"), "utf8");
  await page.route(`${origin}/**`, (route) =>
    route.request().url().endsWith(".js")
      ? route.fulfill({ contentType: "text/javascript", body: library })
      : route.fulfill({ contentType: "text/html", body: '<!doctype html><script src="/rx.js"></script>' }),
  );
  await page.goto(`${origin}/`);
  return page.evaluate(
    (address) =>
      WslinkRx.connect(address, { log: false, connectTimeoutMs: 3000 }).then(
        () => ({ name: "none", stage: "", hint: "it connected" }),
        (error: import("wslink-rx").ConnectionError) => ({ name: error.name, stage: error.stage, hint: error.hint }),
      ),
    url,
  );
}

test("an https page that opens a ws: socket is told of mixed content", async ({ page }) => {
  const { name, stage, hint } = await failure(page, "https://app.example", "ws://server.example/ws");
  expect(name).toBe("ConnectionError");
  expect(stage).toBe("socket");
  expect(hint).toMatch(/https page.*mixed content.*wss/);
});

test("a public page that opens a socket to a private address is told of the local network", async ({ page }) => {
  const { name, stage, hint } = await failure(page, "http://app.example", "ws://127.0.0.1:9/ws");
  expect(name).toBe("ConnectionError");
  expect(stage).toBe("socket");
  expect(hint).toMatch(/local network/);
});
