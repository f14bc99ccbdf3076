import { createHash, randomBytes } from "node:crypto";
import { expect, test } from "../../setup/page.js";
import { startApp } from "../server.js";
import { makeFrontEnd } from "./frontEnd.js";

for (const [generation, trame] of [
  [1, "3 on wslink 1.x"],
  [2, "4 on wslink 2.x"],
] as const) {
  test(`trame ${trame}: state goes both ways, a trigger runs, a file arrives`, async ({ page }) => {
    const server = await startApp("trame/app.py", generation, { TRAME_TEST_WWW: await makeFrontEnd(generation) });
    const errors: string[] = [];
    page.on("pageerror", (error) => errors.push(String(error)));
    try {
      await page.goto(`http://127.0.0.1:${server.ready.port}/index.html`);
      await expect(page.locator("#shouted"), "state from the server").toHaveText("HELLO", { timeout: 30_000 }); // Vue, trame and the hello, on a busy machine
      await page.fill("#text", "to and fro");
      await expect(page.locator("#shouted"), "state to the server and back").toHaveText("TO AND FRO");
      await page.click("#add");
      await page.click("#add");
      await expect(page.locator("#count"), "what the trigger did").toHaveText("4");
      const content = randomBytes(300_000);
      await page.setInputFiles("#file", { name: "data.bin", mimeType: "application/octet-stream", buffer: content });
      await expect(page.locator("#received"), "the file").toHaveText(`data.bin ${content.length} ${createHash("sha256").update(content).digest("hex")}`);
      expect(errors).toEqual([]);
    } finally {
      await server.stop();
    }
  });
}
