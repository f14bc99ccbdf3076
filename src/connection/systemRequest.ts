import type { WireError } from "../wire/message.js";
import { snapshot } from "../wire/snapshot.js";
import type { Pending } from "./pending.js";

/** A hello or a probe. Its reply is told by a callback, in the turn in which it comes. */
export const systemRequest = (
  method: "wslink.hello" | "wslink.ping",
  args: readonly unknown[],
  resolve: (value: unknown) => void,
  refuse: (error: WireError) => void,
  reject: (error: unknown) => void,
): Pending => ({
  method,
  args: snapshot(args, {}, 4),
  background: false,
  reportsProgress: false,
  sent: false,
  largestFrame: 0,
  id: "",
  holder: undefined,
  resolve,
  refuse,
  reject,
  progress() {},
});

/** The system probe. Every server answers it with an error at once, before authentication too: that is the answer. */
export const probe = (answered: () => void, failed: (error: unknown) => void): Pending => systemRequest("wslink.ping", [], answered, answered, failed);
