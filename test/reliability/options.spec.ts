import { expect, test } from "@playwright/test";
import { Session, type SessionOptions } from "wslink-rx";
import { FakePage } from "./fakePage.js";
import { Lab, settled } from "./lab.js";

const COUNTS = ["maxMessageBytes", "maxPartialMessages", "maxPartialBytes", "maxFrameBytes", "maxDepth", "maxAttachments", "maxAttachmentBytes", "maxQueuedCalls"] as const;
const make = (options: Partial<SessionOptions>) => new Session({ url: "ws://fake/ws", ...options });

for (const name of COUNTS) {
  test(`limits.${name} is an integer`, () => {
    const least = name === "maxFrameBytes" ? 13 : 0;
    for (const wrong of [1000.5, 0.9 * 1024 * 1024, -1, least - 1, Number.NaN, Number.NEGATIVE_INFINITY, "1000", null, 1000n])
      expect(() => make({ limits: { [name]: wrong } }), String(wrong)).toThrow(new RegExp(`^options\\.limits\\.${name} must be an integer ≥ ${least}, or Infinity, got `));
    for (const right of [least, 1000, Number.POSITIVE_INFINITY]) expect(() => make({ limits: { [name]: right } })).not.toThrow();
  });
}

test("reconnect.maxAttempts is an integer", () => {
  expect(() => make({ reconnect: { maxAttempts: 1.5 } })).toThrow("options.reconnect.maxAttempts must be an integer ≥ 0, or Infinity, got 1.5");
});

test("without a bound on frames a hello and calls go out as they are", async () => {
  const lab = await Lab.open({ limits: { maxFrameBytes: Number.POSITIVE_INFINITY } });
  const bytes = new Uint8Array(5_000_000).fill(3);
  lab.call("large", [bytes]);
  expect(lab.socket.calls[0]?.args[0]).toEqual(bytes);
  expect(Math.max(...lab.socket.frames.map(({ length }) => length))).toBe(4_194_304);
  await lab.session.close();
});

test("reconnect: true is the default policy, as no reconnect is", async () => {
  for (const options of [{ reconnect: true }, { reconnect: undefined }] as Partial<SessionOptions>[]) {
    const lab = await Lab.open(options);
    lab.socket.cut();
    expect(lab.session.state).toMatchObject({ status: "waiting", attempt: 1 });
    const { state } = lab.session;
    if (state.status === "waiting") expect(state.retryAt).toBe(lab.clock.now() + state.delayMs);
    await lab.clock.advance(20_000);
    expect(lab.session.state).toMatchObject({ status: "open", connection: 2 });
    await lab.session.close();
  }
});

test("url may be a URL, and so may what url() gives", async () => {
  const url = new URL("http://fake:8080/ws?a=1#/route");
  for (const given of [url, () => url, async () => url] as SessionOptions["url"][]) {
    const lab = await Lab.open({ url: given });
    expect(lab.socket.url).toBe("ws://fake:8080/ws?a=1");
    await lab.session.close();
  }
  expect(String(url)).toBe("http://fake:8080/ws?a=1#/route");
  expect(() => make({ url: new URL("file:///ws") })).toThrow("options.url must be a ws:, wss:, http: or https: URL");
});

test.describe("a relative url", () => {
  test("in Node is no error of the constructor, for a page is made there too: open() says what is missing", async () => {
    for (const url of ["/ws?token=TOPSECRET", "ws", "../ws"]) {
      const lab = new Lab({ url });
      const opening = lab.watch(lab.session.open());
      await settled();
      expect(opening.error).toMatchObject({ name: "ConnectionError", message: expect.stringMatching(/options\.url must be .*absolute where there is no page/) });
      expect((opening.error as Error).message).not.toContain("TOPSECRET");
      expect(lab.network.sockets).toHaveLength(0);
    }
  });

  test("is taken from the page where there is one", async () => {
    const page = new FakePage();
    try {
      Object.assign(page.document, { baseURI: "https://host/app/index.html" });
      const lab = await Lab.open({ url: "ws?a=1" });
      expect(lab.socket.url).toBe("wss://host/app/ws?a=1");
      await lab.session.close();
    } finally {
      page.remove();
    }
  });
});

test("a session and a mock server have tags of their own: Vue's reactive() wraps only what is called an Object", () => {
  expect(Object.prototype.toString.call(make({}))).toBe("[object Session]");
});

test("url() and secret() get a signal that close() aborts, and a failed attempt does not", async () => {
  const signals: AbortSignal[] = [];
  const noting =
    (value: string) =>
    ({ signal }: { signal: AbortSignal }) => {
      signals.push(signal);
      return value;
    };
  const lab = new Lab({ url: noting("ws://fake/ws"), secret: noting("s"), reconnect: { initial: true, minDelayMs: 10, maxDelayMs: 10 } });
  lab.network.refuse();
  const opening = lab.watch(lab.session.open());
  await lab.clock.advance(15);
  expect(signals).toHaveLength(4);
  expect(new Set(signals).size).toBe(1);
  expect(signals[0]?.aborted).toBe(false);
  await lab.session.close();
  expect(signals[0]?.aborted).toBe(true);
  expect(opening.error).toMatchObject({ name: "ConnectionError" });
  lab.network.restore();
  await lab.session.open();
  expect(signals.at(-1)?.aborted).toBe(false);
  await lab.session.close();
  await lab.expectNothingLeft();
});
