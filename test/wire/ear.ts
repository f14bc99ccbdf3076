import { DEFAULT_LIMITS, type Limits } from "../../src/wire/limits.js";
import type { Codec, CodecHost, FrameIn, Interest, Message, Protocol } from "../../src/wire/message.js";
import { V1Codec } from "../../src/wire/v1.js";
import { V2Codec } from "../../src/wire/v2.js";

export interface EarOptions {
  readonly limits?: Partial<Limits>;
  readonly interest?: Interest | ((id: string) => Interest);
  readonly binary?: CodecHost["binary"];
}

/** A codec and all that it delivered. */
export class Ear {
  readonly messages: Message[] = [];
  /** The ids that the codec asked about. */
  readonly asked: string[] = [];
  readonly codec: Codec;

  constructor(protocol: Protocol, { limits = {}, interest = "take", binary }: EarOptions = {}) {
    const host: CodecHost = {
      wanted: (id) => {
        this.asked.push(id);
        return typeof interest === "function" ? interest(id) : interest;
      },
      deliver: (message) => void this.messages.push(message),
      binary,
    };
    const all = { ...DEFAULT_LIMITS, ...limits };
    this.codec = protocol === "v1" ? new V1Codec(host, all) : new V2Codec(host, all);
  }

  /** Takes frames and gives what was delivered meanwhile. */
  hear(frames: Iterable<FrameIn>, nowMs = 0): Message[] {
    const before = this.messages.length;
    for (const frame of frames) this.codec.push(frame, nowMs);
    return this.messages.slice(before);
  }
}

/** Delivered messages in short: `[id, value]`, `[id, "error", code]`, `["bad", id, name, text]` and the like. */
export function brief(messages: readonly Message[]): unknown[][] {
  return messages.map((message) => {
    switch (message.type) {
      case "result":
        return [message.id, message.value];
      case "error":
        return [message.id, "error", message.error.code];
      case "bad":
        return ["bad", message.id, message.error.name, message.error.message];
      case "progress":
        return [message.id, "progress", message.loadedBytes, message.totalBytes];
      default:
        return [message.id, message.type];
    }
  });
}
