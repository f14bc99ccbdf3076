// `npm run specs -- contract -g "names the topic"`: the specs alone, with Playwright's own arguments, on a fresh build.
import { run } from "./setup/command.mjs";
import { ensureChromium, ensureNpm, ensureServers } from "./setup/ensure.mjs";
import { main } from "./setup/main.mjs";

await main(async () => {
  await ensureNpm();
  await ensureServers();
  await ensureChromium();
  const built = await run(process.execPath, ["esbuild.config.mjs"], { show: true });
  const specs = await run(process.execPath, ["node_modules/@playwright/test/cli.js", "test", "-c", "test/playwright.config.ts", ...process.argv.slice(2)], { show: true });
  return built.code === 0 && specs.code === 0;
});
