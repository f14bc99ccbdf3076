import { check, isRecord, NEVER, redacted, show, STRING } from "../check.js";
import { asError, AuthenticationError, ConnectionError, type ConnectionStage, ProtocolError, REFUSED_CODE, REFUSED_HINT, RpcError, type WslinkError } from "../errors.js";
import { absoluteUrl, ADDRESS, type Settings } from "../options.js";
import type { SocketEnd } from "../transport/webSocket.js";
import { HEADER_BYTES } from "../wire/chunks.js";
import type { Protocol, WireError } from "../wire/message.js";
import { V1Codec } from "../wire/v1.js";
import { V2Codec } from "../wire/v2.js";
import { Connection, type ConnectionHost } from "./connection.js";
import { describeEnd } from "./loss.js";
import { HINTS, socketHint } from "./hints.js";
import { mask } from "./mask.js";
import { systemRequest } from "./systemRequest.js";
import type { Traffic } from "./traffic.js";

const HELLO = "wslink.hello";
/** A 2.x server takes 512 bytes before authentication (WSLINK_AUTH_MSG_SIZE); a hello has 72 beside such a secret. */
const MAX_SECRET_BYTES = 440;
/** WSLINK_MAX_MSG_SIZE of a 2.x server that does not tell. */
const DEFAULT_MAX_MSG_SIZE = 4 * 1024 * 1024;
/** The servers' own have 33 characters. It stands in each call, and is read again in each reply. */
const MAX_CLIENT_ID = 256;
/** How long a text probe may go unanswered: a 2.x server never answers one. A server that is known as 1.x may be busy. */
const SILENT_PROBE_MS = 2_000;
const BUSY_PROBE_MS = 5_000;

/** What a session remembers from one attempt to the next. */
export interface Memory {
  protocol?: Protocol;
  /** Refused by the server; not sent again. */
  refusedSecret?: string;
}

export interface NegotiationOptions {
  readonly settings: Settings;
  readonly memory: Memory;
  /** The number that the connection will have. */
  readonly number: number;
  /** For `url()` and `secret()`: aborts when the session is closed. */
  readonly signal: AbortSignal;
  readonly traffic: Traffic;
  readonly host: ConnectionHost;
  /** In the turn in which the hello's reply came, so that nothing that follows it is lost. */
  readonly opened: (connection: Connection) => void;
  /** `final`: the secret was refused, and there is no other. */
  readonly failed: (error: WslinkError, final: boolean) => void;
}

/** One attempt, while it lasts. */
export interface Negotiation {
  /** How far it has come. */
  readonly stage: ConnectionStage;
  /** Ends it; nothing is told any more. */
  cancel(): void;
}

/**
 * One attempt: opens sockets until one answers the hello. A binary hello first; where the socket closes before any
 * frame came, a text probe that holds no secret, and the text hello only once it was answered: a 2.x server writes
 * every text that it gets into its log.
 */
