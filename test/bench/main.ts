import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../setup/command.mjs";
import { Desk } from "./desk.js";
import { machine } from "./machine.js";
import { type Options, options, USAGE } from "./options.js";
import { plan, type Step } from "./plan.js";
import { markdown } from "./report.js";
import { Servers } from "./servers/start.js";
import { sizes } from "./sizes.js";
import { type Measured, summarise } from "./summary.js";

const RESULTS = join(ROOT, ".cache/bench");
const KEPT = join(ROOT, "PERFORMANCE.md");
const [BEGIN, END] = ["<!-- last run: begin -->", "<!-- last run: end -->"];

interface Counts {
  passed: number;
  readonly faults: string[];
}

/** Runs all tabs of all rounds, one after the other. */
async function measure(chosen: Options, counts: Counts): Promise<Measured[]> {
  const samples: Measured[] = [];
  const servers = new Servers();
  const desk = await Desk.open();
  try {
    for (let round = 1; round <= chosen.rounds; round++) {
      for (const step of plan(chosen, round)) {
        const url = await servers.url(step.server);
        samples.push(...(await Promise.race([servers.failed, tab(desk, url, step, chosen.quick, round, counts)])));
      }
    }
  } finally {
    desk.close();
    servers.stop();
  }
  return samples;
}

async function tab(desk: Desk, url: string, { server, protocol, client, cases }: Step, quick: boolean, round: number, counts: Counts): Promise<Measured[]> {
  const began = performance.now();
  const outcome = await desk.run({ client, protocol, url, cases, quick });
  const where = `round ${round}, ${server}, ${client}, ${cases.join(" ")}`;
  console.log(`${where}: ${((performance.now() - began) / 1000).toFixed(1)} s${"error" in outcome ? ` ✗ ${outcome.error}` : ""}`);
  if ("error" in outcome) {
    counts.faults.push(`${where}: ${outcome.error}`);
    return [];
  }
  for (const sample of outcome.samples) {
    // what the npm client does with the order is its own affair, and stands in the table
    if (sample.ordered || client === "legacy") counts.passed++;
    else counts.faults.push(`${where}: ${sample.case} came out of order, or not whole`);
  }
  return outcome.samples.map((sample) => ({ ...sample, server, client, round }));
}

/** Puts the tables between the marks of PERFORMANCE.md. */
function record(text: string): void {
  const kept = readFileSync(KEPT, "utf8");
  const [before, after] = [kept.split(BEGIN)[0], kept.split(END)[1]];
  if (before === undefined || after === undefined) throw new Error(`${KEPT} has no ${BEGIN} … ${END}`);
  writeFileSync(KEPT, `${before}${BEGIN}\n\n${text}\n\n${END}${after}`);
}

let chosen: Options;
try {
  chosen = options(process.argv.slice(2));
} catch (error) {
  console.error(`${(error as Error).message}\n${USAGE}`);
  process.exit(1);
}
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1)); // so that no browser outlives us
const counts: Counts = { passed: 0, faults: [] };
const samples = await measure(chosen, counts);
const rows = summarise(samples);
const on = await machine(chosen.rounds);
const bundles = await sizes();
const text = markdown(rows, bundles, on);
mkdirSync(RESULTS, { recursive: true });
writeFileSync(join(RESULTS, "last.md"), `${text}\n`);
writeFileSync(join(RESULTS, "last.json"), JSON.stringify({ machine: on, rows, sizes: bundles, samples }, null, 1));
if (!chosen.quick) console.log(`\n${text}`);
if (chosen.record) record(text);
for (const fault of counts.faults) console.error(`✗ ${fault}`);
console.log(`\n${counts.passed} passed, ${counts.faults.length} failed`);
process.exitCode = counts.faults.length > 0 || counts.passed === 0 ? 1 : 0;
