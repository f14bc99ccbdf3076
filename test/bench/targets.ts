import type { ServerName } from "./bench.js";
import type { Ratios, Row } from "./summary.js";

/** What wslink-rx is to reach, as a ratio to the raw socket of the same run. */
interface Target {
  readonly case: string;
  readonly figure: keyof Ratios;
  readonly atLeast?: number;
  readonly atMost?: number;
  readonly server?: ServerName;
}

const rate = (name: string, atLeast: number, server?: ServerName): Target => ({ case: name, figure: "rate", atLeast, ...(server && { server }) });

const TARGETS: readonly Target[] = [
  { case: "echo", figure: "p50", atMost: 1.1 },
  rate("echo-64", 0.9),
  rate("burst-1k", 0.9),
  rate("burst-1k-text", 0.9),
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
  rate("items", 0.9, "fast-v1"),
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
  return TARGETS.flatMap(({ case: name, figure, atLeast, atMost, server }) =>
    rows
      .filter((row) => row.client === "rx" && row.case === name && (server ? row.server === server : row.server.startsWith("fast")))
      .flatMap((row) => {
        const reached = row.ratios[figure]?.median;
        if (reached === undefined) return [];
        const met = reached >= (atLeast ?? 0) && reached <= (atMost ?? Number.POSITIVE_INFINITY);
        return [{ server: row.server, target: `${name}: ${figure} ${atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`} of raw`, reached, met }];
      }),
  );
}
