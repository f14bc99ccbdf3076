// `npm run record`: writes what the real servers send into `frames/`. Run it again when a server's version changes, and read the difference.
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";
import { type Generation, startServer } from "../servers/real.js";
import { ROOT } from "../setup/command.mjs";
import { python } from "./python.js";
import { type Frame, RawClient } from "./rawClient.js";
import { type Expected, fileOf, type Recording, type Scene, type StoredFrame } from "./recording.js";

/** Megabytes that would only make the repository larger: tests on the real servers take them. */
const TOO_LARGE = new Set(["long text", "wide", "many keys"]);
const TOPICS = ["my-topic", "a:b", "t:1:2", "ü.x", "", "__proto__", "x".repeat(300)];

const secret = randomBytes(24).toString("hex");
const expected = await pythonSays();
writeFileSync(fileOf("expected"), `${JSON.stringify(expected, undefined, 1)}\n`);
await record("v1", 1, Object.keys(expected.values), Object.keys(expected.binaries));
await record("v2", 2, Object.keys(expected.values), Object.keys(expected.binaries));
await record("v2-small", 2, ["scalars", "odd keys", "proto", "safe integers"], ["whole", "nested", "list", "empty"], { WSLINK_MAX_MSG_SIZE: "64" });

async function pythonSays(): Promise<Expected> {
  const said = (await python(2, "expected.py")) as Expected;
  return { ...said, values: Object.fromEntries(Object.entries(said.values).filter(([name]) => !TOO_LARGE.has(name))) };
}

async function record(file: string, generation: Generation, values: readonly string[], binaries: readonly string[], env?: Record<string, string>): Promise<void> {
  const server = await startServer({ generation, secret, env });
  const client = await RawClient.open(server.url, generation);
  const scenes: Scene[] = [];
  const scene = async (name: string, method: string, args: readonly unknown[] = [], options: { id?: string; until?: string; by?: RawClient } = {}): Promise<void> => {
    const { by = client } = options;
    by.frames.length = 0;
    await by.request(method, args, options);
    scenes.push({ name, method, args: method === "wslink.hello" ? [] : args, frames: by.frames.map(stored) });
  };

  await scene("before hello", "test.add", [1, 2]);
  await scene("hello refused", "wslink.hello", [{ secret: `not ${secret}` }], { id: "system:c0:0" });
  await scene("hello", "wslink.hello", [{ secret }], { id: "system:c0:0" });
  await scene("probe", "wslink.ping", [], { id: "system:c0:1" });
  for (const name of values) await scene(`value ${name}`, "test.value", [name]);
  for (const name of binaries) await scene(`binary ${name}`, "test.binary", [name]);
  await scene("unknown method", "test.mistake.TYPO");
  await scene("exception", "test.mistake", ["a mistake"]);
  await scene("async exception", "test.async.mistake");
  await scene("unserialisable", "test.unserialisable");
  for (const topic of TOPICS) await scene(`publish ${topic}`, "test.publish", [topic, { n: 1 }], { until: `publish:${topic}:` });
  await scene("publish binary", "test.publish.binary", ["picture", "nested"], { until: "publish:picture:" });
  await scene("publish nan", "test.publish.value", ["numbers", "floats"], { until: "publish:numbers:" });
  await scene("publish unserialisable", "test.publish.unserialisable", ["broken"], { until: "publish:broken:" });
  await scene("publish before the reply", "test.publish.first", ["early", 7]);
  await scene("prose", "test.prose");
  await scene("hold", "test.hold", ["mine"]);
  await scene("release", "test.release", ["mine"]);
  await scene("hold for another", "test.hold", ["theirs"]);
  const another = await RawClient.open(server.url, generation);
  await scene("another hello", "wslink.hello", [{ secret }], { id: "system:c0:0", by: another });
  await scene("release to another", "test.release", ["theirs"], { by: another });

  another.close();
  client.close();
  await server.stop();
  const text = `${JSON.stringify({ wslink: server.wslink, scenes } satisfies Recording, undefined, 1)}\n`;
  for (const word of [secret, ROOT.replace(/\/$/, "")]) if (text.includes(word)) throw new Error(`the recording ${file} holds what must not leave this machine`);
  writeFileSync(fileOf(file), text);
}

/** Tracebacks hold paths of this machine: others of the same length stand for them. */
function neutral(frame: Buffer): Buffer {
  const here = Buffer.from(ROOT.replace(/\/$/, ""));
  const there = Buffer.from("/checkout".padEnd(here.length, "_").slice(0, here.length));
  const copy = Buffer.from(frame);
  for (let at = copy.indexOf(here); at >= 0; at = copy.indexOf(here)) there.copy(copy, at);
  return copy;
}

function stored(frame: Frame): StoredFrame {
  if (typeof frame === "string") {
    const text = neutral(Buffer.from(frame)).toString("utf8");
    return text.length < 2000 ? { text } : { deflatedText: deflateRawSync(Buffer.from(text), { level: 9 }).toString("base64") };
  }
  const bytes = neutral(frame);
  return bytes.length < 2000 ? { base64: bytes.toString("base64") } : { deflated: deflateRawSync(bytes, { level: 9 }).toString("base64") };
}
