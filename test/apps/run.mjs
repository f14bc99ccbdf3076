// `npm run test:apps`: real applications on the built package, with Playwright's own arguments; the last line counts their tests.
import { run } from "../setup/command.mjs";
import { ensureChromium, ensureNpm } from "../setup/ensure.mjs";
import { main } from "../setup/main.mjs";
import { allPassed, countLine, countSpecs } from "../setup/playwright.mjs";
import { ensureApps } from "./setup.mjs";

await main(async () => {
  await ensureNpm();
  await ensureApps();
  await ensureChromium();
  const built = await run(process.execPath, ["esbuild.config.mjs"], { show: true });
  if (built.code !== 0) return false;
  const count = await countSpecs("test/apps/apps.config.ts", { reporter: "list", args: process.argv.slice(2) });
  console.log(countLine(count));
  return allPassed(count);
});
