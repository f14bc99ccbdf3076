import type { Connection } from "../connection/connection.js";
import { callSite } from "../errors.js";
import type { Settings } from "../options.js";
import { Call, type CallOptions } from "./call.js";

/** A probe that somebody waits for: its round trip in milliseconds. */
export function ping(connection: Connection, { clock, callTimeoutMs }: Settings, { signal, timeoutMs = callTimeoutMs }: Pick<CallOptions, "signal" | "timeoutMs">): Promise<unknown> {
  const call = new Call("ping", undefined, { signal }, timeoutMs, clock, callSite(ping), () => {});
  call.sent = true;
  const probe = connection.probe(
    (roundTripMs) => call.resolve(roundTripMs),
    (error) => call.reject(error),
  );
  call.holder = { drop: () => connection.drop(probe) };
  return call.promise;
}
