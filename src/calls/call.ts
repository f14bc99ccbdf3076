import type { Clock } from "../clock.js";
import type { Holder, Pending } from "../connection/pending.js";
import type { Progress } from "../progress.js";
import { type CallSite, CallTimeoutError, RpcError, withCallSite } from "../errors.js";
import { unhandled } from "../unhandled.js";
import type { WireError } from "../wire/message.js";
import type { Snapshot } from "../wire/snapshot.js";

export interface CallOptions {
  /** Aborting rejects the call with `signal.reason`. What was sent still runs on the server. */
  readonly signal?: AbortSignal | undefined;
  /** Rejects with a CallTimeoutError after so many milliseconds, counted from `call()`. 0: never. @defaultValue the session's `callTimeoutMs` */
  readonly timeoutMs?: number | undefined;
  /** Told with every piece of the arguments that goes out and of the result that comes in. On v1 each of the two is one piece. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Buffers of the arguments that are moved instead of copied: they are empty afterwards, like those of `postMessage`. */
  readonly transfer?: readonly ArrayBuffer[] | undefined;
  /** Calls made later may overtake this one, so that a large upload keeps nobody waiting. @defaultValue false */
  readonly background?: boolean | undefined;
}

/** A call from the moment it is made until it is settled; it may wait for a connection in between. */
export class Call implements Pending {
  readonly promise: Promise<unknown>;
  readonly background: boolean;
  readonly reportsProgress: boolean;
  sent = false;
  largestFrame = 0;
  id = "";
  holder: Holder | undefined;
  settled = false;
  #timer: unknown;
  #succeed!: (value: unknown) => void;
  #fail!: (error: unknown) => void;

  readonly #signal: AbortSignal | undefined;
  readonly #onProgress: CallOptions["onProgress"];
  readonly #clock: Clock;
  readonly #site: CallSite;
  readonly #onSettled: () => void;

  constructor(
    readonly method: string,
    public args: Snapshot | undefined,
    options: CallOptions,
    timeoutMs: number,
    clock: Clock,
    site: CallSite,
    onSettled: () => void,
  ) {
    this.#signal = options.signal;
    this.#onProgress = options.onProgress;
    this.#clock = clock;
    this.#site = site;
    this.#onSettled = onSettled;

    this.background = options.background ?? false;
    this.reportsProgress = options.onProgress !== undefined;
    this.promise = new Promise((succeed, fail) => {
      this.#succeed = succeed;
      this.#fail = fail;
    });
    if (timeoutMs > 0) this.#timer = clock.setTimeout(() => this.abort(withCallSite(new CallTimeoutError(method, timeoutMs, this.sent && !this.args), site)), timeoutMs);
    this.#signal?.addEventListener("abort", this);
  }

  resolve(value: unknown): void {
    if (this.#settle()) this.#succeed(value);
  }

  reject(error: unknown): void {
    if (this.#settle()) this.#fail(error);
  }

  refuse(error: WireError): void {
    this.reject(withCallSite(new RpcError(this.method, error), this.#site));
  }

  progress(progress: Progress): void {
    if (this.settled) return;
    try {
      this.#onProgress?.(progress);
    } catch (error) {
      unhandled(error);
    }
  }

  /** The signal was aborted. The call itself is its listener: a function of its own would be one more object for each call. */
  handleEvent(): void {
    this.abort(this.#signal?.reason);
  }

  /** Nobody waits for it any more. */
  abort(error: unknown): void {
    this.holder?.drop(this, true);
    this.reject(error);
  }

  #settle(): boolean {
    if (this.settled) return false;
    this.settled = true;
    this.args = undefined;
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this);
    this.#onSettled();
    return true;
  }
}
