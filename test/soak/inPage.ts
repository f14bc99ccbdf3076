import { ConnectionError, Session, type SessionOptions } from "wslink-rx";
import { CountedClock } from "./countedClock.js";
import { Listeners } from "./listeners.js";
import { Random } from "./random.js";
import { Rest } from "./rest.js";
import { type Broken, type Seen, Tally } from "./tally.js";
import { Traffic } from "./traffic.js";

/** The soak in the page: sessions that live shortly, and one that outlives every fault. */
const tally = new Tally();
const listeners = new Listeners();
const rest = new Rest();
let running = true;
let lanes: Promise<void>[] = [];

addEventListener("error", ({ message }) => tally.break("nothing uncaught", message));
addEventListener("unhandledrejection", ({ reason }) => tally.break("nothing uncaught", String(reason)));

const OPTIONS: Partial<SessionOptions> = {
  secret: "wslink-secret",
  connectTimeoutMs: 6_000,
  reconnect: { minDelayMs: 10, maxDelayMs: 200, stableMs: 500 },
  liveness: { intervalMs: 200, unresponsiveMs: 200, deadMs: 600, busyDeadMs: 900 },
  log: false,
};

/**
 * @param url - of the proxy; what stands in its query is one connection's fault
 * @param uploads - not on wslink 1.x: it keeps one queue of announced binaries for all its clients, so a connection that is cut
 * behind such a header gives the next binary of anybody the wrong name
 */
export function start(url: string, seed: number, count: number, uploads: boolean): void {
  lanes = Array.from({ length: count }, (_, i) => shortLives(url, `lane ${i}`, new Random(seed + i), uploads));
  lanes.push(longLife(url, new Random(seed - 1), uploads));
}

/** Ends all lanes after what they are at. */
export async function stop(): Promise<void> {
  running = false;
  await Promise.all(lanes);
  await pause(100);
  if (listeners.count !== 0) tally.break("nothing left after close", `${listeners.count} listeners when all was over`);
}

/** Resolves when no short life is being lived. */
export const pauseAll = (): Promise<void> => rest.begin();
export const goOn = (): void => rest.end();

export const report = (): { seen: Seen; broken: Broken } => ({ seen: tally.seen, broken: tally.broken });

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Most connections are sound; the others are cut at some byte, or slow. */
function address(url: string, random: Random): string {
  const query: Record<string, string> = random.chance(0.25)
    ? {
        cut: random.of(["fin", "rst", "hole", "half"]),
        direction: random.of(["up", "down"]),
        after: String(random.below(random.of([600, 20_000, 1_000_000]))),
      }
    : random.chance(0.2)
      ? { delay: String(random.below(60)), rate: String(200_000 + random.below(2_000_000)) }
      : {};
  return `${url}?${new URLSearchParams(query)}`;
}

async function shortLives(url: string, name: string, random: Random, uploads: boolean): Promise<void> {
  for (let cycle = 0; running; cycle++) await rest.during(() => shortLife(url, `${name}:${cycle}`, random, uploads));
}

async function shortLife(url: string, name: string, random: Random, uploads: boolean): Promise<void> {
  const { clock, session } = make(url, random, random.of(["reject", "queue"]));
  const traffic = new Traffic(session, name, random, tally, uploads);
  if (random.chance(0.3)) traffic.burst(3); // some of them before there is a connection
  const opening = session.open().then(
    () => void tally.seen.opened++,
    (error: unknown) => {
      tally.seen.openFailed++;
      if (!(error instanceof ConnectionError)) tally.break("known errors", `open(): ${String(error)}`);
      return pause(200);
    },
  );
  if (random.chance(0.9)) await opening;
  for (let burst = session.state.status === "closed" ? 0 : random.below(4); burst > 0; burst--) {
    traffic.burst(random.below(12));
    await pause(random.below(40));
  }
  await close(session, clock, traffic, name);
  await opening;
  tally.seen.cycles++;
}

async function longLife(url: string, random: Random, uploads: boolean): Promise<void> {
  const { clock, session } = make(url, random, "queue");
  const traffic = new Traffic(session, "long", random, tally, uploads);
  const starts: number[] = [];
  const topic = session.topic("long life", {
    start: async (_, { connection }) => {
      if (connection <= (starts.at(-1) ?? 0)) tally.break("order", `start ran on connection ${connection} after ${starts.at(-1)}`);
      starts.splice(0, starts.length, connection);
    },
  });
  let ended = false;
  topic.subscribe({ complete: () => (ended = true), error: () => tally.break("order", "a topic errored") });
  while (running && session.state.status !== "open") await session.open().catch(() => pause(100));
  while (running) {
    await rest.during(async () => {
      traffic.burst(random.below(6));
      await pause(random.below(100));
    });
    if (session.state.status === "closed") tally.break("nothing left after close", "the long life ended by itself");
  }
  await close(session, clock, traffic, "long life");
  if (!ended) tally.break("nothing left after close", "a topic did not complete");
}

function make(url: string, random: Random, offline: "reject" | "queue"): { clock: CountedClock; session: Session } {
  const clock = new CountedClock();
  const session = new Session({ ...OPTIONS, url: () => address(url, random), clock, offline });
  session.errors$.subscribe(() => tally.seen.reported++);
  session.state$.subscribe((state) => state.status === "open" && state.connection > 1 && state.responsive && tally.seen.reconnects++);
  return { clock, session };
}

async function close(session: Session, clock: CountedClock, traffic: Traffic, name: string): Promise<void> {
  await session.close();
  if (clock.timers > 0) tally.break("nothing left after close", `${name}: ${clock.timers} timers`);
  const { inFlight, queued } = session.stats();
  if (inFlight + queued > 0) tally.break("nothing left after close", `${name}: ${inFlight} in flight, ${queued} queued`);
  await pause(0);
  if (traffic.pending > 0) tally.break("settles once", `${name}: ${traffic.pending} calls did not settle`);
}
