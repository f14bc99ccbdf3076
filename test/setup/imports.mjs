import { readFileSync, readdirSync } from "node:fs";
import { join, posix } from "node:path";
import { ROOT } from "./command.mjs";

/** The places of `src/`, lowest first. A place imports itself and what stands on lines above its own. */
const ORDER = [
  ["check"],
  ["errors", "clock", "api", "mergedSignal", "pause", "progress", "unhandled", "watched", "conflateMap"],
  ["wire", "retry"],
  ["transport"],
  ["options", "wake"],
  ["accepting", "launcherOptions"],
  ["connection", "launcher"],
  ["calls", "topics", "launchOnDemand"],
  ["stats", "state"],
  ["lifecycle"],
  ["session"],
  ["connect"],
  ["index"],
  ["standalone", "compat", "testing"],
  ["root"],
];

/** The leaves stand above everything but need little: what they may import beside themselves. */
const LEAVES = {
  standalone: ["index"],
  root: ["index", "compat"],
  compat: ["index"],
  testing: ["errors", "clock", "check", "api", "wire", "transport"],
};

/** Who may import which package. rxjs in few places, since its next major is another one; `node:` nowhere. */
const PACKAGES = {
  rxjs: ["unhandled", "watched", "conflateMap", "topics", "lifecycle", "session", "standalone", "compat", "testing"],
  "mock-socket": ["testing"],
};

/** A module that only these may import, so that everybody else is the same for both protocols. */
const CODECS = { modules: ["wire/v1.ts", "wire/v2.ts"], users: ["connection/negotiate.ts", "testing"] };

/**
 * What is wrong with the imports, type-only ones included, one line each.
 * @param {ReadonlyMap<string, string>} files text by path, relative to `src/`
 * @returns {string[]}
 */
export function importFaults(files) {
  /** @type {Map<string, string[]>} */
  const graph = new Map();
  const faults = [];
  for (const [file, text] of files) {
    const specifiers = importsOf(text);
    const inside = specifiers.filter((one) => one.startsWith(".")).map((one) => posix.join(posix.dirname(file), one).replace(/\.js$/, ".ts"));
    graph.set(file, inside);
    faults.push(...specifiers.filter((one) => !one.startsWith(".")).flatMap((one) => packageFault(file, one)), ...inside.flatMap((target) => directionFault(file, target)));
  }
  return [...faults, ...cycles(graph)];
}

/** Every file of `src/`, for {@link importFaults}. */
export function sourceFiles() {
  const names = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  return new Map(names.map((name) => [name.replaceAll("\\", "/"), readFileSync(join(ROOT, "src", name), "utf8")]));
}

/** @param {string} text */
function importsOf(text) {
  return [...text.matchAll(/^\s*(?:import|export|\})[^"'`;]*?\bfrom\s*["']([^"']+)["']|^\s*import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm)].map(
    (found) => found[1] ?? found[2] ?? found[3] ?? "",
  );
}

/** @param {string} file */
function place(file) {
  return (file.split("/")[0] ?? file).replace(/\.ts$/, "");
}

/** @param {string} file @param {string} specifier */
function packageFault(file, specifier) {
  const users = Object.entries(PACKAGES).find(([name]) => name === specifier)?.[1] ?? [];
  return users.includes(place(file)) ? [] : [`${file} imports ${specifier}, which is for ${users.join(", ") || "nobody"}`];
}

/** @param {string} file @param {string} target */
function directionFault(file, target) {
  const [from, to] = [place(file), place(target)];
  if (CODECS.modules.includes(target) && from !== "wire" && !CODECS.users.includes(file) && !CODECS.users.includes(from)) return [`${file} imports ${target}, which is for ${CODECS.users.join(", ")}`];
  const unknown = [from, to].find((name) => height(name) < 0);
  if (unknown) return [`src/${unknown} has no place in the order of imports: give it one in test/setup/imports.mjs`];
  if (from === to) return [];
  const leaf = Object.entries(LEAVES).find(([name]) => name === from)?.[1];
  const may = leaf ? leaf.includes(to) : height(to) < height(from);
  return may ? [] : [`${file} imports ${target}: ${from} may not import ${to}`];
}

/** @param {string} name */
function height(name) {
  return ORDER.findIndex((line) => line.includes(name));
}

/** @param {ReadonlyMap<string, readonly string[]>} graph */
function cycles(graph) {
  /** @type {Set<string>} */
  const done = new Set();
  /** @type {string[]} */
  const found = [];
  /** @param {string} file @param {readonly string[]} path */
  const walk = (file, path) => {
    const at = path.indexOf(file);
    if (at >= 0) found.push(`an import cycle: ${[...path.slice(at), file].join(" → ")}`);
    if (at >= 0 || done.has(file)) return;
    for (const target of graph.get(file) ?? []) walk(target, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) walk(file, []);
  return found;
}
