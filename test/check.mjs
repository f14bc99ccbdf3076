// `npm run check`: format, lint, types and the direction of imports; nothing needs to be built for it.
import { runChecks, SOURCE_CHECKS } from "./setup/checks.mjs";
import { ensureNpm } from "./setup/ensure.mjs";
import { main } from "./setup/main.mjs";

await main(async () => {
  await ensureNpm();
  const { passed, failed } = await runChecks(SOURCE_CHECKS);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
});
