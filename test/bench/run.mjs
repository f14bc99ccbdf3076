// `npm run bench`: the clients against each other in real Chromium, on a fresh build. `-- --quick` proves that it works, in minutes.
import { run } from "../setup/command.mjs";
import { ensureChromium, ensureNpm, ensureServers } from "../setup/ensure.mjs";
import { main } from "../setup/main.mjs";

await main(async () => {
  await ensureNpm();
  await ensureServers();
  await ensureChromium();
  const built = await run(process.execPath, ["esbuild.config.mjs"], { show: true });
  if (built.code !== 0) return false;
  const measured = await run(process.execPath, ["--import", "./test/setup/typescript.mjs", "test/bench/main.ts", ...process.argv.slice(2)], { show: true });
  return measured.code === 0;
});
