import type { WebSocketLike } from "../transport/webSocket.js";
import { AttachmentTable } from "./attachmentTable.js";
import { type ConnectionHost, MockConnection } from "./mockConnection.js";
import { type MockSettings, sameAddress } from "./options.js";
import { type SocketEnd, socketTo } from "./socket.js";
import type { Speech } from "./speech.js";
import { V1Speech } from "./v1Speech.js";
import { V2Speech } from "./v2Speech.js";

/** Where sockets come to a server: they are taken, refused, or left hanging. */
export class Door {
  open = true;
  readonly table: AttachmentTable = new AttachmentTable();
  /** Sockets that were neither taken nor refused. */
  readonly #hanging = new Set<SocketEnd>();
  readonly #settings: MockSettings;
  readonly #host: ConnectionHost;
  readonly #entered: (connection: MockConnection) => void;

  constructor(settings: MockSettings, host: ConnectionHost, entered: (connection: MockConnection) => void) {
    this.#settings = settings;
    this.#host = host;
    this.#entered = entered;
  }

  serves(url: string): boolean {
    return this.#settings.anyUrl || sameAddress(url, this.#settings.url);
  }

  connect(url: string): WebSocketLike {
    const { tasks } = this.#host;
    const socket = socketTo(url);
    let left = false;
    socket.ears = {
      sent: () => {},
      closing: (code, reason) => {
        left = true;
        tasks.post(() => socket.ended(code, reason));
      },
    };
    tasks.post(() => left || this.#accept(socket));
    return socket.client;
  }

  /** Refuses whoever comes, and whoever hangs. */
  close(): void {
    this.open = false;
    for (const socket of this.#hanging) this.#host.tasks.post(() => socket.ended(1006, ""));
    this.#hanging.clear();
  }

  #accept(socket: SocketEnd): void {
    const { faults } = this.#host;
    if (!this.open || !this.serves(socket.url) || faults.hits("refuse")) return socket.ended(1006, "");
    if (faults.hits("hang")) {
      this.#hanging.add(socket);
      return;
    }
    this.#entered(new MockConnection(this.#host, socket, this.#speech()));
    socket.opened();
  }

  #speech(): Speech {
    const { protocol, maxMsgSize, authMsgSize, log } = this.#settings;
    const spoken = this.#host.faults.hits("protocol") ? (protocol === "v1" ? "v2" : "v1") : protocol;
    if (spoken === "v1") return new V1Speech(maxMsgSize, this.table);
    return new V2Speech(maxMsgSize, authMsgSize, (text) => log({ level: "info", message: `wslink is not expecting text message:\n> ${text}` }));
  }
}
