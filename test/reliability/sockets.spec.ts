import { createHash } from "node:crypto";
import { expect, test } from "@playwright/test";
import { Session, type WebSocketLike } from "wslink-rx";
import { FakeNetwork, FakeSocket, Lab, settled, watch } from "./lab.js";

const MiB = 1024 * 1024;
const methods = (socket: FakeSocket): string[] => socket.calls.map(({ method }) => method);

test.describe("memory is shared between the chunks of an upload with the platform's own socket alone", () => {
  const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
  const former = Object.getOwnPropertyDescriptor(globalThis, "WebSocket");
  test.afterEach(() => {
    if (former) Object.defineProperty(globalThis, "WebSocket", former);
    else Reflect.deleteProperty(globalThis, "WebSocket");
  });

  /** A socket that reads what it was given only later, as `ws` does where it compresses. */
  class LateSocket extends FakeSocket {
    readonly given: Uint8Array[] = [];

    override send(data: string | ArrayBuffer | Uint8Array<ArrayBuffer>): void {
      if (ArrayBuffer.isView(data)) this.given.push(data);
      super.send(ArrayBuffer.isView(data) ? data.slice() : data);
    }
  }
  class Bound extends LateSocket {
    constructor(...args: ConstructorParameters<typeof FakeSocket>) {
      super(...args);
      this.send = this.send.bind(this); // a bound function calls itself native
    }
  }
  class Proxied extends LateSocket {
    constructor(...args: ConstructorParameters<typeof FakeSocket>) {
      super(...args);
      this.send = new Proxy(super.send, {}); // so does a Proxy
    }
  }

  for (const [what, Global, Made] of [
    ["a polyfill that is the global WebSocket", LateSocket, LateSocket],
    ["a class that extends the global WebSocket", FakeSocket, LateSocket],
    ["a socket whose send() is bound", Bound, Bound],
    ["a socket whose send() is a Proxy", Proxied, Proxied],
    ["a socket where there is no global WebSocket", undefined, LateSocket],
  ] as const) {
    test(`not with ${what}`, async () => {
      Object.defineProperty(globalThis, "WebSocket", { value: Global, configurable: true, writable: true });
      const network = new FakeNetwork();
      const webSocket = (url: string) => {
        const socket = new Made(url, 1, network);
        network.sockets.push(socket);
        queueMicrotask(() => socket.open());
        return socket;
      };
      const session = await new Session({ url: "ws://fake/ws", webSocket, protocol: "v2", limits: { maxFrameBytes: 1000 } }).open();
      const bytes = Uint8Array.from({ length: 20_000 }, (_, i) => i >> 6);
      for (const one of [bytes, new Blob([bytes])]) {
        const socket = network.last as LateSocket;
        const before = socket.given.length;
        watch(session.call("upload", [one]));
        while (methods(socket).length === 0 || socket.calls.at(-1)?.method !== "upload") await settled();
        const late = socket.given.slice(before);
        expect(new Set(late.map(({ buffer }) => buffer)).size).toBe(late.length);
        const whole = Buffer.concat(late.map((frame) => frame.subarray(12)));
        expect(digest(whole.subarray(-20_000 - 8, -8))).toBe(digest(bytes)); // kwargs follow
        socket.requests.length = 0;
      }
      await session.close();
    });
  }
});

test.describe("a socket whose close() fires error again, as that of Node 22 does", () => {
  class Recursive extends FakeSocket {
    errors = 0;

    override close(): void {
      super.close();
      if (++this.errors > 100) throw new RangeError("Maximum call stack size exceeded");
      this.onerror?.({});
    }
  }

  test("a refused connection ends the attempt at once, and nothing overflows", async () => {
    const network = new FakeNetwork();
    let made: Recursive | undefined;
    const webSocket = (url: string): WebSocketLike => {
      made = new Recursive(url, 1, network);
      queueMicrotask(() => made?.onerror?.({}));
      return made;
    };
    const lab = new Lab({ webSocket });
    const opening = lab.watch(lab.session.open());
    await settled();
    expect(opening.error).toMatchObject({ name: "ConnectionError", stage: "socket", code: 1006 });
    expect(made?.errors).toBeLessThan(5);
    expect(lab.clock.timers.size).toBe(0);
  });

  test("an error on an open one closes it once, and its close event tells the end", async () => {
    const network = new FakeNetwork();
    const lab = new Lab({
      webSocket: (url) => {
        const socket = new Recursive(url, 1, network);
        network.sockets.push(socket);
        queueMicrotask(() => socket.open());
        return socket;
      },
    });
    await lab.session.open();
    const socket = network.sockets[0] as Recursive;
    socket.onerror?.({});
    expect(socket.errors).toBe(1);
    expect(lab.session.state.status).toBe("open");
    socket.cut(1011, "why");
    expect(lab.session.state).toMatchObject({ status: "waiting", cause: { code: 1011, reason: "why" } });
    await lab.session.close();
  });
});

test.describe("a socket that has begun to close counts as offline", () => {
  test("queue: the call runs once, on the next connection", async () => {
    const lab = await Lab.open({ offline: "queue" });
    const [first] = lab.network.sockets;
    lab.socket.readyState = 2;
    const call = lab.call("work");
    expect(lab.session.stats()).toMatchObject({ inFlight: 1, queued: 1 });
    first?.cut(1001, "Server shutdown");
    await lab.clock.advance(100);
    expect(lab.network.sockets.map(methods)).toEqual([[], ["work"]]);
    expect(call.settled).toBe(0);
    await lab.session.close();
    await lab.expectNothingLeft();
  });

  test("reject: the call is rejected at once, its buffers stay with the caller, a ping too", async () => {
    const lab = await Lab.open();
    lab.socket.readyState = 2;
    const buffer = new ArrayBuffer(8);
    const call = lab.call("work", [buffer], {}, { transfer: [buffer] });
    const ping = lab.watch(lab.session.ping());
    await settled();
    for (const { error } of [call, ping]) expect(error).toMatchObject({ name: "ConnectionError", stage: "socket", sent: false, message: expect.stringContaining("closing") });
    expect(buffer.byteLength).toBe(8);
    await lab.session.close();
    await lab.expectNothingLeft();
  });
});

test("uploads go on while a test holds the session's clock", async () => {
  const lab = await Lab.open();
  lab.socket.bufferedAmount = 9 * MiB;
  lab.call("waits");
  await lab.socket.paced();
  expect(methods(lab.socket)).toEqual([]);
  lab.socket.bufferedAmount = 0;
  await lab.socket.paced();
  expect(methods(lab.socket)).toEqual(["waits"]);
  expect(lab.clock.now()).toBe(1_000);
  await lab.session.close();
});
