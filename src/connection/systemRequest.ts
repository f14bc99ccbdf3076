import type { WireError } from "../wire/message.js";
import { type Snapshot, snapshot } from "../wire/snapshot.js";
import type { Holder, Pending } from "./pending.js";

/** A hello or a probe. Its reply is told by a callback, in the turn in which it comes. */
export class SystemRequest implements Pending {
  readonly background = false;
  readonly reportsProgress = false;
  readonly args: Snapshot;
  sent = false;
  largestFrame = 0;
  id = "";
  holder: Holder | undefined;

  constructor(
    readonly method: "wslink.hello" | "wslink.ping",
    args: readonly unknown[],
    readonly resolve: (value: unknown) => void,
    readonly refuse: (error: WireError) => void,
    readonly reject: (error: unknown) => void,
  ) {
    this.args = snapshot(args, {}, 4);
  }

  progress(): void {}
}

/** The system probe. Every server answers it with an error at once, before authentication too: that is the answer. */
export const probe = (answered: () => void, failed: (error: unknown) => void): SystemRequest => new SystemRequest("wslink.ping", [], answered, answered, failed);
