import { ConnectionError, connect, LimitError, Session, type SessionOptions, type SessionState } from "wslink-rx";

/** What runs in the page. A test in Node steers it, and the servers and the proxy. */

interface Settled {
  readonly name: string;
  readonly kind?: string;
  readonly code?: number | undefined;
  readonly sent?: boolean;
}

let session: Session;
let calls: Promise<Settled>[] = [];
/** How often each call settled. */
let settledTimes: number[] = [];
/** What happened, in its order: `state waiting`, `rejected`, `timeout`. */
let order: string[] = [];
const states: SessionState[] = [];
const errors: string[] = [];
const heard: unknown[] = [];

/** A socket whose close event queues a `setTimeout(0)` before anybody else hears it. */
function watchedSocket(url: string): WebSocket {
  const socket = new WebSocket(url);
  socket.addEventListener("close", () => setTimeout(() => order.push("timeout"), 0));
  return socket;
}

export async function open(options: SessionOptions): Promise<void> {
  session = new Session({ webSocket: watchedSocket, log: false, ...options });
  session.state$.subscribe((state) => {
    states.push(state);
    order.push(`state ${state.status}`);
  });
  session.errors$.subscribe((error) => errors.push(error.message));
  await session.open();
}

/** Makes `count` calls; `undefined` for none that is ever answered. */
export function call(count: number, method: string, args: unknown[] = []): void {
  calls = [];
  settledTimes = Array(count).fill(0);
  order = [];
  for (let i = 0; i < count; i++) {
    const settled = (outcome: Settled): Settled => {
      settledTimes[i] = (settledTimes[i] as number) + 1;
      order.push(outcome.name === "result" ? "resolved" : "rejected");
      return outcome;
    };
    calls.push(
      session.call(method, method === "test.add" ? [i, 1] : args).then(
        (result) => settled({ name: method !== "test.add" || result === i + 1 ? "result" : `wrong result ${JSON.stringify(result)}` }),
        (error: unknown) => settled(describe(error)),
      ),
    );
  }
}

function describe(error: unknown): Settled {
  if (error instanceof ConnectionError) return { name: error.name, kind: error.kind, code: error.code, sent: error.sent };
  return { name: (error as Error).name };
}

/** All calls, once they have settled: how many ended in which way, what happened in which order (runs of the same counted as one), and that none settled twice. */
export async function outcome(): Promise<{ ends: Record<string, number>; order: string[]; twice: number }> {
  const ends: Record<string, number> = {};
  for (const end of await Promise.all(calls)) {
    const text = JSON.stringify(end);
    ends[text] = (ends[text] ?? 0) + 1;
  }
  await new Promise((resolve) => setTimeout(resolve, 50)); // the timeout of the close event, and whoever would settle twice
  return { ends, order: order.filter((step, i) => step !== order[i - 1]), twice: settledTimes.filter((times) => times !== 1).length };
}

export const state = (): SessionState => plain(session.state);
export const statuses = (): string[] => states.map(({ status }) => status);
export const reported = (): string[] => errors;
export const inFlight = (): number => session.stats().inFlight;
/** Resolves once the browser has handed everything to the network. */
export async function emptied(): Promise<void> {
  while (session.stats().queued + session.stats().bufferedBytes > 0) await new Promise(requestAnimationFrame);
}

/** Ends the server as another client. */
export async function exit(url: string): Promise<void> {
  const other = await connect(url);
  await other.call("application.exit").catch(() => {});
  await other.close();
}

export const callOnce = (method: string, args: unknown[] = []): Promise<unknown> => session.call(method, args);
/** A call that is aborted as soon as the browser has handed it to the network. */
export async function callAborted(method: string, args: unknown[]): Promise<void> {
  const controller = new AbortController();
  const made = session.call(method, args, {}, { signal: controller.signal });
  await emptied();
  controller.abort();
  await made.catch(() => {});
}
export const ping = (): Promise<number> => session.ping();
export const close = (): Promise<void> => session.close();
export const reopen = (): Promise<void> => session.open().then(() => {});
export const listen = (topic: string): void => void session.subscribe(topic, (payload) => heard.push(payload));
export const payloads = (): unknown[] => heard;

/** Resolves once the state is such: open and responsive where nothing else is said. */
export function becomes(status: string, responsive?: boolean): Promise<SessionState> {
  return new Promise((resolve) => {
    const subscription = session.state$.subscribe((now) => {
      if (now.status !== status || (responsive !== undefined && now.status === "open" && now.responsive !== responsive)) return;
      resolve(plain(now));
      queueMicrotask(() => subscription.unsubscribe());
    });
  });
}

/** Errors cross the border to Node as text. */
function plain(now: SessionState): SessionState {
  return "cause" in now && now.cause ? { ...now, cause: `${now.cause.name}: ${now.cause.message}` as never } : now;
}

export interface CutReport {
  /** Where the exchange was cut, for each end that it had: `open`, `call`, `whole`, and whatever should not be. */
  readonly ends: Record<string, number>;
  readonly wrong: string[];
}

/** Runs one small exchange for each N (or each `stride`-th), each over a connection that is cut after N bytes, until one is not cut any more; `lanes` at a time. */
export async function cutEverywhere(url: string, query: Record<string, string>, options: Partial<SessionOptions>, lanes: number, stride: number): Promise<CutReport> {
  let next = -stride;
  return cutAt(() => (next < 5_000 ? (next += stride) : undefined), url, query, options, lanes);
}

