import type { Connection } from "./connection/connection.js";
import type { Traffic } from "./connection/traffic.js";
import type { TopicStats } from "./topics/topics.js";

/** What went one way over all connections of a session. */
export interface TrafficStats {
  /** In: replies and publications, those nobody listens to included. Out: calls, hellos and probes. */
  readonly messages: number;
  /** All frames with their headers; text counts its UTF-16 units. */
  readonly bytes: number;
}

/** A snapshot of a session's counters. Totals run from the session's making, over all its connections. */
export interface SessionStats {
  readonly received: TrafficStats;
  readonly sent: TrafficStats;
  /** Calls that are not settled. */
  readonly inFlight: number;
  /** Calls that wait for a connection, and requests of which not all has gone out. */
  readonly queued: number;
  /** What the socket has taken and not sent yet, in bytes. */
  readonly bufferedBytes: number;
  /** Of the last probe that waited behind no call, in milliseconds. */
  readonly roundTripMs?: number;
  /** Of the topics that somebody listens to, since somebody does. */
  readonly topics: Readonly<Record<string, TopicStats>>;
}

export function statsOf({ received, sent, roundTripMs }: Traffic, connection: Connection | undefined, inFlight: number, offline: number, topics: Record<string, TopicStats>): SessionStats {
  return {
    received: { ...received },
    sent: { ...sent },
    inFlight,
    queued: offline + (connection?.queued ?? 0),
    bufferedBytes: connection?.bufferedBytes ?? 0,
    ...(roundTripMs !== undefined && { roundTripMs }),
    topics,
  };
}
