import type { ServerName } from "./bench.js";
import type { Ratios, Row } from "./summary.js";

/** What wslink-rx is to reach, as a ratio to the raw socket of the same run; `grown` in MB of its own. */
interface Target {
  readonly case: string;
  readonly figure: keyof Ratios | "grown";
  readonly atLeast?: number;
  readonly atMost?: number;
  /** Met as well where the renderer's CPU is at most so much of the raw socket's: on small messages that is the steadier figure. */
  readonly orCpu?: number;
  /** The raw socket's case to compare the rate with. @defaultValue the same case */
  readonly to?: string;
  readonly server?: ServerName;
}

const rate = (name: string, atLeast: number, server?: ServerName): Target => ({ case: name, figure: "rate", atLeast, ...(server && { server }) });

const TARGETS: readonly Target[] = [
  { case: "echo", figure: "p50", atMost: 1.1 },
  { ...rate("echo-64", 0.9), orCpu: 1.15 },
  { ...rate("burst-1k", 0.9), orCpu: 1.15 },
  { ...rate("burst-1k-text", 0.9), orCpu: 1.15 },
  rate("burst-256k", 0.95, "fast-v2"),
  rate("burst-16m", 0.95, "fast-v2"),
  rate("message-64m", 0.95, "fast-v2"),
  rate("message-256m", 0.95, "fast-v2"),
  rate("burst-256k", 0.9, "fast-v1"),
  rate("burst-16m", 0.9, "fast-v1"),
  { case: "message-256m", figure: "peak", atMost: 1.1 },
  rate("upload-16m", 0.95),
  rate("upload-64m", 0.95),
  rate("upload-16m-blob", 0.95),
  rate("upload-64m-blob", 0.95),
  { case: "upload-background", figure: "grown", atMost: 40 },
  rate("items", 0.9, "fast-v1"),
  { ...rate("items-nan", 1 / 3, "fast-v1"), to: "items" },
  rate("flood", 0.95),
  { case: "flood", figure: "cpu", atMost: 1.1 },
  rate("flood-256k", 0.95),
  { case: "flood-256k", figure: "cpu", atMost: 1.1 },
];

export interface Verdict {
  readonly server: ServerName;
  readonly target: string;
  readonly reached: number;
  readonly met: boolean;
}

/** Each target on each of the fast servers that it speaks of. */
export function verdicts(rows: readonly Row[]): Verdict[] {
  return TARGETS.flatMap((target) =>
    rows
      .filter((row) => row.client === "rx" && row.case === target.case && (target.server ? row.server === target.server : row.server.startsWith("fast")))
      .flatMap((row) => verdict(target, row, rows)),
  );
}

function grown({ case: name, atMost = 0 }: Target, { server, grownBytes }: Row): Verdict[] {
  if (!grownBytes) return [];
  const reached = grownBytes.median / 1e6;
  return [{ server, target: `${name}: memory beyond the payload ≤ ${atMost} MB`, reached, met: reached <= atMost }];
}

function verdict(target: Target, row: Row, rows: readonly Row[]): Verdict[] {
  if (target.figure === "grown") return grown(target, row);
  const { case: name, figure, atLeast = 0, atMost = Number.POSITIVE_INFINITY, orCpu = 0, to = name } = target;
  const other = rows.find((one) => one.client === "raw" && one.server === row.server && one.case === to);
  const reached = to === name ? row.ratios[figure]?.median : other && row.perSecond.median / other.perSecond.median;
  if (reached === undefined) return [];
  const cpu = row.ratios.cpu?.median ?? Number.POSITIVE_INFINITY;
  const bound = target.atMost === undefined ? `≥ ${Math.round(atLeast * 100) / 100}` : `≤ ${atMost}`;
  const words = `${name}: ${figure} ${bound} of raw${to === name ? "" : ` on ${to}`}${orCpu ? `, or CPU ≤ ${orCpu} (${cpu.toFixed(2)})` : ""}`;
  return [{ server: row.server, target: words, reached, met: (reached >= atLeast && reached <= atMost) || cpu <= orCpu }];
}
