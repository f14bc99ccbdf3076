import { CallTimeoutError, ConnectionError, type Session } from "wslink-rx";
import type { Random } from "./random.js";
import type { Tally } from "./tally.js";

/** Random calls and sequences on one session, and what must hold of each. */
export class Traffic {
  /** Calls that have not settled. */
  pending = 0;
  private runs = 0;

  constructor(
    private readonly session: Session,
    private readonly name: string,
    private readonly random: Random,
    private readonly tally: Tally,
    private readonly uploads: boolean,
  ) {}

  /** Makes a burst of calls, and waits for nothing. */
  burst(count: number): void {
    for (let i = 0; i < count; i++) this.one();
  }

  private one(): void {
    const { random } = this;
    const kind = random.below(6);
    if (kind === 0) this.sequence(1 + random.below(20));
    else if (kind === 1) this.bytes(random.below(200_000));
    else if (kind === 2 && this.uploads) this.upload(random.below(200_000));
    else if (kind === 3) this.mistake();
    else this.add(random.below(1_000_000), random.below(1_000_000));
  }

  private add(a: number, b: number): void {
    void this.follow("test.add", [a, b], (result) => result === a + b);
  }

  private bytes(length: number): void {
    const seed = this.random.below(1_000);
    void this.follow("test.pattern", [length, seed], (result) => isPattern(result, length, seed));
  }

  /** Buffers and Blobs of some sizes in one call, in either lane: `follow` aborts some, and the line is cut under others. */
  private upload(length: number): void {
    const { random } = this;
    const sizes = Array.from({ length: 1 + random.below(4) }, () => random.below(random.chance(0.5) ? length + 1 : 2_000));
    const seeds = sizes.map(() => random.below(1_000));
    const binaries = sizes.map((size, i) => {
      const bytes = pattern(size, seeds[i] as number);
      return random.chance(0.5) ? new Blob([bytes]) : bytes;
    });
    const right = (result: unknown) => Array.isArray(result) && result.length === sizes.length && sizes.every((size, i) => isPattern(result[i], size, seeds[i] as number));
    void this.follow("test.same", [binaries], right, { background: random.chance(0.5), onProgress: () => {} });
  }

  private mistake(): void {
    void this.follow("test.mistake", ["meant"], () => false);
  }

  /** Python numbers what it publishes: it must come in order, once, and whole while the connection lasts. */
  private sequence(count: number): void {
    const { session, tally } = this;
    const topic = `${this.name}:${this.runs++}`;
    const connection = session.state.status === "open" ? session.state.connection : 0;
    let next = 0;
    const subscription = session.topic(topic).subscribe((payload) => {
      const { number, blob } = payload as { number: number; blob: unknown };
      tally.seen.publications++;
      const { state } = session;
      const lasted = state.status === "open" && state.connection === connection;
      if (lasted ? number !== next : number < next) tally.break("order", `${topic}: ${number} instead of ${next}, connection ${connection}, ${JSON.stringify(state)}`);
      if (number % 3 === 0 ? blob !== null : !isPattern(blob, number % 3 === 1 ? 10 : 70_000, number)) tally.break("right results", `${topic}: bytes of ${number}`);
      next = number + 1;
    });
    void this.follow(
      "test.sequence",
      [[topic], [null, 10, 70_000], count],
      (result) => result === count,
      {},
      (settled) => {
        // its reply comes last
        if (settled && next !== count) tally.break("order", `${topic}: ${next} of ${count} came`);
        if (settled) tally.seen.sequences++;
        subscription.unsubscribe();
      },
    );
  }

  private async follow(method: string, args: unknown[], right: (result: unknown) => boolean, options: object = {}, then: (succeeded: boolean) => void = () => {}): Promise<void> {
    const { tally, random } = this;
    const { seen } = tally;
    seen.callsMade++;
    this.pending++;
    const abort = random.chance(0.1) ? new AbortController() : undefined;
    if (abort) setTimeout(() => abort.abort(new DOMException("the soak's own", "AbortError")), random.below(30));
    const timeoutMs = random.chance(0.1) ? 1 + random.below(30) : 0;
    let times = 0;
    let succeeded = false;
    const ended = (how: string): void => {
      if (++times > 1) tally.break("settles once", `${method} settled ${times} times`);
      seen.callsEnded[how] = (seen.callsEnded[how] ?? 0) + 1;
    };
    await this.session.call(method, args, {}, { ...options, timeoutMs, ...(abort ? { signal: abort.signal } : {}) }).then(
      (result) => {
        succeeded = true;
        ended("result");
        if (!right(result)) tally.break("right results", `${method}(${JSON.stringify(args).slice(0, 100)}) gave ${JSON.stringify(result)?.slice(0, 100)}`);
      },
      (error: unknown) => {
        ended((error as Error).name);
        if (!this.expected(error, method, timeoutMs, abort)) tally.break("known errors", `${method}: ${String(error)}`);
      },
    );
    this.pending--;
    then(succeeded);
  }

  private expected(error: unknown, method: string, timeoutMs: number, abort: AbortController | undefined): boolean {
    if (error instanceof ConnectionError) return true;
    if (error instanceof CallTimeoutError) return timeoutMs > 0;
    if (abort && error === abort.signal.reason) return true;
    // a server that publishes to a client whose connection is being cut raises in the call that publishes
    return ["test.mistake", "test.sequence"].includes(method) && (error as Error).name === "RpcError";
  }
}

/** `pattern` of the test server: words that count up from the seed. */
function pattern(length: number, seed: number): Uint8Array<ArrayBuffer> {
  const words = Uint32Array.from({ length: Math.ceil(length / 4) }, (_, i) => seed + i);
  return new Uint8Array(words.buffer, 0, length);
}

/** Every byte is looked at: a chunk in another's place changes the middle alone. */
function isPattern(value: unknown, length: number, seed: number): boolean {
  if (!(value instanceof ArrayBuffer) || value.byteLength !== length) return false;
  const [bytes, wanted] = [new Uint8Array(value), pattern(length, seed)];
  return wanted.every((byte, i) => byte === bytes[i]);
}
