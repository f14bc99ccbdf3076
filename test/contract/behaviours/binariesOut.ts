import { theme } from "../behaviour.js";
import type { Contract } from "../contract.js";
import type { Session } from "../backend.js";

const MiB = 1024 * 1024;

/** What Python says that it got for these arguments is what it should be, binary by binary. The call is made before anything is awaited. */
async function arrives(
  t: Contract,
  session: Session,
  args: unknown[],
  kwargs: Record<string, unknown>,
  expected: Record<string, ArrayBuffer | ArrayBufferView<ArrayBuffer>>,
  transfer: ArrayBuffer[] = [],
) {
  const reply = session.call("test.digests", args, kwargs, { transfer });
  const wanted = await Promise.all(Object.entries(expected).map(async ([path, bytes]) => ({ path, length: bytes.byteLength, sha256: await t.sha256(bytes) })));
  t.equal(byPath(await reply), byPath(wanted));
}
const byPath = (digests: unknown) => Object.fromEntries((digests as { path: string }[]).map(({ path, ...rest }) => [path, rest]));

/** An upload of `size` bytes, compared with what Python itself makes of the same pattern. */
async function uploads(t: Contract, session: Session, size: number, wrap: (bytes: ArrayBuffer) => unknown = (bytes) => bytes) {
  const wanted = await session.call("test.pattern.sha256", [size, 3]);
  t.equal(await session.call("test.digests", [wrap(t.pattern(size, 3))]), [{ path: "0", length: size, sha256: wanted }]);
}