export function negotiate({ settings, memory, number, signal, traffic, host, opened, failed }: NegotiationOptions): Negotiation {
  const { clock, connectTimeoutMs, limits } = settings;
  let stage: ConnectionStage = "socket";
  /** Which option is being asked, or failed. */
  let asking: "url" | "secret" | undefined = "url";
  let url = "";
  let secret = "";
  let longSecret = false;
  /** The protocols that are still to be tried. */
  let steps: Protocol[] = [];
  let connection: Connection | undefined;
  let socketIsOpen = false;
  let done = false;
  /** Runs while a text probe is not answered. */
  let silence: unknown;
  const deadline = clock.setTimeout(timedOut, connectTimeoutMs);
  void ask();

  return {
    get stage() {
      return stage;
    },
    cancel: finish,
  };

  // ---- the steps ----

  async function ask(): Promise<void> {
    try {
      url = absoluteUrl(check("options.url()", await settings.url({ signal }), ADDRESS));
      if (done) return;
      asking = "secret";
      secret = check("options.secret()", await settings.secret({ signal }), STRING);
      asking = undefined;
    } catch (cause) {
      if (cause instanceof ConnectionError) {
        stage = cause.stage;
        if (cause.final) return end(cause, true);
      }
      return fail(`options.${asking} failed: ${asError(cause).message}`, `\`cause\` is what the ${asking} function threw.`, { cause });
    }
    if (done) return;
    traffic.hide(secret);
    if (memory.refusedSecret === secret) return refused();
    longSecret = new TextEncoder().encode(secret).length > MAX_SECRET_BYTES;
    const { protocol } = settings;
    if (protocol !== "auto") steps = [protocol];
    // a 2.x server closes upon a long hello as a 1.x server does upon any
    else if (memory.protocol ? memory.protocol === "v1" : longSecret) steps = ["v1", "v2"];
    else steps = ["v2", "v1"];
    next();
  }

  function next(): void {
    const protocol = steps.shift() as Protocol;
    const Codec = protocol === "v1" ? V1Codec : V2Codec;
    socketIsOpen = false;
    stage = "socket";
    clock.clearTimeout(silence);
    try {
      const made = new Connection({ url, number, settings, traffic, host, codec: (codecHost) => new Codec(codecHost, limits), opened: () => socketOpened(made) });
      made.onEnded = ended;
      connection = made;
      // webSocket() may have closed the session
      if (done) return finish();
    } catch (cause) {
      const { name, message } = asError(cause);
      // a SecurityError is the browser's: it does not let the page
      return fail(`no socket: ${redacted(message)}`, name === "SecurityError" ? socketHint(url, false) : HINTS.webSocket, { cause });
    }
  }

  /** A text probe was not answered: what closed the socket upon the binary hello may have been a proxy. */
  function tryV2(): void {
    leave();
    steps = longSecret ? ["v2"] : ["v2", "v1"];
    next();
  }

  /** Gives the socket at hand up. */
  function leave(): void {
    const left = connection;
    connection = undefined;
    left?.close();
  }

  function socketOpened(made: Connection): void {
    socketIsOpen = true;
    const isV2 = made.protocol === "v2";
    stage = isV2 && (settings.protocol === "v2" || memory.protocol === "v2") ? "hello" : "detect";
    if (isV2) return hello(made);
    made.probe(() => hello(made));
    if (settings.protocol === "auto") silence = clock.setTimeout(tryV2, Math.min(connectTimeoutMs / 2, memory.protocol === "v1" ? BUSY_PROBE_MS : SILENT_PROBE_MS));
  }

  function hello(made: Connection): void {
    clock.clearTimeout(silence);
    if (made.protocol === "v1") stage = "hello";
    const request = systemRequest(
      HELLO,
      [{ secret }],
      (reply) => welcomed(made, reply),
      (error) => turnedAway(made, error),
      (cause) => made === connection && helloFailed(cause),
    );
    made.sendSystem(request, "system:c0:0");
  }

  function welcomed(made: Connection, reply: unknown): void {
    const { protocol, codec } = made;
    const { clientID, maxMsgSize } = (isRecord(reply) ? reply : {}) as { clientID?: unknown; maxMsgSize?: unknown };
    if (typeof clientID !== "string" || clientID === "" || clientID.length > MAX_CLIENT_ID) {
      const cause = new ProtocolError(`clientID of the hello is ${show(clientID)}`);
      host.report(cause);
      return helloFailed(cause);
    }
    let size = NEVER;
    if (protocol === "v2") {
      // one with no more room than its header takes would make millions of frames
      const isSize = Number.isSafeInteger(maxMsgSize) && (maxMsgSize as number) > 2 * HEADER_BYTES;
      size = isSize ? (maxMsgSize as number) : DEFAULT_MAX_MSG_SIZE;
      if (!isSize && maxMsgSize !== undefined) host.report(new ProtocolError(`maxMsgSize of the hello is ${show(maxMsgSize)}; ${size} is used`));
      if (done) return; // a listener of errors$ closed the session
    }
    codec.maxFrameBytes = Math.min(limits.maxFrameBytes, size);
    memory.protocol = protocol;
    delete memory.refusedSecret;
    connection = undefined;
    finish();
    made.watch(clientID);
    opened(made);
  }

  function turnedAway({ protocol }: Connection, error: WireError): void {
    if (error.code !== REFUSED_CODE) return helloFailed(new RpcError(HELLO, { code: error.code, message: mask(error.message, traffic.secrets) }));
    memory.protocol = protocol;
    memory.refusedSecret = secret;
    void refused();
  }

  // ---- what can go wrong ----

  /** Only a function can give another secret than the one that was refused: it is asked at once. */
  async function refused(): Promise<void> {
    leave();
    asking = "secret";
    const error = new AuthenticationError(`the server at ${redacted(url)} refused the secret. ${REFUSED_HINT}`);
    let other: unknown = secret;
    try {
      other = await settings.secret({ signal });
    } catch {} // whoever gives none gives no other
    end(error, typeof other !== "string" || other === secret);
  }

  function helloFailed(cause: unknown): void {
    stage = "hello";
    fail("the hello failed", HINTS.hello, { cause });
  }

  function ended(how: SocketEnd): void {
    if (socketIsOpen && connection?.framesIn === 0 && steps.length > 0 && how.cause === undefined) return next();
    if (socketIsOpen && longSecret && connection?.protocol === "v2" && connection.framesIn === 0) {
      stage = "hello";
      return fail(describeEnd(how), HINTS.longSecret, how);
    }
    if (socketIsOpen) fail(describeEnd(how), spokenHint(HINTS.closed), how);
    else fail("the socket did not open", socketHint(url, false), how);
  }

  function timedOut(): void {
    let hint: string;
    if (asking) hint = `Does the ${asking} function answer in time?`;
    else if (!socketIsOpen) hint = socketHint(url, true);
    else hint = spokenHint(HINTS.silent);
    fail(`${connectTimeoutMs} ms are over`, hint);
  }

  function spokenHint(hint: string): string {
    const { protocol } = settings;
    return protocol === "auto" || connection?.framesIn !== 0 ? hint : `Does the server speak ${protocol}? protocol: "auto" finds out. ${hint}`;
  }

  function fail(why: string, hint: string, how: SocketEnd = {}): void {
    end(new ConnectionError(`no connection${url && ` to ${redacted(url)}`}: ${why}.`, { stage, hint, ...how }));
  }

  function end(error: WslinkError, final = false): void {
    if (done) return;
    finish();
    failed(error, final);
  }

  /** Leaves no timer, and no connection. */
  function finish(): void {
    done = true;
    clock.clearTimeout(deadline);
    clock.clearTimeout(silence);
    connection?.close();
  }
}
