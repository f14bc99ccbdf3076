import { encode } from "@msgpack/msgpack";
import type { Protocol } from "wslink-rx";
import type { Random } from "../soak/random.js";
import { chunks, type FakeSocket } from "./fakeNetwork.js";

const NAMES = ["__proto__", "constructor", "prototype", "toString", "t", "", "a:b", "ü.x", "publish:", "x".repeat(300), "wslink_bin1", "\u0000", "\ud800"];
const NUMBERS = [0, -0, -1, 1.5, 2 ** 31, 2 ** 53, Number.NaN, Number.POSITIVE_INFINITY, 1e308];
/** Envelopes are tried with each of these in each place. */
const SCALARS = [null, true, false, ...NUMBERS, ...NAMES];

/** What a server may say that wants to harm, or that has lost its mind. */
export class HostileServer {
  constructor(
    private readonly random: Random,
    private readonly protocol: Protocol,
  ) {}

  /** Frames of one utterance: mostly one. */
  utter(socket: FakeSocket): (string | ArrayBuffer)[] {
    const { random } = this;
    const kind = random.below(12);
    if (kind === 0) return [this.noise(random.below(64))];
    if (kind === 1)
      return [
        random.of([
          "",
          "{",
          "null",
          "[[[[",
          '{"id":',
          "[".repeat(10_000),
          `{"wslink":"1.0","id":"publish:t:0","result":${"[".repeat(10_000)}${"]".repeat(10_000)}}`,
          "NaN",
          '{"id":"x","result":Infinity}',
          `"${"x".repeat(1_000)}"`,
        ]),
      ];
    const frames = this.frames(this.message(socket));
    if (kind === 2) return frames.map((frame) => this.truncated(frame));
    if (kind === 3) return frames.map((frame) => this.mutated(frame));
    if (kind === 4) return [...frames, ...frames]; // again
    if (kind === 5) return frames.reverse();
    if (kind === 6) return frames.slice(0, -1); // the rest never comes
    if (kind === 7) return [this.lie()];
    return frames;
  }

  private message(socket: FakeSocket): unknown {
    const { random } = this;
    const ids = [...socket.requests.map(({ id }) => id), "system:c0:0", "rpc:c0123:1", ...NAMES.map((name) => `publish:${name}:0`)];
    const id = random.chance(0.8) ? random.of(ids) : random.of(SCALARS);
    const value = this.value(4);
    return random.of([
      { wslink: "1.0", id, result: value },
      { wslink: "1.0", id, error: value },
      { wslink: "1.0", id, error: { code: random.of(SCALARS), message: random.of(SCALARS), data: value } },
      { id, result: value, error: null },
      { result: value, id, wslink: 1 },
      { wslink: "1.0", id },
      { wslink: "1.0", method: "wslink.binary.attachment", args: random.of([["wslink_bin1"], [], "wslink_bin1", [7], ["__proto__"]]) },
      value,
    ]);
  }

  private value(depth: number): unknown {
    const { random } = this;
    if (depth === 0 || random.chance(0.4)) return random.of(SCALARS);
    if (random.chance(0.05)) return nested(random.of([100, 1_000]));
    if (random.chance(0.5)) return Array.from({ length: random.below(5) }, () => this.value(depth - 1));
    // without a prototype, so that __proto__ is a key like any other
    const map = Object.create(null) as Record<string, unknown>;
    for (let i = random.below(5); i > 0; i--) map[random.of(NAMES)] = this.value(depth - 1);
    return map;
  }

  private frames(message: unknown): (string | ArrayBuffer)[] {
    const { random } = this;
    if (this.protocol === "v1") return [JSON.stringify(message) ?? "undefined", ...(random.chance(0.1) ? [this.noise(random.below(100))] : [])];
    const bytes = pack(message);
    return chunks(bytes, random.of([bytes.length, 1 + random.below(50)]), random.below(5));
  }

  private noise(length: number): ArrayBuffer {
    return Uint8Array.from({ length }, () => this.random.below(256)).buffer;
  }

  /** A chunk header that claims anything. */
  private lie(): ArrayBuffer {
    const { random } = this;
    const frame = new Uint8Array(12 + random.below(40));
    const view = new DataView(frame.buffer);
    for (const at of [0, 4, 8]) view.setUint32(at, random.of([0, 1, 12, frame.length - 12, 2 ** 30, 2 ** 32 - 1, random.below(100)]), true);
    // arrays, maps and binaries that claim four billion entries
    if (frame.length > 17) frame.set(random.of([[0xdd], [0xdf], [0xc6], [0xdb], [0xc9]]).concat(255, 255, 255, 255), 12);
    return frame.buffer;
  }

  private truncated(frame: string | ArrayBuffer): string | ArrayBuffer {
    const size = typeof frame === "string" ? frame.length : frame.byteLength;
    return frame.slice(0, this.random.below(size + 1));
  }

  private mutated(frame: string | ArrayBuffer): string | ArrayBuffer {
    const { random } = this;
    if (typeof frame === "string") {
      const at = random.below(frame.length + 1);
      return frame.slice(0, at) + random.of(['"', "\\", "}", "[", "\u0000", "9"]) + frame.slice(at + 1);
    }
    const bytes = new Uint8Array(frame.slice(0));
    for (let i = random.below(4); i >= 0 && bytes.length > 0; i--) bytes[random.below(bytes.length)] = random.below(256);
    return bytes.buffer;
  }
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) value = [value];
  return value;
}

/** The library refuses `__proto__` as a key and lone surrogates: then it goes without its body. */
function pack(message: unknown): Uint8Array {
  try {
    return encode(message, { maxDepth: 10_000 });
  } catch {
    return encode({ wslink: "1.0", id: String((message as { id?: unknown } | null)?.id), result: null });
  }
}
