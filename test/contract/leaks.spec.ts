import { expect, test } from "../setup/page.js";
import { Bench } from "./bench.js";

for (const backend of ["mock v1", "mock v2", "real v1", "real v2"] as const) {
  test(`the search for the secret finds it wherever it is planted, on ${backend}`, async ({ browser, site }) => {
    const bench = await Bench.open(browser, site, backend);
    const { leaks, failure } = await bench.plant();
    expect(failure).toBeUndefined();
    expect(leaks).toEqual(["errors", "errors", "errors", "states", "frames", "log", "console", "console"]);
    const found = await bench.search();
    expect(found.logs).toHaveLength(1);
    expect(found.console).toHaveLength(1); // of the other line the browser prints only "Array(1)"
    await bench.close();
  });
}
