import { isArrayBuffer } from "../check.js";
import type { Received } from "./mockClient.js";
import type { MockConnection } from "./mockConnection.js";
import type { MockLogEntry } from "./options.js";
import { asError, RpcCode } from "../errors.js";
import { describe, type Plain, plain } from "./plain.js";
import { exceptionData } from "./pythonError.js";
import { Fatal, type RawRequest } from "./speech.js";

/** What a server answers a request with. One that `reply` gives may leave out the id: it is the request's. */
export type Reply<Id = { readonly id: string }> = Id & ({ readonly result: unknown } | { readonly error: ReplyError });
export type NewReply = Reply<{ readonly id?: string }>;

/** What a client gets in the place of a result. */
export interface ReplyError {
  /** One of `RpcCode`, or any other. */
  readonly code: number;
  /** A line for people. */
  readonly message: string;
  /** For the code, whatever can be sent. @defaultValue none */
  readonly data?: unknown;
}

export type AnyHandler = (args: never, kwargs: never, client: MockConnection) => unknown;

export interface DispatcherHost {
  readonly secret: string;
  /** May change a reply; null: none at all; undefined: as it is. */
  override(request: Received, reply: Reply): NewReply | null | undefined;
  received(request: Received): void;
  /** Answers from a recording. @returns whether it did */
  recorded(request: Received, client: MockConnection): boolean;
  greeted(client: MockConnection): void;
  log(entry: MockLogEntry): void;
}

/** What a server does with requests. Source: wslink's `protocol.py`, `onMessage` and `onCompleteMessage`. */
export class Dispatcher {
  readonly handlers: Map<string, AnyHandler> = new Map();
  /** A recording knows no secrets. */
  anySecret = false;
  /** The client that called last, whom `skipLastActiveClient` leaves out. */
  lastActive: MockConnection | undefined;

  readonly #host: DispatcherHost;

  constructor(host: DispatcherHost) {
    this.#host = host;
  }

  handle({ id, method, args, kwargs }: RawRequest, client: MockConnection): void | Promise<void> {
    const request = { client, id, method: method as string, args, kwargs };
    if (typeof method === "string") this.#host.received(request);
    if (id.split(":")[0] === "system") {
      const wasNew = !client.authenticated;
      this.#reply(request, this.#system(request, client));
      if (wasNew && client.authenticated) this.#host.greeted(client);
      return;
    }
    if (!client.authenticated) return this.#reply(request, fault(id, RpcCode.Authentication, "Unauthorized: Skip message processing"));
    if (typeof method === "object" && method !== null && !isArrayBuffer(method)) throw new Fatal("unhashable type");
    const handler = this.handlers.get(method as string);
    if (!handler && this.#host.recorded(request, client)) return;
    if (!handler) return this.#reply(request, fault(id, RpcCode.MethodNotFound, "Unregistered method called", method));
    this.lastActive = client;
    try {
      const result = handler(args as never, kwargs as never, client);
      if (!isPromise(result)) return this.#reply(request, { id, result });
      return Promise.resolve(result).then(
        (value) => this.#reply(request, { id, result: value }),
        (error: unknown) => this.#raised(request, error),
      );
    } catch (error) {
      this.#raised(request, error);
    }
  }

  #system({ id, method, args }: Received, client: MockConnection): Reply {
    if (method !== "wslink.hello") return fault(id, RpcCode.MethodNotFound, "Unknown system method called");
    const given = args[0];
    const isDict = typeof given === "object" && given !== null && !Array.isArray(given) && Object.hasOwn(given, "secret");
    if (!isDict || !(this.anySecret || (given as { secret: unknown }).secret === this.#host.secret)) return fault(id, RpcCode.Authentication, "Authentication failed");
    client.speech.authenticated = true;
    return { id, result: { clientID: client.id, ...client.speech.hello } };
  }

  #raised(request: Received, error: unknown): void {
    const data = exceptionData(request.method, error);
    this.#host.log({ level: "info", message: `Exception raised\n${data.exception}\n${data.trace}`, error });
    this.#reply(request, fault(request.id, RpcCode.Exception, "Exception raised", data));
  }

  #reply(request: Received, given: Reply): void {
    const reply = this.#overridden(request, given);
    if (!reply) return;
    const { method } = request;
    const client = request.client as MockConnection;
    client.send(this.#say(client, reply, method), { method });
  }

  /** What the hook makes of a reply; where it fails, the client gets an exception rather than silence. */
  #overridden(request: Received, given: Reply): Reply | null {
    try {
      const changed = this.#host.override(request, given);
      return changed === null ? null : changed === undefined ? given : replyOf(changed, given);
    } catch (error) {
      this.#host.log({ level: "warn", message: `MockServer.reply for ${request.method}: ${asError(error).message}; the client gets error ${RpcCode.Exception}`, error });
      return fault(request.id, RpcCode.Exception, "Exception raised", exceptionData(request.method, error));
    }
  }

