// `node test/part.mjs CONFIG -- -g "RST"`: the specs of a config of their own, which are too heavy for `npm test`, on a fresh build; with Playwright's own arguments. The last line counts them.
import { run } from "./setup/command.mjs";
import { ensureChromium, ensureNpm, ensureServers } from "./setup/ensure.mjs";
import { main } from "./setup/main.mjs";
import { allPassed, countLine, countSpecs } from "./setup/playwright.mjs";

const [config = "", ...args] = process.argv.slice(2);

await main(async () => {
  await ensureNpm();
  await Promise.all([ensureServers(), ensureChromium()]);
  const built = await run(process.execPath, ["esbuild.config.mjs"], { show: true });
  if (built.code !== 0) return false;
  const count = await countSpecs(config, { reporter: process.env["CI"] ? "dot" : "list", args });
  console.log(countLine(count));
  return allPassed(count);
});
