import type { Protocol, Sample } from "../bench.js";
import type { Client } from "../clients/client.js";

/** What a stretch of work found out about itself. */
export type Found = Pick<Sample, "units" | "bytes" | "ordered" | "p50" | "p99">;

/** Measures a stretch of work; `point` tells the points of a sweep apart. */
export type Measure = (work: () => Promise<Found>, point?: number) => Promise<void>;

export interface Case {
  readonly name: string;
  /** One line of the report. */
  readonly title: string;
  /** What `units` counts. */
  readonly unit: string;
  /** All where nothing is said. */
  readonly protocols?: readonly Protocol[];
  /** Of the Python servers too, or of the fast server alone. */
  readonly python?: boolean;
  /** What the npm client cannot do, or does for minutes. */
  readonly withoutLegacy?: boolean;
  /** A sweep shows the cost per unit at each point. */
  readonly sweep?: boolean;
  run(client: Client, measure: Measure, quick: boolean): Promise<void>;
}
