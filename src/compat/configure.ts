import { Session, type SessionOptions } from "../index.js";

/** What the legacy client knew nothing of. */
export interface CompatConfiguration extends Pick<SessionOptions, "protocol" | "limits" | "connectTimeoutMs" | "callTimeoutMs" | "log"> {
  /** Finding a lost connection again, with the same session and connection objects. `true`: by the defaults. @defaultValue false */
  readonly reconnect?: boolean | NonNullable<SessionOptions["reconnect"]>;
}

/** In the global symbol registry: the app, and libraries that it has installed under the legacy name, may have a copy of this package each. */
const CONFIGURATION = Symbol.for("wslink-rx.compat");
const registry = globalThis as { [CONFIGURATION]?: CompatConfiguration };

/**
 * One line in an app's entry file: `configure({ reconnect: true })`. It holds for the connections made afterwards;
 * a `reconnect` or `protocol` key in an app's own config wins.
 * @throws TypeError that names the option and the value received.
 */
export function configure(options: CompatConfiguration): void {
  const before = registry[CONFIGURATION];
  registry[CONFIGURATION] = { ...before, ...options };
  try {
    new Session({ ...sessionOptions({ reconnect: undefined, protocol: undefined }), url: "ws://localhost/ws" }); // it checks them
  } catch (error) {
    registry[CONFIGURATION] = before ?? {};
    throw error;
  }
}

/** A launcher may have a `protocol` key of its own, `https` say. */
export const isGeneration = (value: unknown): value is NonNullable<SessionOptions["protocol"]> => value === "auto" || value === "v1" || value === "v2";

/** The session options of a connection. */
export function sessionOptions(own: { readonly [Key in "reconnect" | "protocol"]: CompatConfiguration[Key] | undefined }): Omit<SessionOptions, "url"> {
  const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
  const { reconnect = false, ...rest } = { ...registry[CONFIGURATION], ...given };
  return {
    connectTimeoutMs: 60_000, // the legacy client waits for ever
    ...rest,
    reconnect: reconnect === true ? {} : reconnect,
    // Without reconnecting, giving up a silent connection would end an app that the legacy client lets wait.
    liveness: reconnect === false ? false : {},
  };
}
