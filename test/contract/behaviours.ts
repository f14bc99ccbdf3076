import type { Behaviour } from "./behaviour.js";
import { binariesIn } from "./behaviours/binariesIn.js";
import { binariesOut } from "./behaviours/binariesOut.js";
import { calls } from "./behaviours/calls.js";
import { clients } from "./behaviours/clients.js";
import { closing } from "./behaviours/closing.js";
import { detection } from "./behaviours/detection.js";
import { drops } from "./behaviours/drops.js";
import { givingUp } from "./behaviours/givingUp.js";
import { handshake } from "./behaviours/handshake.js";
import { limits } from "./behaviours/limits.js";
import { observing } from "./behaviours/observing.js";
import { ordering } from "./behaviours/ordering.js";
import { publications } from "./behaviours/publications.js";
import { subscribers } from "./behaviours/subscribers.js";
import { topics } from "./behaviours/topics.js";
import { trouble } from "./behaviours/trouble.js";
import { values } from "./behaviours/values.js";

/** All that holds on every backend. */
export const behaviours: readonly Behaviour[] = [
  ...handshake,
  ...detection,
  ...trouble,
  ...calls,
  ...givingUp,
  ...values,
  ...binariesIn,
  ...binariesOut,
  ...publications,
  ...topics,
  ...ordering,
  ...clients,
  ...subscribers,
  ...closing,
  ...drops,
  ...limits,
  ...observing,
];
