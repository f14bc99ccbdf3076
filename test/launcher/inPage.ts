import { connect, ConnectionError, fetchSession, isWslinkError, type LaunchOptions, launch, launchOnDemand, type RetryAttempt, Session, stopSession } from "wslink-rx";

/** An outcome that can leave the page. */
export interface Outcome {
  readonly value?: unknown;
  readonly error?: { name: string; message: string; stage: unknown; code: unknown; reason: unknown; hint: unknown; wslink: boolean };
}

async function outcome(work: () => Promise<unknown>): Promise<Outcome> {
  try {
    return { value: await work() };
  } catch (error) {
    const { name, message } = error as Error;
    const { stage, code, reason, hint } = error as ConnectionError;
    return { error: { name, message, stage, code, reason, hint, wslink: isWslinkError(error) } };
  }
}

export const tryLaunch = (options: LaunchOptions) => outcome(() => launch(options));
export const tryFetch = (id: string, url = "/paraview/") => outcome(() => fetchSession({ url, id }));
export const tryStop = (id: string, url = "/paraview/") => outcome(() => stopSession({ url, id }));

/** Launches, connects with what came of it, and calls. */
export async function launchAndAdd(options: LaunchOptions, a: number, b: number) {
  const { url, secret, id, reply } = await launch(options);
  const session = await connect(url, { secret });
  const sum = await session.call("test.add", [a, b]);
  await session.close();
  return { sum, url, secret, id, reply };
}

/** What the policy is told when all is taken; the server that takes it is ended at its second question. */
export async function launchWhenFree(holder: { url: string; secret: string }, options: LaunchOptions) {
  const asked: Pick<RetryAttempt, "attempt">[] = [];
  const causes: unknown[] = [];
  const session = await connect(holder.url, { secret: holder.secret, reconnect: false });
  const launched = await launch({
    ...options,
    retry: ({ attempt, cause }) => {
      asked.push({ attempt });
      causes.push((cause as ConnectionError).reason);
      if (attempt === 2) session.call("test.die").catch(() => {});
      return 20;
    },
  });
  return { asked, causes, launched };
}

/** Aborts at the second question of the policy, that is, while it waits. */
export async function abortWaiting(options: LaunchOptions) {
  const controller = new AbortController();
  return outcome(() =>
    launch({
      ...options,
      signal: controller.signal,
      retry: ({ attempt }) => {
        if (attempt === 2) queueMicrotask(() => controller.abort(new DOMException("enough", "AbortError")));
        return attempt === 2 ? 600_000 : 0;
      },
    }),
  );
}

export async function abortAsking(options: LaunchOptions) {
  const controller = new AbortController();
  const asked = outcome(() => launch({ ...options, signal: controller.signal }));
  controller.abort(new DOMException("changed my mind", "AbortError"));
  return asked;
}

/** A session on launchOnDemand: its server is ended again and again; gives what became of it each time. */
export async function relaunch(options: LaunchOptions, maxLaunches: number) {
  const session = new Session({
    ...launchOnDemand({ ...options, maxLaunches }),
    connectTimeoutMs: 40_000,
    reconnect: ({ cause }) => (cause instanceof ConnectionError && cause.stage === "launcher" ? false : 0),
  });
  const sums: unknown[] = [];
  const ended = new Promise<unknown>((resolve) => {
    session.state$.subscribe((state) => {
      if (state.status === "open") {
        void session.call("test.add", [state.connection, 10]).then((sum) => {
          sums.push(sum);
          session.call("test.die").catch(() => {});
        });
      }
      if (state.status === "closed") resolve(state.cause?.message);
    });
  });
  await session.open();
  return { sums, ended: await ended };
}

/** A cut connection to a server that lives: the session goes back to it. */
export async function comeBack(options: LaunchOptions) {
  const sockets: WebSocket[] = [];
  const session = new Session({
    ...launchOnDemand({ ...options, maxLaunches: 1 }),
    connectTimeoutMs: 40_000,
    reconnect: { minDelayMs: 0 },
    webSocket: (url) => {
      const socket = new WebSocket(url);
      sockets.push(socket);
      return socket as never;
    },
  });
  await session.open();
  const again = new Promise<void>((resolve) => session.state$.subscribe((state) => state.status === "open" && state.connection === 2 && resolve()));
  sockets.at(-1)?.close();
  await again;
  const sum = await session.call("test.add", [1, 2]);
  await session.close();
  return sum;
}
