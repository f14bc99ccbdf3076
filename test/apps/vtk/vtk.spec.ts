import type { Page } from "@playwright/test";
import { expect, test } from "../../setup/page.js";
import { bundle } from "../bundle.js";
import { startApp } from "../server.js";

interface App {
  ready?: Promise<void>;
  camera(): Promise<number[]>;
  disconnect(): void;
}
declare const window: { app: App } & typeof globalThis;

const SECRET = "a secret of the cone";
let code: string;
test.beforeAll(async () => {
  code = await bundle({ file: "test/apps/vtk/page.js" });
});

/** What is seen, as a list of pixels, once it stays: the server has sent its last. vtk.js shows a picture behind its canvas. */
const still = (page: Page): Promise<number[]> =>
  page.evaluate(async () => {
    const context = new OffscreenCanvas(400, 300).getContext("2d", { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D;
    const read = () => {
      const picture = document.querySelector("#view img") as HTMLImageElement;
      if (picture.complete && picture.naturalWidth > 0) context.drawImage(picture, 0, 0, 400, 300);
      return [...new Uint32Array(context.getImageData(0, 0, 400, 300).data.buffer)];
    };
    const frames = (count: number) => new Promise<void>((done) => requestAnimationFrame(() => (count > 1 ? void frames(count - 1).then(done) : done())));
    let before = read();
    for (let same = 0; same < 3; ) {
      await frames(20);
      const now = read();
      const drawn = new Set(now).size > 1;
      same = drawn && now.every((pixel, i) => pixel === before[i]) ? same + 1 : 0;
      before = now;
    }
    return before;
  });

const changed = (a: readonly number[], b: readonly number[]): number => a.filter((pixel, i) => pixel !== b[i]).length / a.length;

for (const generation of [1, 2] as const) {
  test(`vtk.js shows VTK on wslink ${generation}.x: frames are drawn, a drag turns the camera, a still frame stays, its disconnect() gives the server 60 seconds`, async ({ page, site }) => {
    const server = await startApp("vtk/server.py", generation, { WSLINK_TEST_SECRET: SECRET });
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    const sent: Buffer[] = [];
    page.on("websocket", (socket) => socket.on("framesent", ({ payload }) => sent.push(Buffer.from(payload))));
    try {
      const app = { sessionURL: `ws://127.0.0.1:${server.ready.port}/ws`, secret: SECRET };
      await page.goto(
        site.html(
          `<div id="view" style="position:relative;isolation:isolate;width:400px;height:300px"></div><script>window.app=${JSON.stringify(app)};app.failed=(why)=>console.error(why)</script><script type="module">${code}</script>`,
        ),
      );
      await page.waitForFunction(() => window.app.ready);
      await page.evaluate(() => window.app.ready);
      const first = await still(page);
      const camera = await page.evaluate(() => window.app.camera());
      expect(changed(first, await still(page)), "a still frame stays identical").toBe(0);

      await page.mouse.move(200, 150);
      await page.mouse.down();
      await page.mouse.move(320, 210, { steps: 12 });
      await page.mouse.up();
      const turned = await still(page);
      const moved = await page.evaluate(() => window.app.camera());

      expect(Math.hypot(...moved.map((value, i) => value - (camera[i] as number))), "how far the server's camera went").toBeGreaterThan(0.1);
      expect(changed(first, turned), "part of the canvas that changed").toBeGreaterThan(0.05);
      expect(errors).toEqual([]);

      await page.evaluate(() => window.app.disconnect());
      const exit = (): string | undefined => sent.map((frame) => frame.toString("latin1")).find((frame) => frame.includes("application.exit.later"));
      await expect.poll(exit).toContain(generation === 1 ? '"args":[60]' : "args\x91\x3c"); // in msgpack: a list of one, the number 60
    } finally {
      await server.stop();
    }
  });
}
