import type * as WslinkRx from "../../src/index.js";

export type Library = typeof WslinkRx;
export type Protocol = "v1" | "v2";
export type Session = WslinkRx.Session;
export type SessionOptions = WslinkRx.SessionOptions;
export type SessionState = WslinkRx.SessionState;

/** Where sessions of a behaviour go: a server, or the lack of one. */
export interface Place {
  /** What a session needs to get there; a backend that is no real server brings its `webSocket` here. */
  readonly options: Pick<SessionOptions, "url" | "webSocket">;
  /** The whole log of the server so far. */
  log(): Promise<string>;
  stop(): Promise<void>;
}

export interface PlaceOptions {
  readonly secret?: string;
  /** The largest message that the server takes, in bytes: WSLINK_MAX_MSG_SIZE. */
  readonly maxMsgSize?: number;
  /** The largest message before the hello that a 2.x server takes, in bytes: WSLINK_AUTH_MSG_SIZE. */
  readonly authMsgSize?: number;
}

export type Trouble =
  /** Nobody listens. */
  | "refused"
  /** An HTTP server without such a path. */
  | "not found"
  /** A TCP server that accepts and says nothing. */
  | "silent tcp"
  /** A WebSocket server that opens and says nothing. */
  | "silent socket";

/** A target of the contract. It lives in the page; the methods of `test/servers/server.py` answer there under the same names. */
export interface Backend {
  readonly name: string;
  readonly protocol: Protocol;
  /** The server that most behaviours share; it wants the run's secret. */
  readonly shared: Place;
  /** A server of the other protocol with the same secret. */
  readonly other: Place;
  /** A server of its own, for behaviours that end it or need it different. */
  start(options?: PlaceOptions): Promise<Place>;
  trouble(kind: Trouble): Promise<Place>;
  /** What servers that live in the page have logged; of those that Node starts, Node has it. */
  readonly logs?: () => readonly string[];
}

/**
 * Where the two protocols may differ in what a user sees. Nothing else may: a behaviour holds on every backend.
 * (What a server refuses is not ours: 1.x takes no frame above its limit, 2.x takes chunks.)
 */
export const DIFFERENCES = {
  "64-bit integers": "v1 has only Number; v2 gives and takes BigInt beyond ±(2^53−1)",
} as const;
