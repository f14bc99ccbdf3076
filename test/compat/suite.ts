// One list of clauses, run with the legacy client as npm has it and with ours, against the same real server.
import type { JSHandle, Page } from "@playwright/test";
import { freePorts, startLauncher } from "../launcher/launcher.js";
import { type RealServer, startServer } from "../servers/real.js";
import { expect, test } from "../setup/page.js";
import type { Setting } from "./bench.js";
import { CLAUSES } from "./clauses.js";
import type * as InPage from "./inPage.js";
import { type Origin, startOrigin } from "./origin.js";

export function sideBySide(generation: 1 | 2): void {
  test.describe(`compat on wslink ${generation}.x`, () => {
    let origin: Origin;
    let server: RealServer;
    /** The one of the clause at hand. */
    let current: RealServer;
    let closedUrl: string;
    let launcher: Awaited<ReturnType<typeof startLauncher>>;

    /** One for all: each clause loads it anew, which is enough to forget the one before. */
    let page: Page;

    test.beforeAll(async ({ browser, site }) => {
      page = await browser.newPage();
      const module = await (await fetch(await site.bundle("test/compat/inPage.ts"))).text();
      [server, launcher] = await Promise.all([startServer({ generation }), startLauncher(generation, { open: true, ports: 8 })]);
      closedUrl = `ws://127.0.0.1:${(await freePorts(1))[0]}/ws`;
      origin = await startOrigin(module, { server: () => Number(new URL(current.url).port), launcher: launcher.port });
    });
    test.afterAll(async () => {
      await page.close();
      await origin.close();
      await launcher.stop();
      await server.stop();
    });

    for (const { name, kind, at, ownServer, legacy, ours } of CLAUSES) {
      for (const client of kind === "added" ? (["ours"] as const) : (["legacy", "ours"] as const)) {
        test(`${kind}: ${name} (${client})`, async () => {
          const own = ownServer ? await startServer({ generation }) : undefined;
          current = own ?? server;
          const setting: Setting = { generation, url: current.url, closedUrl };
          try {
            await page.goto(`${origin.url}${at}`);
            const inPage = (await page.evaluateHandle(() => import("/module.js" as string))) as JSHandle<typeof InPage>;
            const found = await inPage.evaluate((module, [name, client, setting]) => module.run(name, client, setting), [name, client, setting] as const);
            expect(found).toEqual((client === "ours" ? ours : legacy)(generation));
            if (name.includes("ends the server")) await own?.ended;
          } finally {
            await own?.stop();
          }
        });
      }
    }
  });
}
