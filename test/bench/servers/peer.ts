import type { Received } from "./frameReader.js";

/** One client of the fast server, whichever protocol it speaks. */
export interface Peer {
  received(message: Received): void;
}

export type Write = (frames: readonly Buffer[]) => void;

/** What an upload's reply says: its length, and the numbers at its ends. */
export const upload = (length: number, first: Buffer, last: Buffer): number[] => [length, first.readUInt32LE(0), last.readUInt32LE(0)];

export const NO_METHOD = { code: -32601, message: "Unregistered method called" };
export const NO_SECRET = { code: -32000, message: "Authentication failed" };
