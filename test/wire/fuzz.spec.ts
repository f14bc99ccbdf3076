import { expect, test } from "@playwright/test";
import { fuzz } from "./fuzz.js";
import { fuzzOut } from "./fuzzOut.js";

const FRAMES = 10_000;
const CALLS = 500;

for (const protocol of ["v1", "v2"] as const) {
  test(`${protocol}: ${FRAMES} hostile frames throw nothing, hold nothing, and harm no message after them`, () => {
    const before = process.memoryUsage().arrayBuffers;
    const { bodies, sound, bad } = fuzz(protocol, FRAMES, Number(process.env["SEED"] ?? 1));
    // most frames must get as far as a body, or nothing was tried
    expect(bodies).toBeGreaterThan(FRAMES / 2);
    expect(bad).toBeGreaterThan(FRAMES / 10);
    expect(sound).toBeGreaterThan(FRAMES / 10);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  test(`${protocol}: ${CALLS} calls with any arguments are sent in the frames that were said, or refused with a TypeError or a LimitError`, async () => {
    const { sent, refused } = await fuzzOut(protocol, CALLS, Number(process.env["SEED"] ?? 1));
    expect(sent).toBeGreaterThan(CALLS / 2);
    expect(refused).toBeGreaterThan(CALLS / 20);
  });
}
