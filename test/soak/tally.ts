/** What a soak has seen. A plain object: it crosses from the page to Node. */
export interface Seen {
  cycles: number;
  opened: number;
  openFailed: number;
  reconnects: number;
  callsMade: number;
  /** By how they ended: `result`, or the name of the error. */
  callsEnded: Record<string, number>;
  publications: number;
  sequences: number;
  reported: number;
}

/** The invariants, each with what has broken it. */
export type Broken = Record<"settles once" | "right results" | "known errors" | "order" | "nothing left after close" | "nothing uncaught", string[]>;

export class Tally {
  readonly seen: Seen = { cycles: 0, opened: 0, openFailed: 0, reconnects: 0, callsMade: 0, callsEnded: {}, publications: 0, sequences: 0, reported: 0 };
  readonly broken: Broken = { "settles once": [], "right results": [], "known errors": [], order: [], "nothing left after close": [], "nothing uncaught": [] };

  break(invariant: keyof Broken, what: string): void {
    if (this.broken[invariant].length < 20) this.broken[invariant].push(what);
  }
}
