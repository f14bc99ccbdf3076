import { expect, test } from "@playwright/test";
import { ConnectionError, Session } from "wslink-rx";
import { MockServer } from "wslink-rx/testing";
import { randomFrom, type Random } from "../wire/random.js";
import { settled } from "./fakeClock.js";
import { SlowBlob } from "./slowBlob.js";

// Whatever the mixture of Blobs, buffers, `background`, aborts and reconnects: every call settles once, and every argument arrives with exactly its bytes.

/** The bytes of a binary, told by its seed. */
const pattern = (seed: number, length: number): Uint8Array<ArrayBuffer> => Uint8Array.from({ length }, (_, i) => seed * 31 + i * 7 + (i >> 8));
const BROKEN = new DOMException("the disk is gone", "NotReadableError");

interface Made {
  readonly number: number;
  readonly abort: AbortController;
  readonly isBroken: boolean;
  readonly hangs: boolean;
  settled: number;
  value?: unknown;
  error?: unknown;
}

class Mixture {
  readonly made: Made[] = [];
  /** The calls that the server ran, each with whether its arguments were right. */
  readonly ran: [number, boolean][] = [];
  readonly errors: unknown[] = [];
  readonly server: MockServer;
  readonly session: Session;

  constructor(
    protocol: "v1" | "v2",
    private readonly random: Random,
  ) {
    const check = ([number, shapes, ...binaries]: unknown[]): boolean => {
      const right = (shapes as [number, number][]).every(([seed, length], i) => Buffer.from(binaries[i] as ArrayBuffer).equals(pattern(seed, length)));
      this.ran.push([number as number, right && binaries.length === (shapes as unknown[]).length]);
      return right;
    };
    // on v2 small frames, so that lanes change in the middle of a call
    this.server = new MockServer({ protocol, log: () => {}, ...(protocol === "v2" ? { maxMsgSize: 500 } : {}) }).rpc("check", check);
    const { url, webSocket } = this.server;
    this.session = new Session({ url, webSocket, protocol, offline: random(2) ? "queue" : "reject", reconnect: () => 0, log: false });
    this.session.errors$.subscribe((error) => this.errors.push(error));
  }

  call(): void {
    const { random, made } = this;
    const number = made.length;
    let [isBroken, hangs] = [false, false];
    const shapes = Array.from({ length: random(4) }, (): [number, number] => [random(256), random(4) ? random(300) : random(3000)]);
    const binaries = shapes.map(([seed, length]) => {
      const bytes = pattern(seed, length);
      const kind = random(12);
      if (kind < 4) return bytes;
      if (kind < 6) return new Blob([bytes]);
      if (kind === 6) hangs = true;
      const gives = kind === 7 ? length >> 1 : length;
      if (gives < length || kind === 8) isBroken = true;
      return new SlowBlob(bytes, { turns: kind === 6 ? Number.POSITIVE_INFINITY : random(6), gives, ...(kind === 8 ? { error: BROKEN } : {}) });
    });
    const abort = new AbortController();
    const one: Made = { number, abort, isBroken, hangs, settled: 0 };
    made.push(one);
    this.session.call("check", [number, shapes, ...binaries], {}, { background: random(3) === 0, signal: abort.signal }).then(
      (value) => Object.assign(one, { value, settled: one.settled + 1 }),
      (error: unknown) => Object.assign(one, { error, settled: one.settled + 1 }),
    );
  }

  async run(steps: number): Promise<void> {
    const { random, made, server } = this;
    await this.session.open();
    for (let i = 0; i < steps; i++) {
      const act = random(16);
      if (act < 10) this.call();
      else if (act < 12 && made.length > 0) made[random(made.length)]?.abort.abort();
      else if (act === 12) for (const client of server.clients) client.drop();
      for (let turns = random(5); turns > 0; turns--) await settled();
    }
    // those that wait behind a read without an end can go on now
    for (const { hangs, abort } of made) if (hangs) abort.abort();
    while (made.some((one) => one.settled === 0)) await settled();
    await this.session.close();
    server.close();
  }
}

for (const protocol of ["v1", "v2"] as const) {
  test(`mixtures of uploads in all lanes settle once each, with exactly their bytes (${protocol})`, async () => {
    const outcomes = new Map<string, number>();
    for (let seed = 1; seed <= 15; seed++) {
      const mixture = new Mixture(protocol, randomFrom(seed));
      await mixture.run(40);
      const what = `seed ${seed}`;
      const ran = mixture.ran.map(([number]) => number);
      expect(new Set(ran).size, `${what}: calls that ran twice`).toBe(ran.length);
      expect(
        mixture.ran.filter(([, right]) => !right),
        `${what}: calls that ran with other bytes`,
      ).toEqual([]);
      for (const one of mixture.made) {
        const { number, error, value } = one;
        expect(one.settled, `${what}: call ${number}`).toBe(1);
        const how = error === undefined ? "result" : error === one.abort.signal.reason ? "aborted" : (error as Error).name;
        outcomes.set(how, (outcomes.get(how) ?? 0) + 1);
        if (how === "result") expect([value, ran.includes(number)], `${what}: call ${number}`).toEqual([true, true]);
        else if (how === "TypeError") expect([one.isBroken, ran.includes(number)], `${what}: call ${number}: ${error}`).toEqual([true, false]);
        else if (how !== "aborted") expect(error, `${what}: call ${number}`).toBeInstanceOf(ConnectionError);
        if (error instanceof ConnectionError && !error.sent) expect(ran, `${what}: call ${number} says that it was not sent`).not.toContain(number);
      }
      expect(mixture.errors, what).toEqual([]);
    }
    // each way of ending was met
    for (const how of ["result", "aborted", "TypeError", "ConnectionError"]) expect(outcomes.get(how) ?? 0, how).toBeGreaterThan(5);
  });
}
