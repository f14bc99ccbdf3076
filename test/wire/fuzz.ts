import { ProtocolError } from "../../src/errors.js";
import { isPublication, topicOf } from "../../src/wire/envelope.js";
import type { FrameIn, Interest, Message, Protocol } from "../../src/wire/message.js";
import { cut, frame, pieces, response } from "./chunking.js";
import { Ear } from "./ear.js";
import { type Random, randomFrom } from "./random.js";
import { frameOf, recording } from "./recording.js";

const LIMITS = { maxMessageBytes: 1 << 20, maxPartialBytes: 1 << 19, maxPartialMessages: 8, maxPartialAgeMs: 1000, maxAttachments: 5, maxAttachmentBytes: 1 << 19, maxDepth: 50 };
const INTERESTS = ["take", "take", "take", "take", "report", "report", "defer", "defer", "skip"] as const;

export interface FuzzResult {
  readonly frames: number;
  /** Messages of which the body was decoded, wholly or until it was found bad: not those that nobody wanted, or of which nobody knows whose they are. */
  readonly bodies: number;
  /** Bodies that are a result or an error. */
  readonly sound: number;
  readonly bad: number;
}

/**
 * Feeds a codec with mutated recordings, made-up messages and random bytes. After every 1,000 frames a valid message must still arrive.
 * @throws when it does not, or when anything is thrown out of the codec.
 */
export function fuzz(protocol: Protocol, count: number, seed: number): FuzzResult {
  const random = randomFrom(seed);
  const interest = (id: string): Interest => {
    if (isPublication(id) && topicOf(id) === "t0" && random(2)) return "skip";
    return id === "probe" ? "take" : (INTERESTS[random(INTERESTS.length)] ?? "take");
  };
  const binary = (bytes: ArrayBuffer): unknown => {
    if (bytes.byteLength === 7) throw new ProtocolError("a handler of binaries that fails");
    return bytes.byteLength;
  };
  const ear = new Ear(protocol, { limits: LIMITS, interest, ...(seed % 2 && { binary }) });
  const next = protocol === "v1" ? textFrames(random) : chunkFrames(random);
  let [bodies, sound, bad, now] = [0, 0, 0, 0];
  for (let i = 1; i <= count; i++) {
    now += random(3000) ? 1 : 2000; // once in a while whatever waits is too old
    ear.codec.push(next(), now);
    for (const message of ear.messages.splice(0)) {
      const decoded = message.type === "deferred" ? message.decode() : message;
      if (decoded.type === "bad") bad++;
      if (decoded.type === "result" || decoded.type === "error") sound++;
      if (decoded.type === "bad" && decoded.id !== undefined) bodies++;
    }
    ear.asked.length = 0;
    if (i % 1000 === 0) checkAlive(protocol, ear, i, now, seed);
  }
  return { frames: count, bodies: bodies + sound, sound, bad };
}

function checkAlive(protocol: Protocol, ear: Ear, i: number, now: number, seed: number): void {
  const content = response(i, "probe");
  const frames = protocol === "v1" ? [JSON.stringify({ wslink: "1.0", id: "probe", result: i })] : cut(content, [9], 0xfffffff0);
  const [message] = ear.hear(frames, now).filter((one: Message) => one.id === "probe");
  if (message?.type !== "result" || message.value !== i) throw new Error(`after ${i} frames of seed ${seed} a valid message did not arrive: ${JSON.stringify(message)}`);
  ear.messages.length = 0;
}

const BYTES = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xc4, 0xc5, 0xc6, 0xc7, 0xca, 0xcb, 0xcf, 0xd3, 0xd6, 0xd9, 0xda, 0xdb, 0xdc, 0xdd, 0xde, 0xdf, 0xe0, 0xff];

/** What only a server that means harm sends, or one of large messages. */
const RARE: readonly ((random: Random, chunkId: number) => FrameIn[])[] = [
  () => ["a text"],
  (random, chunkId) => [frame(chunkId, 0, (1 << 20) + random(3), new Uint8Array(20))],
  // never complete, and more than may be held
  (random, chunkId) => [frame(chunkId, 1 + random(9), 1 << 20, new Uint8Array(600_000))],
  (random, chunkId) => pieces(response("ü".repeat(300), ["", "i".repeat(40), "i".repeat(300), "i".repeat(70_000)][random(4)]), 100 + random(400), chunkId),
  (random, chunkId) => pieces(response([new Uint8Array([7, 300, 100_000][random(3)] as number), "text".repeat(random(100))], "x"), 40 + random(40_000), chunkId),
  // in any order, with gaps and runs between
  (random, chunkId) => pieces(response(new Uint8Array(2_000 + random(2_000)), "x"), 100, chunkId).toSorted(() => random(3) - 1),
];

