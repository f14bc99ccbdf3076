// Against Python's own launcher, which starts real servers, from a page that has one origin with it.
import type { JSHandle, Page } from "@playwright/test";
import { expect, type Site, test } from "../setup/page.js";
import type * as InPage from "./inPage.js";
import { type Launcher, type LauncherConfig, startLauncher } from "./launcher.js";
import { type PageOrigin, startProxy } from "./proxy.js";

interface Setting {
  readonly launcher: Launcher;
  readonly proxy: PageOrigin;
  readonly inPage: JSHandle<typeof InPage>;
}

/** A launcher, a proxy before it, and our module in the proxy's page, for as long as `work` takes. */
async function at(page: Page, site: Site, generation: 1 | 2, config: LauncherConfig, work: (setting: Setting) => Promise<void>): Promise<void> {
  const script = await (await fetch(await site.bundle("test/launcher/inPage.ts"))).text();
  const launcher = await startLauncher(generation, config);
  const proxy = await startProxy(launcher, new Map([["/inPage.js", script]]));
  try {
    await page.goto(`${proxy.url}/`);
    await work({ launcher, proxy, inPage: (await page.evaluateHandle(() => import("/inPage.js" as string))) as JSHandle<typeof InPage> });
  } finally {
    await proxy.close();
    await launcher.stop();
  }
}

