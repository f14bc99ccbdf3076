import * as v1 from "wslink-legacy-v1/src/index.js";
import * as v1Defaults from "wslink-legacy-v1/src/SmartConnect/index.js";
import * as v2 from "wslink-legacy-v2/src/index.js";
import * as v2Defaults from "wslink-legacy-v2/src/SmartConnect/index.js";
import * as ours from "wslink-rx/compat";
import * as oursDefaults from "wslink-rx/compat/src/SmartConnect";
import { Bench, type Client, type Defaults, type Setting } from "./bench.js";
import { CLAUSES } from "./clauses.js";

/** What a clause finds, as it can leave the page. */
export async function run(name: string, client: "legacy" | "ours", setting: Setting): Promise<unknown> {
  const clause = CLAUSES.find((one) => one.name === name);
  if (!clause) throw new Error(`no clause is called ${name}`);
  const [parts, defaults] = client === "ours" ? [ours, oursDefaults] : setting.generation === 1 ? [v1, v1Defaults] : [v2, v2Defaults];
  const found = await clause.run(new Bench(parts as unknown as Client, defaults as unknown as Defaults, setting)).catch((error: unknown) => {
    throw error instanceof Error && !("data" in error) ? error : new Error(JSON.stringify(error)); // a server's error tells more than its message
  });
  return JSON.parse(JSON.stringify({ found })).found;
}
