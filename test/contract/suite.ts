import { expect, test } from "../setup/page.js";
import type { BackendName } from "./backends.js";
import type { Behaviour } from "./behaviour.js";
import { behaviours } from "./behaviours.js";
import { Bench } from "./bench.js";
import type { LibraryName, Outcome } from "./inPage.js";
import { noteResult } from "./results.js";

/**
 * The contract on one backend: a test for each behaviour, and at the end the search for the secret.
 * None can be skipped: the list is the same for every backend, and `npm test` fails over a skipped test.
 */
export function contract(backend: BackendName, { library = "esm", list = behaviours }: { library?: LibraryName; list?: readonly Behaviour[] } = {}): void {
  let bench: Bench;
  let searched: Outcome["searched"] = {};
  test.describe(`contract on ${backend}${library === "esm" ? "" : `, ${library}`}`, () => {
    test.beforeAll(async ({ browser, site }) => {
      bench = await Bench.open(browser, site, backend, library);
    });
    test.afterAll(() => bench.close());

    for (const { name } of list) {
      test(name, async () => {
        const { failure, assertions, leaks, ...outcome } = await bench.run(name);
        searched = outcome.searched;
        if (library === "esm") noteResult(backend, name, failure === undefined && assertions > 0 && leaks.length === 0);
        expect(failure, failure).toBeUndefined();
        expect(assertions).toBeGreaterThan(0);
        expect(leaks, "places where the secret was seen").toEqual([]);
      });
    }

    test("the secret is nowhere: not in the console, nor in the servers' logs", async () => {
      for (const kind of list === behaviours ? ["errors", "states", "frames"] : ["states"]) expect(searched[kind], `${kind} that were searched`).toBeGreaterThan(0);
      expect(await bench.search()).toEqual({ logs: [], console: [] });
      // A list of a few behaviours alone makes a mock log nothing; the whole list always does.
      if (list === behaviours) expect(bench.places.logs.join("").length, "something was logged").toBeGreaterThan(0);
    });
  });
}
