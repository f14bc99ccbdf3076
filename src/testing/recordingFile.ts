import { isArrayBuffer, isBlob, tagOf } from "../check.js";
import { bytesOf } from "../wire/blobReader.js";
import type { FrameIn, Protocol } from "../wire/message.js";
import { describe } from "./plain.js";

/** What a client asked for. Binaries in `args` and `kwargs` are told by their length alone. */
export interface RecordedRequest {
  readonly at: number;
  readonly request: { readonly id: string; readonly method: string; readonly args: readonly unknown[]; readonly kwargs: Readonly<Record<string, unknown>> };
}

/** A hello that the server took. */
export interface RecordedHello {
  readonly at: number;
  readonly hello: true;
}

/** A message of the server, as its frames were; `id` is missing where it could not be read. */
export interface RecordedMessage {
  readonly at: number;
  readonly id?: string;
  readonly frames: readonly FrameIn[];
}

export type RecordedEvent = RecordedRequest | RecordedHello | RecordedMessage;

export interface RecordedSession {
  readonly protocol: Protocol;
  readonly events: readonly RecordedEvent[];
}

const FORMAT = 1;
interface Stored {
  readonly wslinkRxRecording: number;
  readonly protocol: Protocol;
  readonly events: readonly unknown[];
}

/** The file: gzipped JSON, in it texts as they are and binaries in base64. */
export async function writeRecording({ protocol, events }: RecordedSession): Promise<Blob> {
  const stored: Stored = { wslinkRxRecording: FORMAT, protocol, events: events.map((event) => ("frames" in event ? { ...event, frames: event.frames.map(stow) } : event)) };
  const packed = await through(new CompressionStream("gzip"), new TextEncoder().encode(JSON.stringify(stored)));
  return new Blob([await packed.arrayBuffer()], { type: "application/gzip" });
}

/** @throws TypeError: this is no recording */
export async function readRecording(file: Blob | ArrayBuffer | Uint8Array<ArrayBuffer>): Promise<RecordedSession> {
  const isFile = isArrayBuffer(file) || (typeof file === "object" && file !== null && (isBlob(file) || tagOf(file) === "Uint8Array"));
  if (!isFile) throw new TypeError(`MockServer.replay: the file must be a Blob, an ArrayBuffer or a Uint8Array, got ${describe(file)}`);
  let stored: Partial<Stored> | null;
  try {
    const bytes = isBlob(file) ? await bytesOf(file) : new Uint8Array(file);
    stored = JSON.parse(await (await through(new DecompressionStream("gzip"), bytes)).text());
  } catch (cause) {
    throw new TypeError("MockServer.replay: the file is no recording", { cause });
  }
  if (stored?.wslinkRxRecording !== FORMAT) throw new TypeError(`MockServer.replay: the file is a recording of format ${stored?.wslinkRxRecording}, this version reads ${FORMAT}`);
  if ((stored.protocol !== "v1" && stored.protocol !== "v2") || !Array.isArray(stored.events) || !stored.events.every(isEvent))
    throw new TypeError("MockServer.replay: the file is a recording that something was changed in");
  const events = stored.events.map((event) =>
    "frames" in (event as object) ? { ...(event as RecordedMessage), frames: (event as { frames: unknown[] }).frames.map(fetched) } : (event as RecordedEvent),
  );
  return { protocol: stored.protocol, events };
}

/** Bytes that went through a stream. The Blobs of jsdom have none. */
async function through(stream: CompressionStream | DecompressionStream, bytes: Uint8Array<ArrayBuffer>): Promise<Response> {
  return new Response((new Response(bytes).body as ReadableStream<Uint8Array<ArrayBuffer>>).pipeThrough(stream));
}

/** Files are sent around, and edited. */
function isEvent(value: unknown): boolean {
  if (typeof value !== "object" || value === null || typeof (value as { at?: unknown }).at !== "number") return false;
  const { hello, request, frames } = value as { hello?: unknown; request?: Partial<RecordedRequest["request"]> | null; frames?: unknown };
  if (Array.isArray(frames)) return frames.every((frame) => typeof frame === "string" || (Array.isArray(frame) && typeof frame[0] === "string"));
  return hello === true || (typeof request?.id === "string" && typeof request.method === "string" && Array.isArray(request.args) && typeof request.kwargs === "object");
}

function stow(frame: FrameIn): string | readonly [string] {
  if (typeof frame === "string") return frame;
  const bytes = new Uint8Array(frame);
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  return [btoa(text)];
}

function fetched(frame: unknown): FrameIn {
  return typeof frame === "string" ? frame : Uint8Array.from(atob((frame as [string])[0]), (char) => char.charCodeAt(0)).buffer;
}
