// The list of behaviours in demo/docs, with what came of each on all four backends. A run that has them all fails where the file tells anything else, and `-u` renews it.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { FullConfig } from "@playwright/test";
import { ROOT } from "../setup/command.mjs";
import { behaviours } from "./behaviours.js";
import { beginResults, type Results, takeResults } from "./results.js";

const FILE = "demo/docs/behaviours.md";
const BACKENDS = { "mock v1": "mock v1", "mock v2": "mock v2", "real v1": "wslink 1.12", "real v2": "wslink 2.6" };

/** Playwright runs it before all tests, and what it gives after them. */
export default function behavioursList({ updateSnapshots }: Pick<FullConfig, "updateSnapshots">): () => void {
  beginResults();
  return () => {
    const fault = checkList(takeResults(), join(ROOT, FILE), updateSnapshots === "all" || updateSnapshots === "changed");
    if (fault !== undefined) throw new Error(fault);
  };
}

/** @returns what is wrong with the file, if anything is; with `renew` it is written instead. Results of some tests only say nothing. */
export function checkList(all: Results, path: string, renew: boolean, names: readonly string[] = behaviours.map(({ name }) => name)): string | undefined {
  const results = Object.keys(BACKENDS).flatMap((backend) => names.map((name) => all.get(backend)?.get(name)));
  if (results.includes(undefined)) return undefined;
  if (results.includes(false) && !renew) return undefined; // the run is red for it already
  const text = list(all, names);
  const before = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (before === text) return undefined;
  if (renew) {
    writeFileSync(path, text);
    return undefined;
  }
  const [has, should] = [before.split("\n"), text.split("\n")];
  const line = should.findIndex((one, i) => one !== has[i]);
  const at = line < 0 ? should.length : line;
  return `${FILE} is not what the contract gave, from line ${at + 1} on ("${has[at] ?? ""}" for "${should[at] ?? ""}"); \`npm run specs -- contract -u\` renews it`;
}

function list(all: Results, names: readonly string[]): string {
  const head = ["behaviour", ...Object.values(BACKENDS)];
  const lines = [
    "# What holds",
    "",
    "Written by the tests. Each line is a test that runs in Chromium on the built package, against both mock servers of `wslink-rx/testing` and both generations of the real one.",
  ];
  let theme = "";
  for (const name of names) {
    const [of = "", sentence = ""] = name.split(/: (.*)/s);
    if (of !== theme) lines.push("", `## ${of[0]?.toUpperCase()}${of.slice(1)}`, "", row(head), row(head.map(() => "---")));
    theme = of;
    lines.push(row([sentence, ...Object.keys(BACKENDS).map((backend) => (all.get(backend)?.get(name) ? "holds" : "**does not**"))]));
  }
  return `${lines.join("\n")}\n`;
}

const row = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
