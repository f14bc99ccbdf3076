import { ProtocolError } from "../errors.js";
import { AttachmentStore, isAttachmentKey, missingBytes } from "./attachments.js";
import { messageOf, protocolError } from "./envelope.js";
import { bytesOf } from "./blobReader.js";
import { deeperThan } from "./jsonDepth.js";
import { checkLimit, type Limits } from "./limits.js";
import type { Codec, CodecHost, FrameIn, FrameOut, Message, Outgoing, Request } from "./message.js";
import { isRecord, NEVER } from "../check.js";
import { parsePythonJson, stringifyPythonJson } from "./pythonJson.js";
import { replaceLeaves } from "./replaceLeaves.js";

/** The head that the servers write before every body, JSON with or without blanks, is looked for in so many characters: a longer one is found by parsing. */
const HEAD_LENGTH = 1024;
const HEAD = /^\s*\{\s*"wslink"\s*:\s*"[^"\\]*"\s*,\s*"id"\s*:\s*("(?:[^"\\]|\\.)*")\s*(,\s*"error")?/;
const ATTACHMENT = "wslink.binary.attachment";

/** wslink 1.x: JSON in text frames, each binary announced by a text header. */
export class V1Codec implements Codec {
  readonly protocol = "v1";
  maxFrameBytes: number = NEVER;
  readonly #store: AttachmentStore;
  /** The key that the last header announced; `null` when it announced none that can be. */
  #announced: string | null | undefined;

  readonly #host: CodecHost;
  readonly #limits: Limits;

  constructor(host: CodecHost, limits: Limits) {
    this.#host = host;
    this.#limits = limits;

    this.#store = new AttachmentStore(limits);
  }

  push(frame: FrameIn, nowMs: number): void {
    try {
      this.#store.expire(nowMs);
      if (typeof frame === "string") this.#text(frame);
      else this.#attachment(frame, nowMs);
    } catch (error) {
      this.#bad(typeof frame === "string" ? (idOf(headOf(frame)) ?? parsedId(frame)) : undefined, error, "a message is no JSON");
    }
  }

  #attachment(bytes: ArrayBuffer, nowMs: number): void {
    const key = this.#announced;
    this.#announced = undefined;
    if (key === undefined) throw new ProtocolError(`a binary frame of ${bytes.byteLength} bytes without a header`);
    if (key !== null) this.#store.add(key, bytes, nowMs);
  }

  #text(text: string): void {
    const host = this.#host;
    checkLimit(this.#limits, "maxMessageBytes", text.length);
    const head = headOf(text);
    let id = idOf(head);
    let message: Message | undefined;
    if (id === undefined) {
      message = this.#withoutHead(text);
      if (!message) return;
      id = message.id;
    }
    // taken now, whatever becomes of the message: later ones may not be this message's
    const attachments = this.#store.takeReferred(text);
    const decode = (): Message => this.#resolved(message ?? this.#decode(text, id as string), attachments);
    let bytes = text.length;
    if (attachments) for (const attachment of attachments.values()) bytes += attachment.byteLength;
    checkLimit(this.#limits, "maxMessageBytes", bytes);
    if (id === undefined) return host.deliver(decode());
    const interest = host.wanted(id);
    // an error is told, whoever listens
    if (interest === "skip" && !head?.[2]) return host.deliver({ type: "skipped", id });
    if (interest === "defer") return host.deliver({ type: "deferred", id, decode }, bytes);
    if (interest === "report") host.deliver({ type: "progress", id, loadedBytes: bytes, totalBytes: bytes });
    host.deliver(decode(), bytes);
  }

  /** A message whose id stands elsewhere; nothing when it is an attachment's header. */
  #withoutHead(text: string): Message | undefined {
    const value = this.#parse(text);
    if (!isRecord(value) || value["method"] !== ATTACHMENT || value["id"] !== undefined) return messageOf(value);
    const key = Array.isArray(value["args"]) ? value["args"][0] : undefined;
    this.#announced = isAttachmentKey(key) ? key : null;
    if (this.#announced === null) throw new ProtocolError(`an attachment's header without a key: ${text.slice(0, 80)}`);
    return undefined;
  }

  #decode(text: string, id: string): Message {
    try {
      return messageOf(this.#parse(text));
    } catch (error) {
      return { type: "bad", id, error: protocolError(error, `message ${id.slice(0, 100)} is no JSON`) };
    }
  }

  #parse(text: string): unknown {
    const { maxDepth } = this.#limits;
    return parsePythonJson(text, (value) => {
      // the envelope is not counted
      if (deeperThan(value, text, maxDepth + 1)) checkLimit(this.#limits, "maxDepth", maxDepth + 1);
    });
  }

  /** The message with its binaries. One that refers to nothing is not walked: at 100,000 items a walk costs a third. */
  #resolved(message: Message, attachments: Map<string, ArrayBuffer> | undefined): Message {
    if (message.type !== "result" || !attachments) return message;
    try {
      const { binary } = this.#host;
      const handOver = new Map<string, unknown>();
      for (const [key, bytes] of attachments) handOver.set(key, binary ? binary(bytes, "v1") : bytes);
      const missing = new Set<string>();
      // a key stands as a whole value; of which nothing is known stays
      const value = replaceLeaves(message.value, (leaf) => {
        if (!isAttachmentKey(leaf)) return leaf;
        if (handOver.has(leaf)) return handOver.get(leaf);
        missing.add(leaf);
        return leaf;
      });
      if (missing.size > 0) this.#bad(undefined, missingBytes(message.id, missing));
      return { type: "result", id: message.id, value };
    } catch (error) {
      return { type: "bad", id: message.id, error: protocolError(error) };
    }
  }

  encode({ id, method, args }: Request): Outgoing {
    if (args.bigInt) throw new TypeError(`${args.bigInt}: protocol v1 has none`);
    const frames: FrameOut[] = [];
    let totalBytes = 0;
    for (const binary of args.binaries) {
      checkLimit(this, "maxFrameBytes", binary.size, method);
      binary.key = randomKey();
      const header = JSON.stringify({ wslink: "1.0", method: ATTACHMENT, args: [binary.key] });
      const { source } = binary;
      frames.push(header, ArrayBuffer.isView(source) ? source : () => bytesOf(source));
      totalBytes += header.length + binary.size;
    }
    const text = stringifyPythonJson({ wslink: "1.0", id, method, args: args.args, kwargs: args.kwargs }, args.oddNumber);
    // a UTF-16 unit is at most three bytes: the exact count is only taken where it matters
    if (text.length * 3 > this.maxFrameBytes) checkLimit(this, "maxFrameBytes", new TextEncoder().encode(text).length, method);
    frames.push(text);
    return { frames: [frames].values(), totalBytes: totalBytes + text.length };
  }

  #bad(id: string | undefined, error: unknown, what?: string): void {
    this.#host.deliver({ type: "bad", id, error: protocolError(error, what) });
  }
}

const headOf = (text: string): RegExpExecArray | null => HEAD.exec(text.length > HEAD_LENGTH ? text.slice(0, HEAD_LENGTH) : text);

function idOf(head: RegExpExecArray | null): string | undefined {
  const id = head?.[1];
  if (!id?.includes("\\")) return id?.slice(1, -1);
  try {
    return JSON.parse(id) as string;
  } catch {
    return undefined;
  }
}

/** The id of a message that is refused unread, when it does not begin as the servers' messages do. */
function parsedId(text: string): string | undefined {
  try {
    return messageOf(parsePythonJson(text)).id;
  } catch {
    return undefined;
  }
}

/**
 * The servers keep one table of uploads for all their clients, so keys are random; all have the same length,
 * so that none is a part of another.
 */
function randomKey(): string {
  const [number] = crypto.getRandomValues(new BigUint64Array(1));
  return `wslink_bin1${String(number).padStart(20, "0")}`;
}
