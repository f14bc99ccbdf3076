import type { Connection } from "./connection/connection.js";
import type { Traffic } from "./connection/traffic.js";
import type { TopicStats } from "./topics/topics.js";

/** A snapshot of a session's counters. Totals run from the session's making, over all its connections. */
export interface SessionStats {
  readonly framesIn: number;
  readonly framesOut: number;
  /** As sent; text counts its UTF-16 units. */
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Responses and publications, those nobody listens to included. */
  readonly messagesIn: number;
  readonly messagesOut: number;
  /** Calls that are not settled. */
  readonly inFlight: number;
  /** Calls that wait for a connection, and requests of which not all has gone out. */
  readonly queued: number;
  /** What the socket has taken and not sent yet, in bytes. */
  readonly bufferedBytes: number;
  /** Of the last probe that waited behind no call, in milliseconds. */
  readonly roundTripMs: number | undefined;
  /** Of the topics that somebody listens to, since somebody does. */
  readonly topics: Readonly<Record<string, TopicStats>>;
}

export function statsOf(traffic: Traffic, connection: Connection | undefined, inFlight: number, offline: number, topics: Record<string, TopicStats>): SessionStats {
  const { listener, secrets, ...counters } = traffic;
  return { ...counters, inFlight, queued: offline + (connection?.queued ?? 0), bufferedBytes: connection?.bufferedBytes ?? 0, topics };
}
