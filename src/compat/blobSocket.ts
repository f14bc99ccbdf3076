import type { WebSocketLike } from "../index.js";

/** A socket of `WSLINK.createWebSocket`, as notebooks give it: it may deliver Blobs, know no state and no close code. */
// biome-ignore lint/suspicious/noExplicitAny: it is whatever the page's environment made
type ForeignSocket = any;

/** Such a socket as a session wants it: Blobs are read, one after the other, so that the order of the wire stays. */
export function blobSocket(socket: ForeignSocket): WebSocketLike {
  let state = socket.readyState === 1 ? 1 : 0;
  let before: Promise<unknown> = Promise.resolve();
  /** What is behind a Blob waits for it. */
  let waiting = 0;
  const inOrder = (act: () => unknown): void => {
    if (waiting === 0) return void act();
    before = before.then(act);
  };
  const like: WebSocketLike = {
    get readyState() {
      return socket.readyState ?? state;
    },
    get bufferedAmount() {
      return socket.bufferedAmount ?? 0;
    },
    send: (data) => socket.send(data),
    close: () => {
      state = 3;
      socket.close(); // it may take no code
    },
    onopen: null,
    onmessage: null,
    onclose: null,
    onerror: null,
  };
  try {
    socket.binaryType = "arraybuffer";
  } catch {
    // it has its own way, or is frozen
  }
  socket.onopen = (event: unknown) => {
    state = 1;
    like.onopen?.(event);
  };
  socket.onmessage = ({ data }: { data: unknown }) => {
    if (!isBlob(data)) return inOrder(() => like.onmessage?.({ data }));
    waiting++;
    before = before
      .then(() => data.arrayBuffer())
      .then(
        (bytes) => {
          waiting--;
          like.onmessage?.({ data: bytes });
        },
        () => {
          waiting--;
          like.onerror?.({});
        },
      );
  };
  socket.onclose = (event: { code?: number; reason?: string; wasClean?: boolean } | undefined) =>
    inOrder(() => {
      state = 3;
      like.onclose?.({ code: event?.code ?? 1006, reason: event?.reason ?? "", wasClean: event?.wasClean ?? false });
    });
  socket.onerror = (event: unknown) => inOrder(() => like.onerror?.(event));
  return like;
}

/** Of any realm: the sockets may come from the page that embeds ours. */
function isBlob(data: unknown): data is Blob {
  return Object.prototype.toString.call(data) === "[object Blob]";
}
