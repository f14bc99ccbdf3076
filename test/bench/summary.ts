import type { ClientName, Sample, ServerName } from "./bench.js";
import { CLIENTS } from "./options.js";
import { type Spread, spread } from "./statistics.js";

/** A sample with where it comes from. */
export interface Measured extends Sample {
  readonly server: ServerName;
  readonly client: ClientName;
  readonly round: number;
}

/** All rounds of one client at one case (of a sweep: one point). */
export interface Row {
  readonly server: ServerName;
  readonly case: string;
  readonly point: number | undefined;
  readonly client: ClientName;
  readonly perSecond: Spread;
  readonly bytesPerSecond: Spread | undefined;
  readonly cpuMs: Spread | undefined;
  /** CPU per unit, in microseconds. */
  readonly unitCpuUs: Spread | undefined;
  readonly blockMs: number;
  readonly peakBytes: Spread | undefined;
  readonly grownBytes: Spread | undefined;
  readonly p50: Spread | undefined;
  readonly p99: Spread | undefined;
  readonly ordered: boolean;
  /** To the raw client of the same round. */
  readonly ratios: Ratios;
}

export interface Ratios {
  readonly rate: Spread | undefined;
  readonly cpu: Spread | undefined;
  readonly peak: Spread | undefined;
  readonly p50: Spread | undefined;
}

export function summarise(samples: readonly Measured[]): Row[] {
  const groups = new Map<string, Measured[]>();
  for (const sample of samples) {
    const key = [sample.server, sample.case, sample.point].join(" ");
    groups.set(key, [...(groups.get(key) ?? []), sample]);
  }
  return [...groups.values()].flatMap((group) => CLIENTS.flatMap((client) => row(group, client)));
}

function row(group: readonly Measured[], client: ClientName): Row[] {
  const own = group.filter((sample) => sample.client === client);
  const [first] = own;
  if (!first) return [];
  const of = (figure: (sample: Measured) => number | undefined): Spread | undefined => spread(own.map(figure));
  const ratio = (figure: (sample: Measured) => number | undefined): Spread | undefined =>
    spread(
      own.map((sample) => {
        const raw = group.find((other) => other.client === "raw" && other.round === sample.round);
        const [mine, its] = [figure(sample), raw && figure(raw)];
        return mine !== undefined && its ? mine / its : undefined;
      }),
    );
  return [
    {
      server: first.server,
      case: first.case,
      point: first.point,
      client,
      perSecond: of(perSecond) as Spread,
      bytesPerSecond: first.bytes > 0 ? of(({ bytes, ms }) => (bytes / ms) * 1000) : undefined,
      cpuMs: of(({ cpuMs }) => cpuMs),
      unitCpuUs: of(({ cpuMs, units }) => cpuMs && (cpuMs * 1000) / units),
      blockMs: Math.max(...own.map(({ blockMs }) => blockMs)),
      peakBytes: of(({ peakBytes }) => peakBytes),
      grownBytes: of(({ grownBytes }) => grownBytes),
      p50: of(({ p50 }) => p50),
      p99: of(({ p99 }) => p99),
      ordered: own.every(({ ordered }) => ordered),
      ratios: { rate: ratio(perSecond), cpu: ratio(({ cpuMs }) => cpuMs), peak: ratio(({ peakBytes }) => peakBytes), p50: ratio(({ p50 }) => p50) },
    },
  ];
}

const perSecond = ({ units, ms }: Sample): number => (units / ms) * 1000;
