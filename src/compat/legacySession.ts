import type { Subscription } from "rxjs";
import { type Protocol, RpcCode, RpcError, type Session } from "../index.js";
import { LegacyError, legacyError } from "./legacyError.js";
import { numbers } from "./numbers.js";
import { quiet } from "./quiet.js";
import { sendable } from "./sendable.js";

// biome-ignore lint/suspicious/noExplicitAny: as in the legacy client's types
type Any = any;
type Callback = (args: Any[]) => unknown;

/** What names a subscription: what `subscribe` returned, what its promise gave, or made by hand. */
export interface SubscriberInfo {
  topic: string;
  callback: Callback;
}

export interface Subscribed extends SubscriberInfo {
  readonly promise: Promise<SubscriberInfo>;
  unsubscribe(): Promise<void>;
}

/** The legacy client's session. */
export interface WebsocketSession {
  call(method: string, args?: Any, kwargs?: Record<string, Any>): Promise<Any>;
  /** Callbacks get the payload in a list. */
  subscribe(topic: string, callback: Callback): Subscribed;
  unsubscribe(info?: SubscriberInfo): Promise<void>;
  /** 1.x: a text that stands for the payload in the next call that it is part of; 2.x: the payload. */
  addAttachment(payload: Any): Any;
  close(): Promise<void>;
}

/**
 * The legacy API on a session. `closed`: the app closed it.
 * Its methods need no `this`: apps take them off it.
 */
export function legacySession(session: Session, closed: () => void): WebsocketSession {
  /** Those that ended with their connection stay until there is another, so that components which are taken down can give them back. */
  let subscriptions: (SubscriberInfo & { readonly live: Subscription })[] = [];
  /** 1.x: what the keys that were given stand for, until the call that they are part of. */
  const attachments = new Map<string, unknown>();
  let attached = 0;
  /** From the first hello on. */
  let protocol: Protocol | undefined;
  session.state$.subscribe((state) => {
    if (state.status !== "open") return;
    ({ protocol } = state);
    subscriptions = subscriptions.filter(({ live }) => !live.closed);
  });
  const given = (value: unknown): Any => (protocol === "v1" ? value : numbers(value));
  const isOpen = (): boolean => session.state.status === "open";

  const call = (method: string, args?: unknown, kwargs?: unknown): Promise<Any> => {
    const wasOpen = isOpen();
    const used: string[] = [];
    const payloadOf = (text: string): unknown => {
      if (!attachments.has(text)) return text;
      used.push(text);
      return attachments.get(text);
    };
    const reply = session.call(method, sendable(Array.isArray(args) ? args : [], payloadOf) as unknown[], sendable(isDict(kwargs) ? kwargs : {}, payloadOf) as Record<string, unknown>);
    for (const key of used) attachments.delete(key);
    const promise: Promise<Any> = reply.then(given, (cause: unknown) => {
      const error = legacyError(method, cause);
      // an error of the server is told as before
      if (wasOpen && !isOpen() && !(cause instanceof RpcError)) {
        promise.catch(() => {});
        quiet(error); // for promises that are made of it
      }
      throw error;
    });
    return promise;
  };

  const unsubscribe = async (info?: SubscriberInfo): Promise<void> => {
    if (!info) return;
    const { topic, callback } = info;
    const at = subscriptions.findIndex((one) => one.topic === topic && one.callback === callback);
    if (at < 0) throw new LegacyError(RpcCode.Client, `Unsubscribe call ${topic} unsuccessful: not subscribed`);
    subscriptions.splice(at, 1)[0]?.live.unsubscribe();
  };

  const subscribe = (topic: string, callback: Callback): Subscribed => {
    const refused = protocol === undefined;
    if (!refused) {
      const live = session.topic(topic).subscribe((payload) => callback([given(payload)]));
      subscriptions.push({ topic, callback, live });
    }
    const promise = refused ? Promise.reject(new LegacyError(RpcCode.Client, `Subscribe call ${topic} unsuccessful: connection not open`)) : Promise.resolve({ topic, callback });
    return { topic, callback, promise, unsubscribe: () => unsubscribe({ topic, callback }) };
  };

  const addAttachment = (payload: unknown): unknown => {
    if (protocol !== "v1") return Object.prototype.toString.call(payload) === "[object ArrayBuffer]" ? new DataView(payload as ArrayBuffer) : payload;
    const key = `wslink_bin${++attached}`;
    attachments.set(key, payload);
    return key;
  };

  const close = async (): Promise<void> => {
    const wasOpen = session.state.status !== "closed" && session.state.status !== "idle";
    await session.close();
    if (wasOpen) closed();
  };

  return { call, subscribe, unsubscribe, addAttachment, close };
}

/** The servers take anything else for none. */
const isDict = (value: unknown): boolean => typeof value === "object" && value !== null && !Array.isArray(value);