/** The same for some N. */
export async function cutSomewhere(places: number[], url: string, query: Record<string, string>, options: Partial<SessionOptions>): Promise<CutReport> {
  return cutAt(() => places.shift(), url, query, options, 1);
}

async function cutAt(places: () => number | undefined, url: string, query: Record<string, string>, options: Partial<SessionOptions>, lanes: number): Promise<CutReport> {
  const ends: Record<string, number> = {};
  const wrong: string[] = [];
  const lane = async (): Promise<void> => {
    // the last ones of all lanes are whole; a few more are harmless
    while ((ends["whole"] ?? 0) < lanes) {
      const n = places();
      if (n === undefined) return;
      const end = await exchange(`${url}?${new URLSearchParams({ ...query, after: String(n) })}`, options);
      ends[end] = (ends[end] ?? 0) + 1;
      if (!["whole", "open", "call"].includes(end)) wrong.push(`${n}: ${end}`);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return { ends, wrong: wrong.slice(0, 10) };
}

async function exchange(url: string, options: Partial<SessionOptions>): Promise<string> {
  let stateAtEnd: SessionState | undefined;
  const timeout = new Promise<string>((resolve) => setTimeout(() => resolve("hangs"), 40_000));
  const run = async (): Promise<string> => {
    let opened: Session;
    try {
      opened = await connect(url, { reconnect: false, log: false, ...options });
    } catch (error) {
      return error instanceof ConnectionError && !error.sent && error.hint !== "" ? "open" : `open rejects with ${String(error)}`;
    }
    const results = await Promise.allSettled([exchanged(options.protocol === "v2", opened), opened.call("test.publish", ["cut", 1])]);
    stateAtEnd = opened.state;
    const inFlight = opened.stats().inFlight;
    await opened.close();
    if (inFlight !== 0) return `${inFlight} calls are left`;
    for (const result of results) {
      if (result.status === "rejected") {
        if (!(result.reason instanceof ConnectionError)) return `a call rejects with ${String(result.reason)}`;
        if (stateAtEnd.status !== "closed" || !stateAtEnd.cause) return `a call was lost, and the state is ${stateAtEnd.status}`;
      }
    }
    const [exchange] = results;
    if (exchange.status === "fulfilled" && new Uint8Array(exchange.value).join() !== "7,0,0,0") return "the result is another";
    return results.every(({ status }) => status === "fulfilled") ? "whole" : "call";
  };
  return Promise.race([run(), timeout]);
}

/** Bytes there and back. Only back on 1.x: a client that is cut amid an upload shifts those of all that come after it. */
async function exchanged(both: boolean, opened: Session): Promise<ArrayBuffer> {
  if (!both) return (await opened.call("test.pattern", [4, 7])) as ArrayBuffer;
  return ((await opened.call("test.same", [{ bytes: new Uint8Array([7, 0, 0, 0]), text: "ü" }])) as { bytes: ArrayBuffer }).bytes;
}

/** Sessions one after the other, each with a call and a topic. */
export async function openAndClose(url: string, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const one = await connect(url, { log: false });
    one.subscribe("t", () => {});
    await one.call("test.add", [i, 1], {}, { signal: new AbortController().signal, timeoutMs: 10_000 });
    await one.close();
  }
}

/** Lets the server publish, and waits for the last of it. */
export async function flood(topic: string, times: number): Promise<void> {
  await session.call("test.publish", [topic, { text: "x".repeat(100) }, times]);
  const last = new Promise<void>((resolve) => {
    const subscription = session.subscribe("the last", () => {
      subscription.unsubscribe();
      resolve();
    });
  });
  await session.call("test.publish", ["the last"]);
  await last;
}

export const messagesIn = (): number => session.stats().received.messages;

/** Uploads in a page that is hidden, where the timers that ask the socket for room never come. Gives how many bytes the server got. */
export async function uploadHidden(url: string, uploads: number, bytes: number): Promise<number> {
  Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
  const clock = { now: () => performance.now(), setTimeout: (run: () => void, ms: number) => (ms < 1_000 ? 0 : setTimeout(run, ms)), clearTimeout: (timer: unknown) => clearTimeout(timer as number) };
  const one = await connect(url, { clock, log: false });
  const made = Array.from({ length: uploads }, (_, i) => one.call("test.digests", [new Uint8Array(bytes).fill(i)], {}, { background: i % 2 === 1 }));
  if (one.stats().queued === 0) throw new Error("the socket took it all at once: nothing waited");
  const digests = (await Promise.all(made)).flat() as { length: number }[];
  await one.close();
  return digests.reduce((sum, { length }) => sum + length, 0);
}

/** A frame too large for the server: what becomes of it and of what is in flight with it. */
export async function tooLarge(bytes: number): Promise<string[]> {
  const outcomes = await Promise.allSettled([session.call("test.digests", [new Uint8Array(bytes)]), session.call("test.gate.wait", ["never"])]);
  return outcomes.map((one) => {
    if (one.status === "fulfilled") return "result";
    return one.reason instanceof LimitError ? `LimitError ${one.reason.limit}` : `${one.reason.name} ${one.reason.code}`;
  });
}
