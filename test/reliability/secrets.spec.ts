import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { expect, test } from "@playwright/test";
import { type Protocol, Session, type SessionOptions, type WireEvent } from "wslink-rx";
import { encode } from "@msgpack/msgpack";
import { chunks } from "./fakeNetwork.js";
import { type FakeNetwork, Lab, settled } from "./lab.js";

interface Scene {
  readonly options?: (secret: string) => Partial<SessionOptions>;
  readonly prepare?: (network: FakeNetwork) => void;
  readonly after?: (lab: Lab) => void;
}

/** Every way in which a session can have something to say. */
const SCENES: Record<string, Scene> = {
  "a session that opens, works and is lost": {
    after: (lab) => {
      lab.call("work", [1]);
      lab.socket.publish("t", 1);
      lab.socket.receive("{");
      lab.socket.cut(1001, "going away");
    },
  },
  "a secret that is refused": { prepare: (network) => void (network.secret = "another") },
  "no server": { prepare: (network) => network.refuse() },
  "a server that answers nothing": { prepare: (network) => network.stall() },
  "a hello whose reply has no clientID": { prepare: (network) => void (network.hello = { welcome: true }) },
  "a hello that fails": {
    prepare: (network) =>
      void (network.server = { ...network.server, request: (request) => (request.method === "wslink.hello" ? request.socket.refuse(request.id, -32001, "broken") : network.system(request)) }),
  },
  "a hello that fails with its secret in the error": {
    prepare: (network) =>
      void (network.server = {
        ...network.server,
        request: (request) => (request.method === "wslink.hello" ? request.socket.refuse(request.id, -32001, `broken by ${JSON.stringify(request.args)}`) : network.system(request)),
      }),
  },
  "a socket that throws when the hello is sent": {
    prepare: (network) =>
      void (network.server = {
        ...network.server,
        connect: (socket) => {
          socket.send = () => {
            throw new Error("this socket takes nothing");
          };
          socket.open();
        },
      }),
  },
  "a secret that is too long": { options: (secret) => ({ secret: secret.padEnd(700, secret) }) },
  "a secret() that gives something else the second time": {
    options: (secret) => {
      let asked = 0;
      return { reconnect: () => 10, secret: () => (asked++ === 0 ? secret : (Promise.reject(new Error("no token")) as Promise<string>)) };
    },
    after: (lab) => lab.socket.cut(),
  },
};

for (const protocol of ["v1", "v2"] as const satisfies Protocol[]) {
  for (const [what, { options, prepare, after }] of Object.entries(SCENES)) {
    test(`a secret stands nowhere but in the hello: ${what} (${protocol})`, async () => {
      const secret = `s${randomBytes(16).toString("hex")}`;
      const lab = new Lab({ secret, reconnect: () => 100, ...options?.(secret) }, protocol);
      const wire: WireEvent[] = [];
      lab.session.wire$.subscribe((event) => wire.push(event));
      prepare?.(lab.network);
      const opening = lab.watch(lab.session.open());
      await settled();
      after?.(lab);
      await lab.clock.advance(20_000);
      const call = lab.call("after all");
      await lab.session.close();
      await settled();
      const said = [lab.states, lab.logs, opening.error, call.error, wire, lab.session, lab.session.stats()];
      const text = inspect(said, { depth: Number.POSITIVE_INFINITY, maxStringLength: null, maxArrayLength: null, showHidden: true }) + JSON.stringify(said);
      for (const { data } of wire) expect(typeof data === "string" ? data : Buffer.from(data).toString("latin1")).not.toContain(secret);
      expect(text.includes(secret), text.slice(Math.max(0, text.indexOf(secret) - 200), text.indexOf(secret) + 50)).toBe(false);
      expect(lab.states.length).toBeGreaterThan(2);
    });
  }
}

test("a secret that the server sends back is masked wherever the border of two chunks runs through it", async () => {
  const secret = `s${randomBytes(16).toString("hex")}`;
  const lab = await Lab.open({ secret });
  const wire: WireEvent[] = [];
  lab.session.wire$.subscribe((event) => wire.push(event));
  const heard: unknown[] = [];
  lab.session.topic("t").subscribe((payload) => heard.push(payload));
  const message = encode({ wslink: "1.0", id: "publish:t:0", result: `before ${secret} after` });
  const at = Buffer.from(message).indexOf(secret);
  for (let border = at; border <= at + secret.length; border++) for (const frame of chunks(message, border)) lab.socket.receive(frame);
  expect(heard).toEqual(new Array(secret.length + 1).fill(`before ${secret} after`));
  const contents = Buffer.concat(wire.map(({ data }) => Buffer.from((data as ArrayBuffer).slice(12))));
  expect(contents.includes("before ")).toBe(true);
  expect(contents.includes(secret)).toBe(false);
  const said = wire.flatMap(({ message: told = [] }) => told);
  expect(said).toHaveLength(heard.length);
  expect(JSON.stringify(said)).not.toContain(secret);
  await lab.session.close();
});

