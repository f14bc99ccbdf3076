/** A frame that went over the wire, as `wire$` tells it; secrets are masked in `data` and `message`. */
export interface WireEvent {
  readonly direction: "in" | "out";
  /** When, by the session's clock, in milliseconds. */
  readonly at: number;
  /** 1, 2, …; while connecting the number that the connection will have. */
  readonly connection: number;
  /** The frame itself: text, or binary. */
  readonly data: string | ArrayBuffer;
  /**
   * In: the message that this frame completed, decoded: `{ id, result }` or `{ id, error }`. Out: the request that begins here, `{ id, method, args, kwargs }`,
   * with the size of a binary in bytes in its place.
   */
  readonly message?: unknown;
}

/** Where frames are told, while somebody observes it. */
export interface WireListener {
  readonly observed: boolean;
  next(event: WireEvent): void;
}

/** What went over a session's wire: counters that outlive connections, and the listener of `wire$`. */
export class Traffic {
  readonly wire: WireListener;
  readonly received = { messages: 0, bytes: 0 };
  readonly sent = { messages: 0, bytes: 0 };
  /** Of the last probe that waited behind nothing, in milliseconds. */
  roundTripMs: number | undefined = undefined;
  /** What must not be told: the secrets of the last attempts. */
  readonly secrets: Set<string> = new Set();

  constructor(wire: WireListener) {
    this.wire = wire;
  }

  /** Remembers a secret for masking; the oldest of many gives way. */
  hide(secret: string): void {
    this.secrets.delete(secret);
    if (secret !== "") this.secrets.add(secret);
    if (this.secrets.size > 8) this.secrets.delete(this.secrets.values().next().value as string);
  }
}
