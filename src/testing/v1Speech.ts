import type { FrameIn } from "../wire/message.js";
import { parsePythonJson } from "../wire/pythonJson.js";
import type { AttachmentTable } from "./attachmentTable.js";
import type { Plain } from "./plain.js";
import { pythonJson } from "./pythonJson.js";
import { Fatal, look, type RawRequest, requestOf, type ServerFrame, type Speech } from "./speech.js";
import { soon } from "./tasks.js";

const ATTACHMENT = "wslink.binary.attachment";

/** wslink 1.x: JSON in text frames, binaries in pairs. Source: wslink 1.12, `wslink/protocol.py`. */
export class V1Speech implements Speech {
  readonly protocol = "v1";
  readonly hello = {};
  authenticated = false;

  readonly maxFrameBytes: number;
  readonly #table: AttachmentTable;

  constructor(maxFrameBytes: number, table: AttachmentTable) {
    this.maxFrameBytes = maxFrameBytes;
    this.#table = table;
  }

  hear(frame: FrameIn): RawRequest | undefined {
    if (typeof frame !== "string" && this.authenticated) {
      this.#table.upload(frame);
      return undefined;
    }
    const message = parsed(frame);
    const isDict = typeof message === "object" && message !== null && !Array.isArray(message);
    if (!isDict) throw new Fatal("the message is no dict");
    const request = requestOf(message);
    if (!request) {
      const keys = look(message, "args")?.found;
      if (look(message, "method")?.found === ATTACHMENT && Array.isArray(keys)) this.#table.announce(keys);
      return undefined;
    }
    if (this.authenticated) this.#table.resolve([request.args, request.kwargs]);
    return request;
  }

  say(message: Map<string, Plain>): ServerFrame[] {
    const text = pythonJson(message, (bytes) => this.#table.add(bytes));
    if (message.has("error")) return [text];
    const pairs = this.#table.mentionedIn(text);
    // later in this turn another client may get the same publication, and its pairs
    soon(() => this.#table.forget(pairs.map(([key]) => key)));
    return [...pairs.flatMap(([key, bytes]) => [`{"wslink": "1.0", "method": "${ATTACHMENT}", "args": [${JSON.stringify(key)}]}`, bytes]), text];
  }
}

function parsed(frame: FrameIn): unknown {
  try {
    return parsePythonJson(typeof frame === "string" ? frame : new TextDecoder("utf-8", { fatal: true }).decode(frame));
  } catch (cause) {
    throw new Fatal("the message is no JSON", { cause });
  }
}
