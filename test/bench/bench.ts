/** What the benchmark's parts in Node and in the page say to each other. */

export type Protocol = "v1" | "v2";
export type ClientName = "rx" | "legacy" | "raw";
export type ServerName = "fast-v1" | "fast-v2" | "python-v1" | "python-v2" | "python-v2-plain";

/** What one tab does. */
export interface Job {
  readonly client: ClientName;
  readonly protocol: Protocol;
  readonly url: string;
  readonly cases: readonly string[];
  readonly quick: boolean;
}

/** The renderer as the system sees it. All undefined where there is no /proc. */
export interface Reading {
  readonly cpuMs?: number | undefined;
  readonly peakBytes?: number | undefined;
}

/** One measured stretch of a case. */
export interface Sample {
  readonly case: string;
  /** Of a sweep: which point. */
  readonly point?: number | undefined;
  /** Messages, calls, deliveries: what the case counts. */
  readonly units: number;
  readonly bytes: number;
  readonly ms: number;
  readonly cpuMs?: number | undefined;
  readonly peakBytes?: number | undefined;
  /** How far the peak lies above what was held when the stretch began: a payload to be sent was held already. */
  readonly grownBytes?: number | undefined;
  /** The longest task of the main thread; 0: none of 50 ms or more, which is all that a browser tells. */
  readonly blockMs: number;
  /** Did everything come in its order, with its bytes? */
  readonly ordered: boolean;
  /** Latencies of single calls, in milliseconds. */
  readonly p50?: number | undefined;
  readonly p99?: number | undefined;
}

export type Outcome = { readonly samples: readonly Sample[] } | { readonly error: string };