/** Everything that is promised of the launcher of a generation. */
export function launcherOf(generation: 1 | 2): void {
  test.describe(`the launcher of wslink ${generation}.x`, () => {
    test("starts a server; its secret is taken over, USE_HOSTNAME is the page's, the request needs no preflight", async ({ page, site }) => {
      await at(page, site, generation, {}, async ({ proxy, inPage }) => {
        const { sum, url, secret, id, reply } = await inPage.evaluate((module) => module.launchAndAdd({ application: "secret", url: "/paraview" }, 1, 2), undefined);
        expect(sum).toBe(3);
        expect(url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/ws$/);
        expect(secret).toMatch(/^\w{16}$/);
        expect(reply).toMatchObject({ id, secret, host: "127.0.0.1", sessionURL: url.replace("127.0.0.1", "USE_HOSTNAME") });
        expect(proxy.seen).toEqual(["POST /paraview/ text/plain;charset=UTF-8"]);
      });
    });

    test("a server behind the page's own host is reached (USE_HOST), with the secret that was asked for", async ({ page, site }) => {
      await at(page, site, generation, { sessionURL: "ws://USE_HOST/proxy?sessionId=$id" }, async ({ proxy, inPage }) => {
        const { sum, url, secret, id } = await inPage.evaluate((module) => module.launchAndAdd({ application: "secret", url: "paraview/", params: { secret: "of my own" } }, 2, 3), undefined);
        expect({ sum, url, secret }).toEqual({ sum: 5, url: `${proxy.url.replace("http", "ws")}/proxy?sessionId=${id}`, secret: "of my own" });
      });
    });

    test("a server without a secret in its command has the default one; by default the endpoint is paraview/ beside the page", async ({ page, site }) => {
      await at(page, site, generation, {}, async ({ inPage }) => {
        expect(await inPage.evaluate((module) => module.launchAndAdd({ application: "open" }, 4, 5), undefined)).toMatchObject({ sum: 9, secret: "wslink-secret" });
      });
    });

    test("all taken: it is asked again as the policy says, and then there is one; with retry false it fails at once", async ({ page, site }) => {
      await at(page, site, generation, {}, async ({ proxy, inPage }) => {
        const holder = (await inPage.evaluate((module) => module.tryLaunch({ application: "secret" }), undefined)).value as { url: string; secret: string };
        const { error } = await inPage.evaluate((module) => module.tryLaunch({ application: "open", retry: false }), undefined);
        expect(error).toMatchObject({ name: "ConnectionError", stage: "launcher", code: 503, reason: "All the resources are currently taken", wslink: true });
        expect(error?.hint).toContain("in use");
        const few = await inPage.evaluate((module) => module.tryLaunch({ application: "open", retry: { minDelayMs: 1, maxDelayMs: 1, maxAttempts: 2 } }), undefined);
        expect(few.error?.code).toBe(503);
        expect(proxy.seen).toHaveLength(1 + 1 + 3);
        const { asked, causes, launched } = await inPage.evaluate((module, holder) => module.launchWhenFree(holder, { application: "open" }), holder);
        expect(asked.slice(0, 3)).toEqual([{ attempt: 1 }, { attempt: 2 }, ...(asked.length > 2 ? [{ attempt: 3 }] : [])]);
        expect(new Set(causes)).toEqual(new Set(["All the resources are currently taken"]));
        expect(launched.url).toBe(holder.url);
      });
    });

    test("a server that does not start in time, and one whose command does not run: no secret in the error, and no second attempt", async ({ page, site }) => {
      await at(page, site, generation, { timeout: 1, ports: 3 }, async ({ proxy, inPage }) => {
        const { error: slow } = await inPage.evaluate((module) => module.tryLaunch({ application: "mute" }), undefined);
        expect(slow).toMatchObject({ stage: "launcher", code: 503, reason: "Session did not start before timeout expired. Check session logs." });
        expect(slow?.hint).toContain("log_dir");
        const { error: broken } = await inPage.evaluate((module) => module.tryLaunch({ application: "missing", params: { secret: "tell-nobody" } }), undefined);
        expect(broken).toMatchObject({ stage: "launcher", code: 503, reason: "The process did not properly start. […]" });
        expect(JSON.stringify(broken)).not.toContain("tell-nobody");
        expect(broken?.hint).toContain("could not run the command");
        const { error: made } = await inPage.evaluate((module) => module.tryLaunch({ application: "missing" }), undefined);
        expect(made?.message).not.toMatch(/\w{16}'/);
        expect(proxy.seen).toHaveLength(3);
      });
    });

    test("an incomplete request, a garbled one, an unknown application, and something that is no launcher are told apart", async ({ page, site }) => {
      await at(page, site, generation, { ports: 3 }, async ({ inPage, launcher }) => {
        const failure = async (application: string, url: string) => (await inPage.evaluate((module, [application, url]) => module.tryLaunch({ application, url }), [application, url] as const)).error;
        expect(await failure("open", "/incomplete/")).toMatchObject({ stage: "launcher", code: 400, reason: "The request is not complete", hint: expect.stringContaining("`application`") });
        expect(await failure("open", "/garbled/")).toMatchObject({ stage: "launcher", code: 500, reason: "" });
        expect(await failure("nobody", "/paraview/")).toMatchObject({ stage: "launcher", code: 500, hint: expect.stringContaining("not in its configuration") });
        expect(await failure("open", "/html/")).toMatchObject({ stage: "launcher", code: 200, hint: expect.stringContaining("no launcher's answer") });
        // it lives, but gives no leave to pages of another origin
        expect(await failure("open", `http://127.0.0.1:${launcher.port}/paraview/`)).toMatchObject({ stage: "launcher", code: undefined, hint: expect.stringContaining("CORS") });
        expect(await failure("open", "http://127.0.0.1:9/")).toMatchObject({ stage: "launcher", code: undefined, hint: expect.stringContaining("Is the launcher running") });
      });
    });

    test("a launched server that accepts no socket is given up in time", async ({ page, site }) => {
      await at(page, site, generation, {}, async ({ inPage }) => {
        const { error } = await inPage.evaluate((module) => module.tryLaunch({ application: "early", acceptTimeoutMs: 700 }), undefined);
        expect(error).toMatchObject({ name: "ConnectionError", stage: "launcher" });
        expect(error?.message).toContain("accepted no socket within 700 ms");
      });
    });

    test("a signal ends the asking and the waiting, a deadline ends it all", async ({ page, site }) => {
      await at(page, site, generation, {}, async ({ inPage }) => {
        expect((await inPage.evaluate((module) => module.abortAsking({ application: "secret" }), undefined)).error).toMatchObject({ name: "AbortError", message: "changed my mind" });
        const { error: late } = await inPage.evaluate((module) => module.tryLaunch({ application: "mute", timeoutMs: 500 }), undefined);
        expect(late).toMatchObject({ name: "ConnectionError", stage: "launcher" });
        expect(late?.message).toContain("no server within 500 ms");
        expect((await inPage.evaluate((module) => module.abortWaiting({ application: "open" }), undefined)).error).toMatchObject({ name: "AbortError", message: "enough" });
      });
    });

    test("a session is found again and ended where the launcher allows it; unknown ones are told", async ({ page, site }) => {
      await at(page, site, generation, { open: true }, async ({ inPage, launcher }) => {
        const { id, url } = (await inPage.evaluate((module) => module.tryLaunch({ application: "open" }), undefined)).value as { id: string; url: string };
        expect((await inPage.evaluate((module, id) => module.tryFetch(id), id)).value).toMatchObject({ id, url });
        expect(launcher.portOf(id)).toBeDefined();
        expect(await inPage.evaluate((module, id) => module.tryStop(id), id)).toEqual({ value: undefined });
        expect(launcher.portOf(id)).toBeUndefined();
        expect((await inPage.evaluate((module, id) => module.tryFetch(id), id)).error).toMatchObject({ stage: "launcher", code: 400, reason: `No session with id: ${id}` });
        expect((await inPage.evaluate((module, id) => module.tryStop(id), id)).error).toMatchObject({ stage: "launcher", code: 404, reason: `No session with id: ${id}` });
      });
    });

    test("where it does not allow that, the hint names the setting", async ({ page, site }) => {
      await at(page, site, generation, {}, async ({ inPage }) => {
        expect((await inPage.evaluate((module) => module.tryFetch("x"), undefined)).error).toMatchObject({ stage: "launcher", code: 404, hint: expect.stringContaining("WSLINK_LAUNCHER_GET=1") });
        expect((await inPage.evaluate((module) => module.tryStop("x"), undefined)).error).toMatchObject({ stage: "launcher", hint: expect.stringContaining("WSLINK_LAUNCHER_DELETE=1") });
      });
    });

    test("launchOnDemand launches anew when the server is gone, no more often than it may, and goes back to one that lives", async ({ page, site }) => {
      await at(page, site, generation, { ports: 4 }, async ({ proxy, inPage }) => {
        const { sums, ended } = await inPage.evaluate((module) => module.relaunch({ application: "secret" }, 2), undefined);
        expect(sums).toEqual([11, 12]);
        expect(ended).toContain("2 servers were launched, and none is left");
        expect(proxy.seen).toHaveLength(2);
        expect(await inPage.evaluate((module) => module.comeBack({ application: "secret" }), undefined)).toBe(3);
        expect(proxy.seen).toHaveLength(3);
      });
    });
  });
}