/** Pieces of a secret, of 4 characters each. */
const piecesOf = (secret: string): string[] => Array.from({ length: secret.length - 3 }, (_, i) => secret.slice(i, i + 4));
const contentOf = ({ data }: WireEvent): string => (typeof data === "string" ? data : Buffer.from(data.slice(12)).toString("latin1"));

for (const maxFrameBytes of [200, 40, 24, 17, 14, 13]) {
  test(`no piece of a secret stands in wire$ when frames have ${maxFrameBytes} bytes: hello, call, reply`, async () => {
    const secret = "Qz7Kx9$Wv4Jp2!Yg8Rt5&Nb3Hm6Lf0*Dc1Sq";
    const lab = new Lab({ secret, limits: { maxFrameBytes } });
    const wire: WireEvent[] = [];
    lab.session.wire$.subscribe((event) => wire.push(event));
    await lab.session.open();
    const hello = lab.socket.frames.length;
    expect(hello, "the hello is one frame, whatever the limit").toBe(1);
    const call = lab.call("before the secret", [`before ${secret} after`]);
    expect(lab.socket.calls[0]?.args).toEqual([`before ${secret} after`]);
    for (const frame of chunks(encode({ wslink: "1.0", id: lab.socket.calls[0]?.id, result: `before ${secret} after` }), maxFrameBytes - 12)) lab.socket.receive(frame);
    await settled();
    expect(call.value).toBe(`before ${secret} after`);
    for (const direction of ["in", "out"]) {
      const frames = wire.filter((event) => event.direction === direction).map(contentOf);
      const together = frames.join("");
      for (const piece of piecesOf(secret)) {
        expect(
          frames.filter((frame) => frame.includes(piece)),
          `${piece}, ${direction}`,
        ).toEqual([]);
        expect(together.includes(piece), `${piece}, ${direction}, in the frames put together`).toBe(false);
      }
      // the lengths stay true, and what is no secret can be read
      if (maxFrameBytes > 24) expect(together).toMatch(/before \*+ after|before \*+.\*+ after/);
      expect(together.length).toBeGreaterThan(2 * secret.length);
    }
    expect(JSON.stringify(wire.map(({ message }) => message))).not.toContain(secret);
    await lab.session.close();
  });
}

test("a secret in the first bytes of a binary of v1 is masked too", async () => {
  const secret = "Qz7Kx9$Wv4Jp2";
  const lab = await Lab.open({ secret }, "v1");
  const wire: WireEvent[] = [];
  lab.session.wire$.subscribe((event) => wire.push(event));
  lab.call("up", [Buffer.from(`${secret} and more`)]);
  const [binary] = wire.filter(({ data }) => typeof data !== "string");
  expect(Buffer.from(binary?.data as ArrayBuffer).toString()).toBe(`${"*".repeat(secret.length)} and more`);
  await lab.session.close();
});

test.describe("what is private in an address stands in no error", () => {
  const PRIVATE = /password|TOPSECRET|user/;
  const ADDRESS = "ws://user:password@host:81/ws?token=TOPSECRET#TOPSECRET";

  test("of a constructor", () => {
    for (const url of [ADDRESS.replace("ws:", "wws:"), "wss://user:password@/ws?token=TOPSECRET", "http://user:pass word@ho st/?TOPSECRET", "ws://user:password@[host/?TOPSECRET"]) {
      expect(() => new Session({ url })).toThrow(TypeError);
      expect(() => new Session({ url })).not.toThrow(PRIVATE);
    }
  });

  const FAILURES: Record<string, (lab: Lab) => void> = {
    "a socket that cannot be made": () => {},
    "no server": (lab) => lab.network.refuse(),
    "a silent server": (lab) => lab.network.stall(),
    "a refused secret": (lab) => void (lab.network.secret = "another"),
  };
  for (const [what, prepare] of Object.entries(FAILURES)) {
    test(`of a failed open: ${what}`, async () => {
      const throwing = (url: string): never => {
        throw new SyntaxError(`Failed to construct 'WebSocket': The URL '${url}' is invalid, is it?`);
      };
      const lab = new Lab({ url: ADDRESS, ...(what.startsWith("a socket") ? { webSocket: throwing } : {}) });
      prepare(lab);
      const opening = lab.watch(lab.session.open());
      await lab.clock.advance(10_000);
      const said = [opening.error, lab.states, lab.logs].map((one) => inspect(one, { depth: 6, showHidden: true })).join();
      expect((opening.error as Error).message).toContain("ws://host:81/ws");
      // what a callback threw is the caller's own: it stands in `cause` as it is
      expect((opening.error as Error).message).not.toMatch(PRIVATE);
      if (!what.startsWith("a socket")) expect(said).not.toMatch(PRIVATE);
    });
  }
});