export const binariesOut = theme("binaries out", {
  "of Blobs in all lanes at once, with buffers and aborts among them, arrive with exactly their bytes": async (t) => {
    const session = await t.connect();
    const abort = new AbortController();
    const calls = Array.from({ length: 24 }, (_, i) => {
      const bytes = t.pattern(1 + i * 40_000, i);
      const argument = i % 3 === 0 ? bytes : new Blob([bytes]);
      const options = { background: i % 2 === 0, ...(i % 8 === 7 ? { signal: abort.signal } : {}) };
      const reply = session.call("test.digests", [argument, new Blob([bytes])], {}, options);
      reply.catch(() => {}); // those that are aborted are looked at in their turn
      return { i, bytes, reply };
    });
    abort.abort(new Error("not wanted"));
    for (const { i, bytes, reply } of calls) {
      if (i % 8 === 7) t.equal((await t.rejects(reply, Error)).message, "not wanted");
      else {
        const sha256 = await t.sha256(bytes);
        t.equal(
          await reply,
          [0, 1].map((path) => ({ path: String(path), length: bytes.byteLength, sha256 })),
        );
      }
    }
  },

  "are ArrayBuffers and views of every kind, of exactly their bytes": async (t) => {
    const session = await t.connect();
    const buffer = t.pattern(64);
    const views = [
      new Uint8Array(buffer, 3, 5),
      new Int8Array(buffer, 1, 2),
      new Uint8ClampedArray(buffer, 0, 7),
      new Int16Array(buffer, 2, 3),
      new Uint16Array(buffer, 4, 1),
      new Int32Array(buffer, 4, 2),
      new Uint32Array(buffer, 8, 2),
      new Float32Array(buffer, 16, 4),
      new Float64Array(buffer, 8, 2),
      new BigInt64Array(buffer, 16, 1),
      new BigUint64Array(buffer, 0, 8),
      new DataView(buffer, 5, 9),
      new Uint8Array(buffer, 64, 0),
    ];
    for (const view of [buffer, ...views]) await arrives(t, session, [view], {}, { 0: view });
    await arrives(t, session, views, {}, Object.fromEntries(views.map((view, i) => [String(i), view])));
  },

  "are Blobs and Files, slices and empty ones": async (t) => {
    const session = await t.connect();
    const bytes = t.pattern(100_000, 1);
    const blob = new Blob([bytes]);
    await arrives(t, session, [blob], {}, { 0: bytes });
    await arrives(t, session, [blob.slice(7, 90_001)], {}, { 0: bytes.slice(7, 90_001) });
    await arrives(t, session, [new File([bytes, "tail"], "name.bin")], {}, { 0: await new Blob([bytes, "tail"]).arrayBuffer() });
    await arrives(t, session, [new Blob([])], {}, { 0: new ArrayBuffer(0) });
    await arrives(t, session, [blob, { a: blob }], { b: [blob] }, { 0: bytes, "1.a": bytes, "b.0": bytes });
  },

  "stand wherever they stand in args and kwargs": async (t) => {
    const session = await t.connect();
    const [a, b, c, d] = [1, 2, 3, 4].map((seed) => t.pattern(10 * seed, seed)) as [ArrayBuffer, ArrayBuffer, ArrayBuffer, ArrayBuffer];
    await arrives(t, session, [1, a, [{ deep: [b] }], "text"], { first: c, second: { list: [null, new Blob([d])] } }, { 1: a, "2.0.deep.0": b, first: c, "second.list.1": d });
    t.equal(await session.call("test.echo", [a, { b: [b] }], { c }), { args: [a, { b: [b] }], kwargs: { c } });
  },

  "given twice in a call arrive twice": async (t) => {
    const session = await t.connect();
    const bytes = t.pattern(33);
    const blob = new Blob([bytes]);
    await arrives(t, session, [bytes, bytes, [bytes], blob], { again: bytes, blob }, { 0: bytes, 1: bytes, "2.0": bytes, 3: bytes, again: bytes, blob: bytes });
  },

  "of every size are whole": async (t) => {
    const session = await t.connect();
    for (const size of [0, 1, 255, 256, 1024, 1025, 65535, 65536, 1_048_577]) {
      await uploads(t, session, size);
      await uploads(t, session, size, (bytes) => new Blob([bytes]));
    }
    const many = Array.from({ length: 300 }, (_, i) => t.pattern(i, i));
    await arrives(t, session, [many], {}, Object.fromEntries(many.map((bytes, i) => [`0.${i}`, bytes])));
  },

  "are read when call() is called": async (t) => {
    const session = await t.connect();
    const bytes = new Uint8Array(t.pattern(2_000_000));
    const before = bytes.slice();
    const call = arrives(t, session, [new Blob([before]), bytes, bytes.subarray(5, 50)], {}, { 0: before, 1: before, 2: before.subarray(5, 50) });
    bytes.fill(0);
    await call;
    t.equal(
      bytes.every((byte) => byte === 0),
      true,
      "the caller keeps them",
    );
  },

  "are moved by `transfer`, not copied": async (t) => {
    const session = await t.connect();
    const [whole, part, left] = [t.pattern(1_000_000, 1), t.pattern(1_000_000, 2), t.pattern(10, 3)];
    const expected = { 0: whole.slice(), "1.view": part.slice(4, 20), "1.again": part.slice(), 2: left };
    const arrived = arrives(t, session, [whole, { view: new Uint8Array(part, 4, 16), again: part }, left], {}, expected, [whole, part]);
    t.equal([whole.byteLength, part.byteLength, left.byteLength], [0, 0, 10]);
    await arrived;
  },

  "of a call that cannot be sent are not taken away by `transfer`": async (t) => {
    const session = await t.connect();
    const bytes = t.pattern(100);
    await t.rejects(session.call("test.digests", [bytes, () => {}], {}, { transfer: [bytes] }), TypeError);
    t.equal(bytes.byteLength, 100);
    await session.close();
    await t.rejects(session.call("test.digests", [bytes], {}, { transfer: [bytes] }), t.lib.ConnectionError);
    t.equal(bytes.byteLength, 100);
  },

  "may be as large as a frame of a 1.x server": async (t) => {
    const session = await t.connect();
    await uploads(t, session, 4 * MiB - 1);
    await uploads(t, session, 4 * MiB - 1, (bytes) => new Blob([bytes]));
  },

  "may be files: one that changed since it was chosen costs its own call, the browser's error is the cause": async (t) => {
    const session = await t.connect();
    const name = `file-${crypto.randomUUID()}`;
    const folder = await navigator.storage.getDirectory();
    const handle = await folder.getFileHandle(name, { create: true });
    const write = async (...parts: ArrayBuffer[]) => {
      const file = await handle.createWritable();
      for (const part of parts) await file.write(part);
      await file.close();
    };
    const bytes = t.pattern(3 * MiB, 5);
    await write(bytes);
    const file = await handle.getFile();
    await arrives(t, session, [file, file.slice(1000, 2 * MiB)], {}, { 0: bytes, 1: bytes.slice(1000, 2 * MiB) });
    await write(bytes, t.pattern(7));
    const [changed, beside] = [session.call("test.digests", [file]), session.call("test.add", [1, 2])];
    const error = await t.rejects(changed, TypeError);
    t.ok(error.message.includes("test.digests"), error.message);
    t.equal((error.cause as DOMException).name, "NotReadableError");
    t.equal(await beside, 3);
    await folder.removeEntry(name);
  },

  "larger than that are cut by 2.x, and refused by 1.x before anything is sent": async (t) => {
    const session = await t.connect();
    const bytes = t.pattern(4 * MiB);
    for (const binary of [bytes, new Blob([bytes])]) {
      if (t.protocol === "v2") await arrives(t, session, [binary], {}, { 0: bytes });
      else {
        const { sent } = session.stats();
        const error = await t.rejects(session.call("test.digests", [t.pattern(10), binary]), t.lib.LimitError);
        t.equal([error.limit, error.value], ["maxFrameBytes", 4 * MiB]);
        t.equal(session.stats().sent.bytes, sent.bytes, "bytes sent");
      }
    }
    t.equal(await session.call("test.add", [1, 2]), 3);
  },

  "go in frames as large as the server says, or smaller ones": async (t) => {
    const session = await t.connect({}, await t.start({ maxMsgSize: 10_000 }));
    const frames = t.record(session.wire$);
    const size = 9_000;
    await uploads(t, session, size);
    if (t.protocol === "v2") {
      await uploads(t, session, 1_000_003, (bytes) => new Blob([bytes]));
      await uploads(t, session, 1_000_003);
    }
    const sizes = frames.values.filter(({ direction }) => direction === "out").map(({ data }) => (typeof data === "string" ? data.length : data.byteLength));
    t.ok(Math.max(...sizes) <= 10_000, "no frame is larger");
    t.ok(Math.max(...sizes) >= size, "nor are they small");
    t.equal(await session.call("test.pattern", [50_000]), t.pattern(50_000));
  },
});
