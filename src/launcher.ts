import { accepting } from "./accepting.js";
import { check, filled, redacted } from "./check.js";
import { asError, ConnectionError } from "./errors.js";
import { AT_LAUNCHER, type Common, LAUNCH, type LaunchOptions, NAME, RETRY, type SessionAtLauncherOptions } from "./launcherOptions.js";
import { absoluteUrl } from "./options.js";
import { pause } from "./pause.js";
import { delayOf, retryPolicy } from "./retry.js";
import { mergedSignal } from "./mergedSignal.js";

/** A server that a launcher has started: `connect(launched.url, { secret: launched.secret })`. */
export interface LaunchedSession {
  /** The launcher's name for it. */
  readonly id: string;
  /** Where it listens, an absolute `ws:` or `wss:` address. */
  readonly url: string;
  /** What the launcher told, else what `params` asked for, else the servers' own default. */
  readonly secret: string;
  /** All that the launcher answered. */
  readonly reply: Readonly<Record<string, unknown>>;
}

const DEFAULT_SECRET = "wslink-secret";
const TAKEN = /resources are currently taken/;

const HINTS = {
  network: "Is the launcher running, and does it have the page's origin? It sends no CORS headers.",
  taken: "Every port of the launcher's configuration is in use: try again later, or give it more.",
  slow: "The server did not print its ready line in the time that the launcher's configuration allows: its log, in the launcher's log_dir, tells more.",
  command: "The launcher could not run the command of this application: its log has the command.",
  request: "The launcher wants the key `application`; a proxy may have dropped the body.",
  unknown: "The launcher failed, as it does for an application that is not in its configuration.",
  endpoint: "Is the launcher's endpoint right, with its slash at the end, and does the proxy pass the request on?",
  disabled: "A launcher answers this only where WSLINK_LAUNCHER_GET=1 (fetchSession) or WSLINK_LAUNCHER_DELETE=1 (stopSession) is set.",
  gone: "The launcher does not know this session any more.",
  reply: "It is no launcher's answer: is the endpoint right?",
} as const;

/**
 * Asks a wslink launcher for a server of one's own.
 * @throws ConnectionError of stage `launcher`: `code` is the HTTP status, `reason` the launcher's words without secrets. TypeError: a bad option. The reason of the `signal`.
 */
export async function launch(options: LaunchOptions): Promise<LaunchedSession> {
  const given = filled("options", options, LAUNCH);
  const { params, retry, acceptTimeoutMs, webSocket } = given;
  const application = check("options.application", given.application, NAME);
  const policy = typeof retry === "function" ? retry : retryPolicy(filled("options.retry", retry || {}, RETRY));
  const asked = typeof params["secret"] === "string" ? params["secret"] : undefined;
  return within(given, async (signal, endpoint) => {
    const request: Request = { method: "POST", url: endpoint, headers: given.headers, body: JSON.stringify({ ...params, application }), hide: asked };
    const began = performance.now();
    for (let attempt = 1; ; attempt++) {
      try {
        const launched = sessionOf(await send(request, signal), asked);
        if (acceptTimeoutMs > 0) await accepting(launched.url, { webSocket, signal, timeoutMs: acceptTimeoutMs });
        return launched;
      } catch (error) {
        if (retry === false || !(error instanceof ConnectionError && TAKEN.test(error.reason))) throw error;
        const delayMs = delayOf("options.retry", policy, { attempt, elapsedMs: performance.now() - began, cause: error });
        if (delayMs === false) throw error;
        await pause(delayMs, signal);
      }
    }
  });
}

/**
 * Asks a launcher where one of its sessions is; only where WSLINK_LAUNCHER_GET=1 allows it. Launchers rarely tell the secret a second time: keep that of `launch()`.
 * @throws ConnectionError of stage `launcher`, with `code` 400 for an unknown session. TypeError: a bad option. The reason of the `signal`.
 */
export async function fetchSession(options: SessionAtLauncherOptions): Promise<LaunchedSession> {
  return sessionOf(await atLauncher("GET", options), undefined);
}

/**
 * Has a launcher end one of its sessions; only where WSLINK_LAUNCHER_DELETE=1 allows it.
 * @throws ConnectionError of stage `launcher`, with `code` 404 for an unknown session. TypeError: a bad option. The reason of the `signal`.
 */
export async function stopSession(options: SessionAtLauncherOptions): Promise<void> {
  await atLauncher("DELETE", options);
}

