import type { Job } from "../bench.js";

/** What a case asks of a client: the least that all of them can do. */
export interface Client {
  call(method: string, args: readonly unknown[]): Promise<unknown>;
  /** Gives a function that ends the subscription. */
  subscribe(topic: string, callback: (payload: Payload) => void): () => void;
  /** `bench.upload [data]`; an ArrayBuffer may be taken away. */
  upload(data: ArrayBuffer | Blob, background: boolean): Promise<unknown>;
  /** Makes a call which brings so many messages that nobody listens to, and resolves when the last has come. */
  flood(args: readonly unknown[], messages: number): Promise<void>;
}

/** What the servers publish. */
export interface Payload {
  readonly n: number;
  readonly text?: string;
  readonly data?: ArrayBuffer | Uint8Array;
}

export type Open = (job: Job) => Promise<Client>;
