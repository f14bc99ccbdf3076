import { type Any, type Bench, Heard, type Started } from "./bench.js";
import { added, by, type Clause, kept, mended } from "./clause.js";

/** The sockets of a notebook: no url, no close code, Blobs in, bytes out; `bare` ones have no `binaryType` either, and tell nothing with their close. */
function notebook(t: Bench, bare = false): { urls: string[]; refused: string[] } {
  const urls: string[] = [];
  const refused: string[] = [];
  (globalThis as Any).WSLINK = {
    createWebSocket(url: string) {
      urls.push(url);
      const inner = new WebSocket(t.setting.url);
      inner.binaryType = "blob";
      const outer: Any = {
        get readyState() {
          return inner.readyState;
        },
        send(data: unknown) {
          if (typeof data !== "string" && !(data instanceof Uint8Array) && !(data instanceof ArrayBuffer)) refused.push(Object.prototype.toString.call(data));
          inner.send(data as string);
        },
        close: () => inner.close(),
        onopen: null,
        onmessage: null,
        onclose: null,
        onerror: null,
      };
      if (!bare) outer.binaryType = "blob";
      Object.seal(outer); // in strict code to set what is not there throws
      inner.onopen = () => outer.onopen?.({});
      // of another realm, as those of an embedding page are
      inner.onmessage = ({ data }) => outer.onmessage?.({ data: data instanceof Blob ? Object.setPrototypeOf(data, foreign()) : data });
      inner.onclose = () => outer.onclose?.(bare ? undefined : {});
      inner.onerror = () => outer.onerror?.({});
      return outer;
    },
  };
  return { urls, refused };
}

let frame: HTMLIFrameElement | undefined;
function foreign(): object {
  frame ??= document.body.appendChild(document.createElement("iframe"));
  return (frame.contentWindow as Any).Blob.prototype;
}

/** Blobs before and behind a small text, and bytes both ways. */
async function carried(started: Started): Promise<object> {
  const { session } = started;
  const heard = new Heard();
  session.subscribe("sequence", ([{ blob }]: Any) => heard.add(blob.size ?? blob.byteLength));
  await session.call("test.sequence", [["sequence"], [300_000, 0, 7], 3]);
  const sizes = await heard.upTo(3);
  const back = await session.call("test.same", [session.addAttachment(new Uint8Array([1, 2, 3]))]);
  const sum = await session.call("test.add", [1, 2]);
  void session.call("test.drop").catch(() => {});
  const { detail } = await started.next("close");
  return { sum, sizes, bytes: [back.constructor.name, back.size ?? back.byteLength], close: detail.code };
}

const CARRIED = { sum: 3, sizes: [300_000, 0, 7], refused: [], close: 1006 };

export const SOCKETS: readonly Clause[] = [
  kept("wsProxy: sockets come from WSLINK.createWebSocket; without sessionURL it is given wss://proxy/", ["wss://proxy/", "wss://proxy/"], async (t) => {
    const { urls } = notebook(t);
    const started = t.start({ wsProxy: true });
    started.smart.connect();
    return [urls[0] ?? (await new Promise<string>((resolve) => setTimeout(() => resolve(urls[0] as string)))), started.smart.getConfig().sessionURL];
  }),
  kept("WSLINK may be a const of a script, which is no property of the page's window", 3, async (t) => {
    const script = document.createElement("script");
    script.textContent = `const WSLINK = { createWebSocket: () => new WebSocket(${JSON.stringify(t.setting.url)}) };`;
    document.head.append(script);
    const started = t.start({ wsProxy: true });
    started.smart.connect();
    await started.next("ready");
    return started.session.call("test.add", [1, 2]);
  }),
  mended("iframe means the same", "ws", "wss://proxy/", async (t) => {
    const { urls } = notebook(t);
    const started = t.start({ iframe: true });
    started.smart.connect();
    while (urls.length === 0) await new Promise((resolve) => setTimeout(resolve));
    return urls[0]?.startsWith("wss://proxy/") ? urls[0] : urls[0]?.slice(0, 2);
  }),
  added(
    "a socket that delivers Blobs of another realm, and knows neither close codes nor binaryType, carries it all in order",
    by({ ...CARRIED, bytes: ["Blob", 3] }, { ...CARRIED, bytes: ["Uint8Array", 3] }),
    async (t) => {
      const { refused } = notebook(t);
      const started = t.start({ wsProxy: true, sessionURL: t.setting.url });
      started.smart.connect();
      await started.next("ready");
      return { ...(await carried(started)), refused };
    },
    { ownServer: true },
  ),
  added(
    "a socket without url and binaryType, whose close tells nothing, likewise; finding out the generation takes one of WSLINK.createWebSocket too",
    by({ ...CARRIED, bytes: ["Blob", 3], made: 2, others: 0 }, { ...CARRIED, bytes: ["Uint8Array", 3], made: 1, others: 0 }),
    async (t) => {
      const { refused, urls } = notebook(t, true);
      const started = t.start({ wsProxy: true });
      started.smart.connect();
      await started.next("ready");
      const made = urls.filter((url) => url === "wss://proxy/").length;
      return { ...(await carried(started)), refused, made, others: t.sockets.length - made };
    },
    { ownServer: true },
  ),
  added("configure({ protocol }) takes one socket of WSLINK.createWebSocket, on 1.x too", [1, 1, 3], async (t) => {
    const { urls } = notebook(t, true);
    (t.client as Any).configure({ protocol: `v${t.generation}` });
    const started = t.start({ wsProxy: true });
    started.smart.connect();
    await started.next("ready");
    const sum = await started.session.call("test.add", [1, 2]);
    return [urls.length, t.sockets.length, sum];
  }),
];