function chunkFrames(random: Random): () => FrameIn {
  const contents = recording("v2")
    .scenes.flatMap(({ frames }) => frames.map((one) => new Uint8Array(frameOf(one) as ArrayBuffer, 12)))
    .filter(({ length }) => length < 2000);
  const prefix = response(null, "x").subarray(0, -1);
  const waiting: FrameIn[] = [];
  return () => {
    const kept = waiting.length > 0 && random(2) === 0 ? waiting.splice(random(waiting.length), 1)[0] : undefined;
    if (kept) return kept;
    if (random(500) === 0) {
      const rare = RARE[random(RARE.length)]?.(random, 100 + random(4)) as FrameIn[];
      waiting.push(...rare.slice(1));
      return rare[0] as FrameIn;
    }
    const kind = random(10);
    let content = Uint8Array.from(contents[random(contents.length)] as Uint8Array);
    if (kind === 0 && random(3) === 0) return Uint8Array.from({ length: random(40) }, () => random(256)).buffer; // no chunk at all
    if (kind < 4) content = Uint8Array.from([...prefix, ...Array.from({ length: 1 + random(60) }, () => (random(3) ? (BYTES[random(BYTES.length)] as number) : random(256)))]);
    else for (let times = random(4); times > 0; times--) content[random(content.length)] = random(2) ? (BYTES[random(BYTES.length)] as number) : random(256);
    const chunkId = random(12);
    if (random(12)) return frame(chunkId, 0, content.length, content);
    const parts = cut(
      content,
      [1 + random(content.length), 1 + random(content.length)].toSorted((a, b) => a - b),
      chunkId,
    );
    if (random(4) === 0) new DataView(parts[random(parts.length)] as ArrayBuffer).setUint32(random(3) * 4, random(2) ? random(2 * content.length) : random(0xffffffff), true);
    waiting.push(...parts.slice(1));
    if (waiting.length > 200) waiting.length = 0;
    return parts[0] as ArrayBuffer;
  };
}

const WORDS = [
  "NaN",
  "Infinity",
  "-Infinity",
  "null",
  '"wslink_bin1"',
  '"wslink_bin12"',
  '"__proto__"',
  '"id"',
  "{",
  "}",
  "[",
  "]",
  ",",
  ":",
  '"',
  "\\",
  "\\u0000",
  "1e999",
  "-",
  "0",
  '{"__proto__": "wslink_bin1"}',
  "\ud800",
  "ü",
];

/** What only a server that means harm sends. */
const ODD: readonly FrameIn[] = [
  `{"wslink": "1.0", "id": "x", "result": ${"[".repeat(60)}${"]".repeat(60)}}`,
  `{"wslink": "1.0", "id": "x", "result": ${'{"a": [1, '.repeat(60)}0${", 2]}".repeat(60)}}`,
  `{"wslink": "1.0", "id": "x", "result": [${Array.from({ length: 60 }, () => "[]")}, "wslink_bin1", "wslink_bin2", "wslink_bin77", "wslink_bin78", "wslink_bin79"]}`,
  `{"wslink": "1.0", "id": "x", "result": "${"x".repeat(1 << 20)}"}`,
  '{"wslink": "1.0", "method": "wslink.binary.attachment", "args": [7]}',
  '{"wslink": "1.0", "method": "wslink.binary.attachment", "args": null}',
  '{"result": 1, "id": "x"}',
  '{"result": 1, "id": 7}',
  '{"id": "x"}',
  '{"id": "x", "error": "text"}',
  '{"id": "x", "error": {"code": "1", "message": {}}}',
  '{"wslink": "1.0", "id": "\\u00zz", "result": 1}',
  '{"wslink": "1.0", "id": "x", "result": [NaN, -Infinity, "N\\"aN", {"a": {"__proto__": NaN}}]}',
  "null",
  "NaN",
  "[]",
  new ArrayBuffer((1 << 19) + 1),
];

function textFrames(random: Random): () => FrameIn {
  const recorded = recording("v1")
    .scenes.flatMap(({ frames }) => frames.map(frameOf))
    .filter((one) => typeof one !== "string" || one.length < 2000);
  const value = (depth: number): string => {
    const kind = random(depth > 4 ? 3 : 6);
    if (kind < 3) return WORDS[random(8)] as string;
    const items = Array.from({ length: random(4) }, () => value(depth + 1));
    return kind === 3 ? `[${items.join(", ")}]` : `{${items.map((item, i) => `${random(3) ? `"k${i}"` : '"__proto__"'}: ${item}`).join(", ")}}`;
  };
  return () => {
    const kind = 1 + random(20);
    if (kind === 20) return new ArrayBuffer(random(50));
    if (kind === 1) return random(9) ? `{"wslink": "1.0", "method": "wslink.binary.attachment", "args": ["wslink_bin${random(80)}"]}` : (ODD[random(ODD.length)] as FrameIn);
    if (kind < 14) return `{"wslink": "1.0", "id": "${random(2) ? "x" : `publish:t${random(3)}:0`}", "${random(4) ? "result" : "error"}": ${value(0)}}`;
    const one = recorded[random(recorded.length)] as FrameIn;
    if (typeof one !== "string" || kind < 15) return one;
    const at = random(one.length);
    return one.slice(0, at) + (WORDS[random(WORDS.length)] as string) + one.slice(at + random(5));
  };
}
