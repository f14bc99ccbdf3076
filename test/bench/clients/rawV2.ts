import type { Client, Open } from "./client.js";
import { Reader, write } from "./rawMsgpack.js";
import { RawSocket } from "./rawSocket.js";

const HEADER_BYTES = 12;
const FRAME_BYTES = 4_194_304;
/** Where the id stands: after the chunk's header, the map's head, and `wslink`, `1.0`, `id`. */
const ID_AT = HEADER_BYTES + 1 + 7 + 4 + 3;
const RESULT_KEY_BYTES = 7;
const ROOM_BYTES = 8 * 1024 * 1024;

/** A message whose last binary is still coming. */
interface Coming {
  readonly id: string;
  readonly value: unknown;
  readonly hole: Uint8Array;
  filled: number;
}

/** A raw WebSocket with the smallest codec of v2: chunks in order, known messages, no checks. */
export const open: Open = async ({ url }): Promise<Client> => {
  const raw = await RawSocket.open(url);
  const { socket } = raw;
  const coming = new Map<number, Coming>();
  const scratch = new Uint8Array(65_536);
  const view = new DataView(scratch.buffer);
  let chunkId = 0;

  socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => {
    const header = new DataView(data);
    const chunk = header.getUint32(0, true);
    const offset = header.getUint32(4, true);
    if (offset > 0) return more(chunk, data);
    const reader = new Reader(data);
    reader.pos = ID_AT;
    const id = reader.value() as string;
    reader.pos += RESULT_KEY_BYTES;
    const complete = header.getUint32(8, true) === data.byteLength - HEADER_BYTES;
    const value = complete ? reader.value() : large(reader, data, header.getUint32(8, true), chunk, id);
    if (complete) raw.deliver(id, value);
  };

  /** Of a message in several chunks: its last binary grows in its final place, or, without one, the whole is put together first. */
  function large(reader: Reader, data: ArrayBuffer, total: number, chunk: number, id: string): void {
    const start = reader.pos;
    if (id.startsWith("publish:")) {
      const value = reader.value();
      coming.set(chunk, { id, value, hole: reader.hole as Uint8Array, filled: reader.filled });
      return;
    }
    const whole = new Uint8Array(total + HEADER_BYTES);
    whole.set(new Uint8Array(data));
    coming.set(chunk, { id, value: start, hole: whole, filled: data.byteLength });
  }

  function more(chunk: number, data: ArrayBuffer): void {
    const going = coming.get(chunk) as Coming;
    going.hole.set(new Uint8Array(data, HEADER_BYTES), going.filled);
    going.filled += data.byteLength - HEADER_BYTES;
    if (going.filled < going.hole.length) return;
    coming.delete(chunk);
    if (typeof going.value !== "number") return raw.deliver(going.id, going.value);
    const reader = new Reader(going.hole.buffer as ArrayBuffer);
    reader.pos = going.value;
    raw.deliver(going.id, reader.value());
  }

  function request(id: string, method: string, args: readonly unknown[]): number {
    const end = write(scratch, view, HEADER_BYTES, { wslink: "1.0", id, method, args, kwargs: {} });
    header(view, ++chunkId, 0, end - HEADER_BYTES);
    return end;
  }

  function call(method: string, args: readonly unknown[], id = raw.nextId()): Promise<unknown> {
    const end = request(id, method, args);
    socket.send(scratch.subarray(0, end));
    return raw.reply(id);
  }

  /** The envelope before the binary, the binary in slices, `kwargs` after it. A Blob is cut, and read by the socket. */
  async function upload(data: ArrayBuffer | Blob): Promise<unknown> {
    const id = raw.nextId();
    const size = data instanceof Blob ? data.size : data.byteLength;
    let end = write(scratch, view, HEADER_BYTES, { wslink: "1.0", id, method: "bench.upload", args: [], kwargs: {} });
    const after = scratch.slice(end - 8, end);
    end -= 8;
    scratch[end - 1] = 0x91;
    scratch[end] = 0xc6;
    view.setUint32(end + 1, size);
    const before = scratch.slice(HEADER_BYTES, end + 5);
    const total = before.length + size + after.length;
    const mine = ++chunkId;
    const reply = raw.reply(id);
    for (let offset = 0; offset < total; offset += FRAME_BYTES - HEADER_BYTES) {
      const length = Math.min(total - offset, FRAME_BYTES - HEADER_BYTES);
      const from = Math.max(0, offset - before.length);
      const to = Math.min(size, offset + length - before.length);
      const head = new Uint8Array(HEADER_BYTES + (offset === 0 ? before.length : 0));
      header(new DataView(head.buffer), mine, offset, total);
      if (offset === 0) head.set(before, HEADER_BYTES);
      const tail = offset + length === total ? after : after.subarray(0, 0);
      if (data instanceof Blob) socket.send(new Blob([head, data.slice(from, to), tail]));
      else {
        const frame = new Uint8Array(HEADER_BYTES + length);
        frame.set(head);
        frame.set(new Uint8Array(data, from, to - from), head.length);
        frame.set(tail, frame.length - tail.length);
        socket.send(frame);
      }
      if (offset + length < total) await raw.room(ROOM_BYTES);
    }
    return reply;
  }

  const hello = (await call("wslink.hello", [{ secret: "wslink-secret" }], "system:c0:0")) as { clientID: string };
  raw.clientId = hello.clientID;
  return {
    call: (method, args) => call(method, args),
    subscribe: (topic, callback) => raw.subscribe(topic, callback),
    upload: (data) => upload(data),
    async flood(args, messages) {
      const dropped = raw.drop(messages + 1);
      void call("bench.burst", args);
      await dropped;
    },
  };
};

function header(view: DataView, chunk: number, offset: number, total: number): void {
  view.setUint32(0, chunk, true);
  view.setUint32(4, offset, true);
  view.setUint32(8, total, true);
}
