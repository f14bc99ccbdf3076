// `node test/script.mjs FILE.ts …`: a script of ours that is no spec (soak, fuzz, benchmark, recording), on a fresh build, with its own arguments. It closes with its own line of counts.
import { run } from "./setup/command.mjs";
import { ensureChromium, ensureNpm, ensureServers } from "./setup/ensure.mjs";
import { main } from "./setup/main.mjs";

await main(async () => {
  await ensureNpm();
  await Promise.all([ensureServers(), ensureChromium()]);
  const built = await run(process.execPath, ["esbuild.config.mjs"], { show: true });
  if (built.code !== 0) return false;
  const { code } = await run(process.execPath, ["--import", "./test/setup/typescript.mjs", ...process.argv.slice(2)], { show: true });
  return code === 0;
});
