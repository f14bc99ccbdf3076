import type { Clock } from "../clock.js";
import { HEADER_BYTES } from "../wire/chunks.js";
import type { FrameIn } from "../wire/message.js";
import { chunked } from "./chunked.js";
import type { MockConnection } from "./mockConnection.js";
import type { Received } from "./mockClient.js";
import { pythonMsgpack } from "./pythonMsgpack.js";
import { told } from "./record.js";
import type { RecordedMessage, RecordedSession } from "./recordingFile.js";
import type { ServerFrame } from "./speech.js";

/** A reply, and what the server published after it until the next one. */
interface Scene {
  readonly at: number;
  readonly method: string;
  readonly args: string;
  readonly id: string;
  readonly reply: RecordedMessage | undefined;
  readonly publications: RecordedMessage[];
  used: boolean;
}

/** Answers as a recorded server did. */
export class Replay {
  readonly #protocol: RecordedSession["protocol"];
  readonly #opening: Scene = { at: 0, method: "wslink.hello", args: "", id: "", reply: undefined, publications: [], used: false };
  readonly #scenes: Scene[] = [];
  readonly #timers = new Set<unknown>();

  readonly #clock: Clock;

  constructor({ protocol, events }: RecordedSession, clock: Clock) {
    this.#clock = clock;
    this.#protocol = protocol;
    let scene: { at: number; publications: RecordedMessage[] } = { ...this.#opening, at: events[0]?.at ?? 0 };
    const open = new Map<string, Omit<Scene, "at" | "reply" | "publications">>();
    for (const event of events) {
      if ("hello" in event) scene = { publications: this.#opening.publications, at: event.at };
      else if ("request" in event) {
        const { id, method, args, kwargs } = event.request;
        open.set(id, { id, method, args: JSON.stringify([args, kwargs]), used: false });
      } else {
        const asked = event.id === undefined ? undefined : open.get(event.id);
        if (!asked) scene.publications.push({ ...event, at: event.at - scene.at });
        else {
          open.delete(asked.id);
          const next: Scene = { ...asked, at: event.at, reply: event, publications: [] };
          this.#scenes.push(next);
          scene = next;
        }
      }
    }
  }

  /** A client said hello: what was published before its first call. */
  begin(client: MockConnection): void {
    this.#publish(this.#opening, client);
  }

  /** Plays the reply that fits best: of the same method with the same arguments, one that was not played yet before others. @returns whether there is one */
  answer({ id, method, args, kwargs }: Received, client: MockConnection): boolean {
    const wanted = JSON.stringify([told(args), told(kwargs)]);
    const candidates = this.#scenes.filter((scene) => scene.method === method);
    const scene = candidates.find((one) => !one.used && one.args === wanted) ?? candidates.findLast((one) => one.args === wanted) ?? candidates.find((one) => !one.used) ?? candidates.at(-1);
    if (!scene?.reply) return false;
    scene.used = true;
    client.send(this.#withId(scene.reply.frames, scene.id, id), { method });
    this.#publish(scene, client);
    return true;
  }

  stop(): void {
    for (const timer of this.#timers) this.#clock.clearTimeout(timer);
    this.#timers.clear();
  }

  #publish({ publications }: Scene, client: MockConnection): void {
    for (const { at, id, frames } of publications) {
      const topic = id?.startsWith("publish:") ? { topic: id.slice(8, id.lastIndexOf(":")) } : {};
      const timer = this.#clock.setTimeout(
        () => {
          this.#timers.delete(timer);
          client.send(frames.map(served), topic);
        },
        Math.max(at, 0),
      );
      this.#timers.add(timer);
    }
  }

  /** The frames of a reply with another id in the place of the recorded one. */
  #withId(frames: readonly FrameIn[], recorded: string, id: string): ServerFrame[] {
    const last = frames[frames.length - 1];
    if (this.#protocol === "v1") return typeof last === "string" ? [...frames.slice(0, -1).map(served), last.replace(JSON.stringify(recorded), () => JSON.stringify(id))] : frames.map(served);
    const content = joined(frames.map((frame) => new Uint8Array(frame as ArrayBuffer, HEADER_BYTES)));
    const old = joined(pythonMsgpack(recorded));
    const at = find(content, old);
    if (at < 0) return frames.map(served);
    const parts = [content.slice(0, at), ...pythonMsgpack(id), content.slice(at + old.length)];
    const largest = Math.max(...frames.map((frame) => (frame as ArrayBuffer).byteLength), HEADER_BYTES + 64);
    return chunked(parts, largest);
  }
}

const served = (frame: FrameIn): ServerFrame => (typeof frame === "string" ? frame : new Uint8Array(frame));

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function find(bytes: Uint8Array, wanted: Uint8Array): number {
  for (let at = bytes.indexOf(wanted[0] as number); at >= 0; at = bytes.indexOf(wanted[0] as number, at + 1)) if (wanted.every((byte, i) => bytes[at + i] === byte)) return at;
  return -1;
}
