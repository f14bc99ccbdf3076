import type { WebSocketLike } from "../transport/webSocket.js";
import { socketPrototype } from "./socket.js";
import { type Undo, undo } from "./undo.js";

interface StandIn {
  active: boolean;
  /** Where the server listens. */
  readonly url: string;
  /** What stood there before: nothing in Node 20. */
  readonly former: PropertyDescriptor | undefined;
  /** The same as a value: newer Nodes give theirs by a getter. */
  readonly before: typeof WebSocket | undefined;
}

const standIns = /* @__PURE__ */ new WeakMap<object, StandIn>();

/**
 * Puts a stand-in in the place of the global WebSocket. Sockets to addresses that are not `mine` are the former one's.
 * Several may be installed, and taken back in any order.
 * @throws Error: one that is installed would get no socket any more, because its address is `mine`, too
 */
export function installWebSocket(url: string, mine: (url: string) => boolean, connect: (url: string) => WebSocketLike): Undo {
  const hidden = installed().find((other) => mine(other.url));
  if (hidden) throw new Error(`MockServer.install: a server at ${hidden.url} is installed already, and would get no socket any more; close() it before, or give each server a url of its own`);
  const state: StandIn = { active: true, url, former: Object.getOwnPropertyDescriptor(globalThis, "WebSocket"), before: globalThis.WebSocket };

  function standIn(target: string | URL, protocols?: string | string[]): unknown {
    const address = new URL(target, globalThis.location?.href);
    address.protocol = address.protocol.replace("http", "ws");
    if (state.active && mine(address.href)) return connect(address.href);
    if (!state.before) throw new Error(`no mock server stands at ${address.href}, and this platform has no WebSocket of its own`);
    return new state.before(target, protocols);
  }
  standIn.prototype = socketPrototype;
  Object.assign(standIn, { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 });
  Object.defineProperty(standIn, "name", { value: "WebSocket" });
  Object.defineProperty(globalThis, "WebSocket", { value: standIn, configurable: true, writable: true, enumerable: state.former?.enumerable ?? false });
  standIns.set(standIn, state);

  return undo(() => {
    state.active = false; // another may stand in front of this one, which then goes on to what was behind it
    if ((globalThis.WebSocket as unknown) === standIn) restore(state.former);
  });
}

/** Those that stand in now, the last one first. */
function installed(): StandIn[] {
  const found: StandIn[] = [];
  for (let one = standIns.get((globalThis.WebSocket as typeof WebSocket | undefined) ?? {}); one; one = standIns.get(one.before ?? {})) if (one.active) found.push(one);
  return found;
}

function restore(descriptor: PropertyDescriptor | undefined): void {
  const behind = descriptor && standIns.get(descriptor.value);
  if (behind?.active === false) restore(behind.former);
  else if (descriptor) Object.defineProperty(globalThis, "WebSocket", descriptor);
  else Reflect.deleteProperty(globalThis, "WebSocket");
}
