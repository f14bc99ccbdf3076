/** What both raw clients share: a socket that is open, and the calls that wait for a reply. */
export class RawSocket {
  readonly waiting = new Map<string, (value: unknown) => void>();
  readonly topics = new Map<string, ((payload: never) => void)[]>();
  clientId = "";
  private count = 0;

  constructor(readonly socket: WebSocket) {}

  static async open(url: string): Promise<RawSocket> {
    const socket = new WebSocket(url);
    socket.binaryType = "arraybuffer";
    await new Promise((opened, failed) => {
      socket.onopen = opened;
      socket.onerror = failed;
    });
    return new RawSocket(socket);
  }

  nextId(): string {
    return `rpc:${this.clientId}:${++this.count}`;
  }

  reply(id: string): Promise<unknown> {
    return new Promise((resolve) => this.waiting.set(id, resolve));
  }

  deliver(id: string, value: unknown): void {
    const resolve = this.waiting.get(id);
    if (resolve) {
      this.waiting.delete(id);
      resolve(value);
    } else for (const callback of this.topics.get(id) ?? []) callback(value as never);
  }

  subscribe(topic: string, callback: (payload: never) => void): () => void {
    const id = `publish:${topic}:0`;
    const callbacks = this.topics.get(id) ?? [];
    this.topics.set(id, callbacks);
    callbacks.push(callback);
    return () => void callbacks.splice(callbacks.indexOf(callback), 1);
  }

  /** Drops so many frames unread. */
  drop(frames: number): Promise<void> {
    const { socket } = this;
    const { onmessage } = socket;
    let left = frames;
    return new Promise((resolve) => {
      socket.onmessage = () => {
        if (--left > 0) return;
        socket.onmessage = onmessage;
        resolve();
      };
    });
  }

  /** Waits until the socket holds no more than this. */
  async room(bytes: number): Promise<void> {
    while (this.socket.bufferedAmount > bytes) await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
