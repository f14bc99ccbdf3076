import { accepting } from "./accepting.js";
import { check } from "./check.js";
import { ConnectionError } from "./errors.js";
import { launch, type LaunchedSession } from "./launcher.js";
import type { LaunchOptions } from "./launcherOptions.js";
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
 * @throws TypeError: a bad `maxLaunches`; other bad options show when the session connects.
 */
export function launchOnDemand(options: LaunchOnDemandOptions): { url: () => Promise<string>; secret: () => Promise<string> } {
  const { maxLaunches = 3, ...rest } = options;
  check("options.maxLaunches", maxLaunches, [(value) => Number.isInteger(value) && value > 0, "an integer > 0"]);
  let launches = 0;
  let current: Promise<LaunchedSession> | undefined;
  let pending: Promise<LaunchedSession> | undefined;

  const alive = async (): Promise<boolean> => {
    const launched = await current?.catch(() => undefined);
    if (!launched) return false;
    const { webSocket = (url: string) => new WebSocket(url) as WebSocketLike, signal = new AbortController().signal } = rest;
    return accepting(launched.url, { webSocket, signal, timeoutMs: ALIVE_MS }).then(
      () => true,
      (error: unknown) => {
        if (signal.aborted) throw error;
        return false;
      },
    );
  };
  const find = async (): Promise<LaunchedSession> => {
    if (current && (await alive())) return current;
    if (launches >= maxLaunches) {
      throw new ConnectionError(`${launches} servers were launched, and none is left.`, { stage: "launcher", hint: "maxLaunches allows no more: does the application end by itself?" });
    }
    launches++;
    current = launch(rest);
    return current;
  };
  // the attempts of a session, and its two questions in each, share what is under way
  const found = (): Promise<LaunchedSession> => {
    pending ??= find().finally(() => {
      pending = undefined;
    });
    return pending;
  };
  return { url: async () => (await found()).url, secret: async () => (await (pending ?? current ?? found())).secret };
}
