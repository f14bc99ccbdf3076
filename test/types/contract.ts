// Compiled, never run: by `npm run check` on the sources, and again in a project that has the packed package installed.
import { type AnyApi, type Api, connect, isWslinkError, type Method, Session } from "wslink-rx";

/** True when two types are the same, which `extends` in one direction would not tell. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function same<A, B>(...proof: Same<A, B> extends true ? [] : ["these types differ", A, B]): void {
  void proof;
}

interface Point {
  x: number;
  y: number;
}
interface Server {
  methods: {
    add: (a: number, b: number) => number;
    later: () => Promise<string>;
    optional: (first: string, second?: number) => boolean;
    image: Method<[], { alt?: boolean }, { blob: ArrayBuffer }>;
    resize: Method<[view: string], { width: number; height: number }, Point>;
    bare: Method;
    "traffic.light": Method<[], { signal: string }>;
  };
  topics: {
    image: { blob: ArrayBuffer };
    "a:b": number;
  };
}

export async function typed(session: Session<Server>): Promise<void> {
  same<Awaited<ReturnType<typeof session.ping>>, number>();

  // results
  const sum = await session.call("add", [1, 2]);
  same<typeof sum, number>();
  const later = await session.call("later");
  same<typeof later, string>();
  const image = await session.call("image", [], { alt: true });
  same<typeof image, { blob: ArrayBuffer }>();
  const unknown = await session.call("bare");
  same<typeof unknown, unknown>();
  session.call$("add", [1, 2]).subscribe((value) => same<typeof value, number>());

  // what may be left out, and what may not
  await session.call("image");
  await session.call("optional", ["a"]);
  const fixed = ["a"] as const;
  await session.call("optional", fixed);
  await session.call("optional", ["a", 1], {}, { timeoutMs: 5, signal: AbortSignal.timeout(5) });
  await session.call("resize", ["-1"], { width: 1, height: 2 });
  // @ts-expect-error the arguments are missing
  await session.call("add");
  // @ts-expect-error one argument is missing
  await session.call("add", [1]);
  // @ts-expect-error one argument too many
  await session.call("add", [1, 2, 3]);
  // @ts-expect-error an argument of the wrong type
  await session.call("add", [1, "2"]);
  // @ts-expect-error the keyword arguments are missing
  await session.call("resize", ["-1"]);
  // @ts-expect-error one keyword argument is missing
  await session.call("resize", ["-1"], { width: 1 });
  // @ts-expect-error no such keyword argument
  await session.call("image", [], { old: true });
  // @ts-expect-error no such method
  await session.call("sub", [1, 2]);
  // @ts-expect-error no such option
  await session.call("later", [], {}, { timeout: 5 });
  const { signal } = new AbortController();
  // @ts-expect-error options are the fourth argument
  await session.call("later", [], { signal });
  // @ts-expect-error options are the fourth argument
  await session.call("add", [1, 2], { timeoutMs: 5 });
  // @ts-expect-error options are the fourth argument
  await session.call("image", [], { alt: true, onProgress: () => {} });
  // @ts-expect-error options are the fourth argument
  await session.call("resize", ["-1"], { width: 1, height: 2, background: true });
  // @ts-expect-error options are the fourth argument
  session.call$("add", [1, 2], { transfer: [] });
  // a method may have such a name itself
  await session.call("traffic.light", [], { signal: "green" });

  // topics
  session.topic("image").subscribe((payload) => same<typeof payload, { blob: ArrayBuffer }>());
  session.topic("a:b", { latest: (payload) => payload % 2 }).subscribe((payload) => same<typeof payload, number>());
  session.subscribe("a:b", (payload) => same<typeof payload, number>()).unsubscribe();
  // @ts-expect-error no such topic
  session.topic("images");
  // @ts-expect-error no such topic
  session.subscribe("images", () => {});
  session.topic("image", {
    start: (server, { connection, gapMs }) => server.call("add", [connection, gapMs]),
    // @ts-expect-error no such method: `stop` knows the contract too
    stop: (server) => server.call("sub"),
  });

  // methods as functions
  const { add, optional } = session.methods({ add: "add", optional: "optional" });
  same<ReturnType<typeof add>, Promise<number>>();
  await add(1, 2);
  await optional("a");
  // @ts-expect-error an argument of the wrong type
  await add("1", 2);
  // @ts-expect-error one argument is missing
  await add(1);
  // @ts-expect-error no such method
  session.methods({ sub: "sub" });
  session.methods({ image: "image" });
  // @ts-expect-error a function of the positional arguments cannot give its keyword arguments
  session.methods({ resize: "resize" });
}

export async function untyped(): Promise<void> {
  const session = await connect("ws://localhost/ws", { secret: () => "s", reconnect: false });
  same<typeof session, Session<AnyApi>>();
  const value = await session.call("any.method", [1, { a: new Uint8Array(1) }], { any: "keyword" });
  // biome-ignore lint/suspicious/noExplicitAny: who writes no contract is not held up by types
  same<typeof value, any>();
  // biome-ignore lint/suspicious/noExplicitAny: as above
  session.topic("any:topic").subscribe((payload) => same<typeof payload, any>());
  const { add } = session.methods({ add: "myprotocol.add" });
  await add(1, "2", []);
  // without a contract any keyword may be a method's own
  await session.call("any.method", [], { signal: "green", timeoutMs: 5 });
  await using scoped = new Session<Server>({ url: () => "ws://localhost/ws" });
  await scoped.open();
}

export function states(session: Session<Server>): string {
  const { state } = session;
  switch (state.status) {
    case "idle":
      return "";
    case "connecting":
      return String(state.attempt);
    case "open":
      return `${state.clientId} ${state.protocol satisfies "v1" | "v2"} ${state.connection} ${state.responsive}`;
    case "waiting":
      return `${state.attempt} ${state.delayMs} ${state.retryAt} ${state.cause}`;
    case "closed":
      return String(state.cause);
    default:
      return state satisfies never;
  }
}

/** What an app reads from its settings may be missing, under `exactOptionalPropertyTypes` too. */
export function notGiven(none: undefined): Session {
  const session = new Session({
    url: "ws://localhost/ws",
    secret: none,
    reconnect: { minDelayMs: none, initial: none },
    liveness: { deadMs: none },
    limits: none,
    webSocket: none,
    binary: none,
    log: none,
  });
  session.topic("image", { start: none, stop: none, latest: none, onProgress: none });
  return session;
}

