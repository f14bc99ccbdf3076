import type { Protocol } from "../wire/message.js";

/** How a client's connection ended. Where the client closed it: what it said, which the servers answer with 1000. */
export interface ClientEnd {
  /** 1006: without a closing handshake. 1005: the client gave none. */
  readonly code: number;
  /** At most 123 bytes of UTF-8; `""` where nothing was said. */
  readonly reason: string;
}

/** A client of a mock server: one connection. */
export interface MockClient {
  /** The same as the session's `state.clientId`. */
  readonly id: string;
  /** What is spoken on this connection: the server's, unless a fault changed it. */
  readonly protocol: Protocol;
  /** The address that it connected to, query included. */
  readonly url: string;
  /** Its hello was answered with success. */
  readonly authenticated: boolean;
  /** Ends the connection with a closing handshake, behind all that was sent. @param code 1000 by default @throws TypeError: no close code */
  close(code?: number, reason?: string): void;
  /** Cuts the connection: the client sees 1006. */
  drop(): void;
  /** Resolves when the server has let go of it, which is after its running call. */
  readonly closed: Promise<ClientEnd>;
}

/** A message that a client sent. Of what is no valid request there is none. */
export interface Received {
  /** Who sent it. */
  readonly client: MockClient;
  /** As on the wire: `rpc:<client's id>:<n>`, or `system:…` of a hello or a probe. */
  readonly id: string;
  /** `wslink.hello` and `wslink.ping` are such, too. */
  readonly method: string;
  /** The positional arguments; binaries are ArrayBuffers. */
  readonly args: readonly unknown[];
  /** The keyword arguments; `{}` where there are none. */
  readonly kwargs: Readonly<Record<string, unknown>>;
}
