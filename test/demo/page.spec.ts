import { createHash } from "node:crypto";
import { test as base, expect } from "../setup/page.js";
import { DemoPage } from "./demoPage.js";
import { type Running, TARGETS, type Target } from "./target.js";

const test = base.extend<{ demo: DemoPage }>({
  demo: async ({ page }, use) => {
    const demo = new DemoPage(page);
    await use(demo);
    expect(demo.faults).toEqual([]);
  },
});

// Of the pictures that picture.py writes: the colours at these places.
const PLACES = [[0, 0], [120, 120], [200, 60]] as const; // biome-ignore format: points
const COLOURS = {
  image: [[43, 103, 84, 255], [74, 143, 97, 255], [125, 210, 120, 255]], // biome-ignore format: colours
  otherImage: [[25, 65, 103, 255], [30, 102, 122, 255], [38, 165, 153, 255]], // biome-ignore format: colours
  bareImage: [[207, 194, 111, 255], [245, 200, 102, 255], [249, 180, 103, 255]], // biome-ignore format: colours
  nestedImage: [[216, 67, 121, 255], [199, 63, 118, 255], [90, 39, 96, 255]], // biome-ignore format: colours
};

for (const target of TARGETS) describe(target);

function describe(target: Target): void {
  test.describe(`the demo on ${target.name}`, () => {
    let server: Running;
    test.beforeAll(async () => {
      server = await target.start();
    });
    test.afterAll(() => server.stop());

    test("connects, shows what it found, disconnects and connects again", async ({ demo }) => {
      await demo.open(server.url);
      await expect(demo.button("Add")).toBeDisabled();
      await demo.connect();
      await expect(demo.text("protocol")).toHaveText(target.protocol);
      await expect(demo.text("server")).toHaveText(target.server);
      await expect(demo.text("notice")).toHaveText(target.notice);
      await expect(demo.text("round-trip")).toHaveText(/^\d+\.\d ms$/);
      await expect(demo.text("in-flight")).toHaveText("0");
      await expect(demo.button("Add")).toBeEnabled();

      await demo.press("Disconnect");
      await expect(demo.text("state")).toHaveText("closed");
      await expect(demo.text("protocol")).toHaveText("–");
      await expect(demo.text("round-trip")).toHaveText("–");
      await expect(demo.button("Add")).toBeDisabled();

      await demo.connect();
      await demo.press("Add");
      await expect(demo.newest()).toHaveText("sum: 15");
    });

    test("shows pictures", async ({ demo }) => {
      await demo.open(server.url);
      await demo.connect();
      await demo.press("Image");
      await expect(demo.text("caption")).toHaveText(/^image, \d+ bytes$/);
      expect(await demo.pixels(...PLACES)).toEqual(COLOURS.image);
      await demo.press("Bare image");
      await expect(demo.text("caption")).toHaveText(/^bare image, \d+ bytes$/);
      expect(await demo.pixels(...PLACES)).toEqual(COLOURS.bareImage);
      await demo.press("Image");
      await expect(demo.text("caption")).toHaveText(/^image, \d+ bytes$/);
      expect(await demo.pixels(...PLACES)).toEqual(COLOURS.otherImage);
      await demo.press("Nested image");
      await expect(demo.text("caption")).toHaveText(/^nested image, \d+ bytes$/);
      expect(await demo.pixels(...PLACES)).toEqual(COLOURS.nestedImage);
      await expect(demo.newest()).toHaveText("nested bytes: [1 2 3 4] [5 6 7 8 9 10]");
    });

    test("streams pictures until it is told to stop, or the session is closed", async ({ demo }) => {
      const button = demo.button("Stream");
      await demo.open(server.url);
      await demo.connect();
      await expect(button).toHaveAttribute("aria-pressed", "false");
      await demo.press("Stream");
      await expect(button).toHaveAttribute("aria-pressed", "true");
      await expect(demo.text("caption")).toHaveText(/^frame ([3-9]|\d\d+), \d+ bytes$/);
      const [before] = await demo.pixels([120, 120]);
      await expect.poll(async () => (await demo.pixels([120, 120]))[0]).not.toEqual(before);

      await demo.press("Stream");
      await expect(button).toHaveAttribute("aria-pressed", "false");
      await demo.press("Image");
      await expect(demo.text("caption")).toHaveText(/^image, /);
      await demo.press("Several at once"); // half a second, in which five frames would come
      await expect(demo.newest()).toHaveText(/^several calls/);
      await expect(demo.text("caption")).toHaveText(/^image, /);

      await demo.press("Stream");
      await expect(demo.text("caption")).toHaveText(/^frame /);
      await demo.press("Disconnect"); // a closed session's topics complete
      await expect(button).toHaveAttribute("aria-pressed", "false");
    });

    test("shows what the server refuses, and where it failed", async ({ demo }) => {
      await demo.open(server.url);
      await demo.connect();
      await demo.press("Mistake");
      await expect(demo.newest()).toHaveText("RpcError: myprotocol.mistake.TYPO: Unregistered method called (-32601)");
      await demo.press("Exception");
      await expect(demo.newest()).toHaveText(/^RpcError: myprotocol\.unexpected: \w*Error\('this method always fails'\) \(-32001\)$/);
      await demo.press("Exception");
      await expect(demo.newest()).toHaveText(/\(-32001\) \(2 times\)$/);
    });

    if (!target.real) return; // the mock server has its own tests

    test("calculates", async ({ demo }) => {
      await demo.open(server.url);
      await demo.connect();
      await demo.text("numbers").fill("2, 3 -4.5");
      await demo.press("Add");
      await expect(demo.newest()).toHaveText("sum: 0.5");
      await demo.press("Multiply");
      await expect(demo.newest()).toHaveText("product: -27");
      await demo.press("NaN");
      await expect(demo.newest()).toHaveText("special: Infinity, NaN, -Infinity");
      await demo.press("Several at once");
      await expect(demo.newest()).toHaveText(/^several calls: 2, 4, 6, 8, 10, 12, 14, 16, 18, 20 in \d+ ms$/);
      await demo.text("numbers").fill("2, three");
      await demo.press("Add");
      await expect(demo.newest()).toHaveText('Error: "three" is no number');
    });

    test("uploads a file, with its progress, and proves that every byte arrived", async ({ demo }) => {
      const size = target.largestUpload ?? 5_000_000;
      const buffer = Buffer.alloc(size);
      for (let at = 0; at < size; at++) buffer[at] = (at * 31) ^ (at >> 8);
      await demo.open(server.url);
      await demo.connect();
      await demo.press("Upload");
      await expect(demo.newest()).toHaveText("Error: choose a file first");
      await demo.text("file").setInputFiles({ name: "waves.bin", mimeType: "application/octet-stream", buffer });
      const progress = await demo.watchProgress();
      await demo.press("Upload");
      const digest = createHash("sha256").update(buffer).digest("hex").slice(0, 12);
      await expect(demo.newest()).toHaveText(`uploaded waves.bin: ${size} bytes, sha256 ${digest}… (as here)`);
      const values = await progress.evaluate((seen) => seen);
      expect(values.at(-1)).toBe(1);
      expect(values).toEqual(values.toSorted((a, b) => a - b));
      expect(values.some((value) => value > 0 && value < 1)).toBe(target.largestUpload === undefined); // v1 sends a binary in one frame
    });

    test("asks the server to quit, and looks for it again", async ({ demo }) => {
      const own = await target.start(); // the others go on with theirs
      await demo.open(own.url);
      await demo.connect();
      await demo.press("Server quit");
      await expect(demo.page.locator("#log")).toContainText("the server was asked to quit");
      await expect(demo.text("state")).toHaveText(/^(lost; next attempt in \d+\.\d s|connecting …)$/);
      await expect(demo.button("Add")).toBeDisabled();
      await demo.press("Disconnect");
      await expect(demo.text("state")).toHaveText("closed");
      await own.stop();
    });
  });
}