  #say(client: MockConnection, reply: Reply, method: string): ReturnType<MockConnection["speech"]["say"]> {
    return this.#orRefusal(client, reply.id, method, () =>
      "error" in reply ? sayError(client, reply.id, reply.error) : client.speech.say(envelope(reply.id, "result", plain(reply.result, "result"))),
    );
  }

  /** A publication, or the error of one that cannot be serialised. */
  sayPublication(client: MockConnection, id: string, payload: () => Plain): ReturnType<MockConnection["speech"]["say"]> {
    return this.#orRefusal(client, id, "", () => client.speech.say(envelope(id, "result", payload())));
  }

  /** What cannot be said becomes an error that names the method. 1.x expects only what Python calls a TypeError: the rest is an exception, and of a publication nothing comes. */
  #orRefusal(client: MockConnection, id: string, method: string, say: () => ReturnType<MockConnection["speech"]["say"]>): ReturnType<MockConnection["speech"]["say"]> {
    try {
      return say();
    } catch (thrown) {
      const error = asError(thrown);
      const expected = client.protocol === "v2" || error instanceof TypeError;
      const code = expected ? RpcCode.ResultNotSerializable : RpcCode.Exception;
      const gets = expected || method ? `error ${code}` : "nothing";
      this.#host.log({ level: "warn", message: `${method || id}: ${error.message}; the client gets ${gets}`, error });
      if (expected) return sayError(client, id, { code, message: "Method result cannot be serialized", data: method });
      return method ? sayError(client, id, { code, message: "Exception raised", data: exceptionData(method, error) }) : [];
    }
  }
}

const envelope = (id: string, key: "result" | "error", value: Plain): Map<string, Plain> =>
  new Map<string, Plain>([
    ["wslink", "1.0"],
    ["id", id],
    [key, value],
  ]);

function sayError(client: MockConnection, id: string, { code, message, data }: ReplyError) {
  const error: Record<string, unknown> = { code, message };
  if (data) error["data"] = data; // Python's idea of truth: an empty text is left out
  return client.speech.say(envelope(id, "error", plain(error, "error")));
}

const fault = (id: string, code: number, message: string, data?: unknown): Reply => ({ id, error: { code, message, data } });

/** What a hook gave in the place of a reply. @throws TypeError: no reply */
function replyOf(changed: unknown, given: Reply): Reply {
  const isObject = typeof changed === "object" && changed !== null && ("result" in changed || "error" in changed);
  const { id = given.id, result, error } = (isObject ? changed : {}) as { id?: unknown; result?: unknown; error?: Partial<ReplyError> | null };
  // of `{ ...reply, result }` for a failure, and the other way round, what is new counts
  const failed = error !== undefined && !("error" in given && result !== undefined);
  const isWhole = !failed || (typeof error?.code === "number" && typeof error.message === "string");
  if (!isObject || typeof id !== "string" || !isWhole) throw new TypeError(`it must give { result } or { error: { code, message } }, or null, or undefined; it gave ${describe(changed)}`);
  return failed ? { id, error: error as ReplyError } : { id, result };
}

const isPromise = (value: unknown): value is Promise<unknown> => typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