/** A half of a contract that is missing is as without one. */
export async function halves(): Promise<void> {
  const methods = await connect<{ methods: Server["methods"] }>(new URL("ws://localhost/ws"), { reconnect: true });
  same<Awaited<ReturnType<typeof methods.ping>>, number>();
  const sum = await methods.call("add", [1, 2]);
  same<typeof sum, number>();
  // @ts-expect-error no such method
  await methods.call("sub");
  // biome-ignore lint/suspicious/noExplicitAny: who writes no contract is not held up by types
  methods.topic("any").subscribe((payload) => same<typeof payload, any>());
  interface TopicsOnly {
    topics: { beat: number };
  }
  const topics = new Session<TopicsOnly>({ url: async () => new URL("ws://localhost/ws") });
  topics.topic("beat", { start: (server) => server.call("any.method") }).subscribe((payload) => same<typeof payload, number>());
  // @ts-expect-error no such topic
  topics.topic("beats");
}

/** `kind` tells the errors apart for the compiler. */
export function hintOf(error: unknown): string {
  if (!isWslinkError(error)) return "";
  if (error.kind === "connection") return error.hint;
  if (error.kind === "rpc") return error.exception ?? error.reason;
  // @ts-expect-error only some errors have a hint
  return error.hint;
}

export function refused(): void {
  // @ts-expect-error a session has to know where its server is
  new Session({});
  // @ts-expect-error no such option
  new Session({ url: "ws://localhost/ws", timeoutMs: 5 });
  // @ts-expect-error no such protocol
  new Session({ url: "ws://localhost/ws", protocol: "v3" });
  // @ts-expect-error neither is a part of a contract
  void connect<{ methods: number }>("ws://localhost/ws");
}

// Interfaces fit, which a `Record<string, …>` would refuse.
interface Methods {
  ping: () => void;
}
interface Topics {
  beat: number;
}
export const fits: Api = { methods: {} as Methods, topics: {} as Topics };
