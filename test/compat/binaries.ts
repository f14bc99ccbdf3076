import type { Any } from "./bench.js";
import { by, type Clause, kept, mended } from "./clause.js";

const BYTES = [1, 2, 3, 4];
const bytes = () => new Uint8Array(BYTES);
/** sha256 of the four bytes, as the server tells what it got. */
const ARRIVED = "bytes 4 9f64a747e1b97f131fabb6b447296c9b6f0201e79fb3c5356e6c77e89b6a806a";

/** Of a binary that came: its class and its bytes. */
async function taken(value: Any): Promise<unknown> {
  const buffer = value instanceof Blob ? new Uint8Array(await value.arrayBuffer()) : value;
  return [value.constructor.name, ...buffer];
}

export const BINARIES: readonly Clause[] = [
  kept("a binary in a result: a Blob on 1.x, a Uint8Array on 2.x", by(["Blob", ...BYTES], ["Uint8Array", ...BYTES]), async (t) => {
    const { session } = await t.ready();
    return taken((await session.call("test.same", [{ nested: [session.addAttachment(bytes())] }])).nested[0]);
  }),
  kept("a binary in a publication likewise", by(["Blob", ...BYTES], ["Uint8Array", ...BYTES]), async (t) => {
    const { session } = await t.ready();
    const payload = new Promise<Any>((resolve) => session.subscribe("binary", ([value]: Any) => resolve(value)));
    await session.call("test.publish", ["binary", { image: session.addAttachment(bytes()) }]);
    return taken((await payload).image);
  }),
  kept(
    "addAttachment(), unbound: a key on 1.x, the payload on 2.x, an ArrayBuffer as a DataView",
    by(["string wslink_bin1", "string wslink_bin2", "string wslink_bin3"], ["Uint8Array true", "Blob true", "DataView false"]),
    async (t) => {
      const { addAttachment } = (await t.ready()).session;
      return [bytes(), new Blob([bytes()]), bytes().buffer].map((payload) => {
        const attached = addAttachment(payload);
        return typeof attached === "string" ? `string ${attached}` : `${attached.constructor.name} ${attached === payload}`;
      });
    },
  ),
  kept("a Uint8Array that was attached arrives as bytes, in args and in kwargs", { args: [ARRIVED, { "str a": [ARRIVED] }], kwargs: { "str b": ARRIVED } }, async (t) => {
    const { session } = await t.ready();
    const attach = () => session.addAttachment(bytes());
    return session.call("test.report", [attach(), { a: [attach()] }], { b: attach() });
  }),
  mended("a Blob that was attached arrives as bytes", by([ARRIVED], [{}]), [ARRIVED], async (t) => {
    const { session } = await t.ready();
    return (await session.call("test.report", [session.addAttachment(new Blob([bytes()]))])).args;
  }),
  mended("an attachment in three places arrives in all of them", by([ARRIVED, "str wslink_bin1", "str wslink_bin1"], [ARRIVED, ARRIVED, ARRIVED]), [ARRIVED, ARRIVED, ARRIVED], async (t) => {
    const { session } = await t.ready();
    const attached = session.addAttachment(bytes());
    return (await session.call("test.report", [attached, attached, attached])).args;
  }),
  kept("what addAttachment() gave stands for the payload in the next call; in a later one a key of 1.x is a text", by([[ARRIVED], ["str wslink_bin1"]], [[ARRIVED], [ARRIVED]]), async (t) => {
    const { session } = await t.ready();
    const attached = session.addAttachment(bytes());
    const call = async () => (await session.call("test.report", [attached])).args;
    return [await call(), await call()];
  }),
  mended("raw typed arrays arrive as bytes", by([{ "str 0": "int 1", "str 1": "int 2", "str 2": "int 3", "str 3": "int 4" }], [ARRIVED]), [ARRIVED], async (t) => {
    const { session } = await t.ready();
    return (await session.call("test.report", [bytes()])).args;
  }),
  kept("an attachment that is not used in a call is sent with none", { args: ["int 1"], kwargs: {} }, async (t) => {
    const { session } = await t.ready();
    session.addAttachment(bytes());
    return session.call("test.report", [1]);
  }),
  kept("64-bit integers are Numbers, rounded, in results and publications", ["number", "number", 2 ** 53, -(2 ** 53), 2 ** 63, -(2 ** 63), 2 ** 64], async (t) => {
    const { session } = await t.ready();
    const payload = new Promise<Any>((resolve) => session.subscribe("big", ([value]: Any) => resolve(value)));
    await session.call("test.publish.value", ["big", "big integers"]);
    const value = await session.call("test.value", ["big integers"]);
    return [typeof value[0], typeof (await payload)[0], ...value];
  }),
  mended("functions and undefined in objects are left out, a Map and a Set are empty dicts", by([{ "str m": {}, "str s": {} }], "Error"), [{ "str m": {}, "str s": {} }], async (t) => {
    const { session } = await t.ready();
    try {
      return (await session.call("test.report", [{ f: () => 1, m: new Map([[1, 2]]), s: new Set([1]), u: undefined }])).args;
    } catch (error) {
      return (error as Error).name;
    }
  }),
];