async function atLauncher(method: "GET" | "DELETE", options: SessionAtLauncherOptions): Promise<Record<string, unknown>> {
  const given = filled("options", options, AT_LAUNCHER);
  const id = check("options.id", given.id, NAME);
  return within(given, (signal, endpoint) => {
    endpoint.pathname += encodeURIComponent(id as string);
    return send({ method, url: endpoint, headers: given.headers }, signal);
  });
}

// ---- one request ----

interface Request {
  readonly method: "POST" | "GET" | "DELETE";
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** A secret that the launcher may echo. */
  readonly hide?: string | undefined;
}

/** Sends it and gives the reply, an object; everything else is a ConnectionError. */
async function send({ method, url, headers, body, hide }: Request, signal: AbortSignal): Promise<Record<string, unknown>> {
  let response: Response;
  let text: string;
  try {
    // a string's content type is text/plain, which needs no preflight
    response = await fetch(url, { method, headers, body: body ?? null, signal });
    text = await response.text();
  } catch (cause) {
    signal.throwIfAborted();
    throw new ConnectionError(`the launcher at ${redacted(url.href)} could not be asked: ${redacted(asError(cause).message)}.`, { stage: "launcher", hint: HINTS.network, cause });
  }
  const reply = parsed(text);
  const words = typeof reply?.["error"] === "string" ? withoutSecrets(reply["error"], hide) : "";
  if (response.ok && reply && !reply["error"]) return reply;
  const said = words ? `: ${words}` : response.ok ? ", and no session" : "";
  throw new ConnectionError(`the launcher at ${redacted(url.href)} answered ${response.status}${said}.`, {
    stage: "launcher",
    hint: hintFor(method, response.status, words, reply),
    code: response.status,
    reason: words,
  });
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** A failed start echoes the command, with the secret that the launcher made up somewhere in it. */
function withoutSecrets(words: string, secret: string | undefined): string {
  const shown = words.replace(/\[.*\]/s, "[…]");
  return secret ? shown.replaceAll(secret, "…") : shown;
}

function hintFor(method: Request["method"], status: number, words: string, reply: object | undefined): string {
  if (status === 200) return HINTS.reply;
  if (method !== "POST") {
    if (status === 405 || (status === 404 && !reply)) return HINTS.disabled;
    return status === 400 || status === 404 ? HINTS.gone : HINTS.endpoint;
  }
  if (TAKEN.test(words)) return HINTS.taken;
  if (/did not start before/.test(words)) return HINTS.slow;
  if (/did not properly start/.test(words)) return HINTS.command;
  if (status === 400) return HINTS.request;
  return status === 500 ? HINTS.unknown : HINTS.endpoint;
}

function sessionOf(reply: Record<string, unknown>, asked: string | undefined): LaunchedSession {
  const { id, sessionURL, secret } = reply;
  try {
    if (typeof sessionURL !== "string") throw new TypeError("its sessionURL is no text");
    const url = absoluteUrl(atPage(sessionURL));
    return { id: String(id ?? ""), url, secret: typeof secret === "string" ? secret : (asked ?? DEFAULT_SECRET), reply };
  } catch (cause) {
    throw new ConnectionError(`the launcher gave no address: ${asError(cause).message}.`, { stage: "launcher", hint: HINTS.reply, cause });
  }
}

/** A launcher behind a proxy cannot know how the page reaches it. */
function atPage(sessionURL: string): string {
  const { host, hostname } = globalThis.location ?? { host: "", hostname: "" };
  return sessionURL.replaceAll("USE_HOSTNAME", hostname).replaceAll("USE_HOST", host);
}

// ---- time ----

/** Runs `work` with one signal for the caller's and for the deadline, and leaves neither timer nor listener behind. */
async function within<T>({ url, signal, timeoutMs }: Common, work: (signal: AbortSignal, endpoint: URL) => Promise<T>): Promise<T> {
  const endpoint = new URL(url, globalThis.document?.baseURI ?? globalThis.location?.href);
  if (!endpoint.pathname.endsWith("/")) endpoint.pathname += "/";
  // fetch refuses an address with a password, which the browser sends to its own origin anyway
  endpoint.username = endpoint.password = "";
  const deadline = new AbortController();
  const late = (): void => deadline.abort(new ConnectionError(`no server within ${timeoutMs} ms from the launcher at ${redacted(endpoint.href)}.`, { stage: "launcher", hint: HINTS.slow }));
  const timer = timeoutMs > 0 && timeoutMs < 2 ** 31 ? setTimeout(late, timeoutMs) : undefined;
  const merged = mergedSignal(signal, deadline.signal);
  try {
    merged.signal.throwIfAborted();
    return await work(merged.signal, endpoint);
  } finally {
    clearTimeout(timer);
    merged.release();
  }
}
