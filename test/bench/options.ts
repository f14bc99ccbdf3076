import { parseArgs } from "node:util";
import type { ClientName, ServerName } from "./bench.js";
import { CASES } from "./cases/cases.js";

export const SERVERS: readonly ServerName[] = ["fast-v2", "fast-v1", "python-v2", "python-v2-plain", "python-v1"];
export const CLIENTS: readonly ClientName[] = ["raw", "rx", "legacy"];

export interface Options {
  /** Small sizes, one tab for all cases of a client: proves that everything works, and says nothing of speed. */
  readonly quick: boolean;
  readonly rounds: number;
  readonly cases: readonly string[];
  readonly servers: readonly ServerName[];
  readonly clients: readonly ClientName[];
  /** Writes the tables into PERFORMANCE.md. */
  readonly record: boolean;
}

export const USAGE = `npm run bench -- [--quick] [--rounds 7] [--case echo,burst-1k] [--server fast-v2,python-v1] [--client raw,rx] [--record]
cases: ${CASES.map(({ name }) => name).join(" ")}
servers: ${SERVERS.join(" ")}`;

/** @throws Error that says what was wrong. */
export function options(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: { quick: { type: "boolean" }, rounds: { type: "string" }, case: { type: "string" }, server: { type: "string" }, client: { type: "string" }, record: { type: "boolean" } },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 7));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds must be a whole number of 1 or more, got ${values.rounds}`);
  const quick = values.quick ?? false;
  return {
    quick,
    rounds,
    record: values.record ?? false,
    cases: chosen(
      "case",
      values.case,
      CASES.map(({ name }) => name),
    ),
    servers: chosen("server", values.server, SERVERS),
    clients: chosen("client", values.client, CLIENTS),
  };
}

function chosen<T extends string>(option: string, value: string | undefined, all: readonly T[]): readonly T[] {
  if (value === undefined) return all;
  const names = value.split(",");
  for (const name of names) if (!all.includes(name as T)) throw new Error(`--${option} ${name}: known are ${all.join(" ")}`);
  return all.filter((name) => names.includes(name));
}
