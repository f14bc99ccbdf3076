// `npm run fuzz`: a million frames per codec, or as many as said, and a hundredth as many calls; a failure names the seed that makes it again. `npm run fuzz -- 5000000 7`
import { branchesOf } from "./branches.js";

const [count = "1000000", seed = String(Date.now() % 1_000_000)] = process.argv.slice(2);
const problems: string[] = [];
let checks = 0;
const check = (holds: boolean, problem: string): void => {
  checks++;
  if (!holds) problems.push(problem);
};

const { all, taken, left } = await branchesOf("/src/wire/", async () => {
  const { fuzz } = await import("./fuzz.js");
  const { fuzzOut } = await import("./fuzzOut.js");
  for (const protocol of ["v1", "v2"] as const) {
    let [bodies, bad, sent, refused] = [0, 0, 0, 0];
    const began = performance.now();
    // one half with a handler of binaries, one without
    try {
      for (const half of [0, 1]) {
        const [heard, said] = [fuzz(protocol, Number(count) / 2, Number(seed) + half), await fuzzOut(protocol, Number(count) / 200, Number(seed) + half)];
        bodies += heard.bodies;
        bad += heard.bad;
        sent += said.sent;
        refused += said.refused;
      }
      checks++;
    } catch (error) {
      check(false, String((error as Error).stack ?? error)); // it names its seed
    }
    const share = Math.round((bodies / Number(count)) * 100);
    check(share >= 50, `${protocol}: only ${share} % of the frames reached a body`);
    console.log(
      `${protocol}: ${count} frames of seed ${seed}, ${share} % reached a body, ${bad} bad messages; ${sent} calls sent, ${refused} refused; ${((performance.now() - began) / 1000).toFixed(1)} s`,
    );
  }
});

const share = (taken / all) * 100;
console.log(`${taken} of ${all} branches of src/wire (${share.toFixed(1)} %); not taken: ${left.join(", ")}`);
check(share >= 95, "fewer than 95 % of the branches of src/wire were taken");
for (const problem of problems) console.log(problem);
console.log(`\n${checks - problems.length} passed, ${problems.length} failed`);
process.exitCode = problems.length > 0 ? 1 : 0;
