import { accepting } from "./accepting.js";
import { check } from "./check.js";
import { ConnectionError } from "./errors.js";
import { launch, type LaunchedSession } from "./launcher.js";
import type { LaunchOptions } from "./launcherOptions.js";
import { mergedSignal } from "./mergedSignal.js";
import type { AttemptInfo } from "./options.js";
import type { WebSocketLike } from "./transport/webSocket.js";

export interface LaunchOnDemandOptions extends LaunchOptions {
  /** How often a launch may be asked for in all: a server that crashes on start would otherwise be started for ever. @defaultValue 3 */
  readonly maxLaunches?: number;
}

/** A server that is alive accepts a socket long before this, in milliseconds. */
const ALIVE_MS = 2_000;

/**
 * A session's `url` and `secret` that launch: `new Session({ ...launchOnDemand({ application: "cone" }), connectTimeoutMs: 60_000 })`.
 * A reconnect goes back to the server that is there; only when that accepts no socket any more another one is launched, whose
 * state is new. An attempt of the session lasts `connectTimeoutMs`, the launch included: a launch that outlasts it serves the next.
 * The session's `close()` ends what is under way, and after `maxLaunches` the session ends.
 * @throws TypeError: a bad `maxLaunches`; other bad options show when the session connects.
 */
export function launchOnDemand(options: LaunchOnDemandOptions): { url: (info?: AttemptInfo) => Promise<string>; secret: (info?: AttemptInfo) => Promise<string> } {
  const { maxLaunches = 3, ...rest } = options;
  check("options.maxLaunches", maxLaunches, [(value) => Number.isInteger(value) && value > 0, "an integer > 0"]);
  let launches = 0;
  /** The server of the last launch that succeeded. */
  let launched: LaunchedSession | undefined;
  /** What is under way, and the signal that ends it. */
  let search: { readonly found: Promise<LaunchedSession>; readonly signal: AbortSignal | undefined } | undefined;

  const accepts = ({ url }: LaunchedSession, signal: AbortSignal): Promise<boolean> => {
    const { webSocket = (address: string) => new WebSocket(address) as WebSocketLike } = rest;
    return accepting(url, { webSocket, signal, timeoutMs: ALIVE_MS }).then(
      () => true,
      (error: unknown) => {
        if (signal.aborted) throw error;
        return false;
      },
    );
  };
  const find = async (closing: AbortSignal | undefined): Promise<LaunchedSession> => {
    const { signal, release } = mergedSignal(rest.signal, closing);
    try {
      signal.throwIfAborted();
      if (launched && (await accepts(launched, signal))) return launched;
      if (launches >= maxLaunches) {
        const hint = "maxLaunches allows no more: does the application end by itself?";
        throw new ConnectionError(`${launches} servers were launched, and none is left.`, { stage: "launcher", hint, final: true });
      }
      launched = await launch({ ...rest, signal });
      launches++;
      return launched;
    } finally {
      release();
    }
  };
  // the attempts of a session, and its two questions in each, share what is under way
  const found = (signal: AbortSignal | undefined): Promise<LaunchedSession> => {
    if (search && !search.signal?.aborted) return search.found;
    const mine = { found: find(signal), signal };
    search = mine;
    const done = (): void => {
      if (search === mine) search = undefined;
    };
    mine.found.then(done, done);
    return mine.found;
  };
  return {
    url: async (info) => (await found(info?.signal)).url,
    secret: async (info) => (await (search ? found(info?.signal) : (launched ?? found(info?.signal)))).secret,
  };
}
