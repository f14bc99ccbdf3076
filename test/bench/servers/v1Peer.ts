import { textFrame } from "./frames.js";
import type { Received } from "./frameReader.js";
import { encode, perform } from "./methods.js";
import { NO_METHOD, NO_SECRET, type Peer, upload, type Write } from "./peer.js";

interface Call {
  readonly id?: string;
  readonly method: string;
  readonly args: readonly unknown[];
}

/** wslink 1.x as far as the benchmark needs it. */
export class V1Peer implements Peer {
  private binary: Received | undefined;
  private known = false;

  constructor(
    private readonly write: Write,
    private readonly cut: () => void,
  ) {}

  received(message: Received): void {
    // a server of 1.x falls over the hello of 2.x
    if (!message.text && !this.known) return this.cut();
    if (!message.text) {
      this.binary = message;
      return;
    }
    const { id, method, args }: Call = JSON.parse(message.head.toString());
    if (id === undefined) return;
    if (method === "wslink.hello") return this.hello(id, args);
    if (method === "bench.upload") {
      const { length, head, tail } = this.binary as Received;
      return this.reply(id, encode("v1", upload(length, head, tail.subarray(-4))));
    }
    const effect = perform("v1", method, args);
    if (!effect) return this.refuse(id, NO_METHOD);
    if (effect.before) this.write(effect.before);
    this.reply(id, effect.result);
  }

  private hello(id: string, [credentials]: readonly unknown[]): void {
    this.known = (credentials as { secret?: string } | undefined)?.secret === "wslink-secret";
    if (this.known) this.reply(id, encode("v1", { clientID: `c${"0".repeat(32)}` }));
    else this.refuse(id, NO_SECRET);
  }

  private refuse(id: string, error: object): void {
    this.write([textFrame(JSON.stringify({ wslink: "1.0", id, error }))]);
  }

  private reply(id: string, result: Buffer): void {
    this.write([textFrame(`{"wslink":"1.0","id":${JSON.stringify(id)},"result":${result}}`)]);
  }
}
