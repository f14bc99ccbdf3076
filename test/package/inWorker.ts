// What a session does in a module worker, where there is neither window nor document.
import { connect, Session } from "wslink-rx";

const { searchParams } = new URL(self.location.href);
const url = searchParams.get("url") ?? "";
const secret = searchParams.get("secret") ?? "";

async function work(): Promise<unknown> {
  const addresses: string[] = [];
  const relative = new Session({
    url: "ws?a=1#/b",
    webSocket: (address) => {
      addresses.push(address.replace(self.location.host, "here"));
      throw new Error("the address is enough");
    },
  });
  await relative.open().catch(() => {});

  const session = await connect(url, { secret });
  const { status, ...state } = session.state;
  const bytes = (await session.call("test.same", [new Uint8Array([1, 2, 3])])) as ArrayBuffer;
  const hearing = new Promise((resolve) => session.subscribe("from the worker", resolve));
  await session.call("test.publish", ["from the worker", { x: 1.5 }]);

  const heard = await hearing;

  const probe = new Promise<string>((resolve) => session.wire$.subscribe(({ direction, data }) => direction === "out" && resolve(typeof data === "string" ? data : new TextDecoder().decode(data))));
  self.dispatchEvent(new Event("online"));
  const probed = (await probe).includes("wslink.ping");

  const last = session.call("test.add", [1, 2]).catch((error: Error) => error.name);
  await session.close();
  return {
    page: typeof window + typeof document,
    addresses,
    status,
    protocol: "protocol" in state && state.protocol,
    bytes: [...new Uint8Array(bytes)],
    heard,
    probed,
    last: await last,
    closed: session.state,
  };
}

work().then(
  (result) => postMessage({ result }),
  (error) => postMessage({ error: String(error) }),
);
