// `npm run soak -- --minutes 10 --seed 1`: random faults on both real servers, and what must hold all the time.
import { chromium } from "@playwright/test";
import { ensureChromium } from "../setup/ensure.mjs";
import { main } from "../setup/main.mjs";
import { Site } from "../setup/site.js";
import { Random } from "./random.js";
import { Soak, type SoakReport } from "./soak.js";

const GENERATIONS = [1, 2] as const;

function option(name: string, byDefault: number): number {
  const at = process.argv.indexOf(`--${name}`);
  const value = at < 0 ? byDefault : Number(process.argv[at + 1]);
  if (!(value > 0)) throw new Error(`--${name} must be a number > 0, got ${process.argv[at + 1]}`);
  return value;
}

function print(generation: number, { seen, broken, faults, heapMb, slopeMb }: SoakReport): { passed: number; failed: number } {
  const list = (counts: Record<string, number>): string =>
    Object.entries(counts)
      .map(([name, count]) => `${count} ${name}`)
      .join(", ");
  const { callsEnded, ...counts } = seen;
  console.log(`\nwslink ${generation}.x\n  ${list(counts)}\n  calls: ${list(callsEnded)}\n  faults of all connections: ${list(faults)}`);
  console.log(`  heap ${heapMb.toFixed(1)} MB, ${slopeMb.toFixed(2)} MB per 1,000 cycles`);
  for (const [invariant, breaches] of Object.entries(broken)) {
    console.log(`  ${breaches.length === 0 ? "✓" : "✗"} ${invariant}`);
    for (const breach of breaches) console.log(`      ${breach}`);
  }
  // a soak in which nothing happened proves nothing
  const idle = seen.cycles < 50 || seen.publications === 0 || seen.reconnects === 0 || (seen.callsEnded["ConnectionError"] ?? 0) === 0;
  if (idle) console.log("  ✗ something happened");
  const failed = Object.values(broken).filter((breaches) => breaches.length > 0).length + (idle ? 1 : 0);
  return { passed: Object.keys(broken).length + 1 - failed, failed };
}

await main(async () => {
  const minutes = option("minutes", 10);
  const seed = option("seed", 1 + Math.floor(Math.random() * 1_000_000));
  console.log(`${minutes} minutes on wslink 1.x and 2.x at once, --seed ${seed}`);
  const browser = await chromium.launch({ executablePath: await ensureChromium(), args: ["--no-sandbox"] });
  const site = await Site.start();
  const total = { passed: 0, failed: 0 };
  try {
    const soaks = await Promise.all(GENERATIONS.map((generation) => Soak.start(browser, site, generation, new Random(seed + generation * 1_000))));
    const reports = await Promise.all(soaks.map((soak) => soak.run(minutes, seed, console.log)));
    for (const [i, report] of reports.entries()) {
      const { passed, failed } = print(GENERATIONS[i] as number, report);
      total.passed += passed;
      total.failed += failed;
    }
    await Promise.all(soaks.map((soak) => soak.stop()));
  } finally {
    await browser.close();
    await site.close();
  }
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
  return total.failed === 0;
});
