// A mock and the real server of its protocol get the same frames, and have to answer with the same: byte for byte, but for what is random, and for traces.
import { expect, test } from "@playwright/test";
import { startMock } from "../servers/mock.js";
import { BINARIES, VALUES } from "../servers/mockValues.js";
import { type RealServer, startServer } from "../servers/real.js";
import type { MockServer } from "../../src/testing/index.js";
import { exchanges } from "./exchanges.js";
import { message, RawPeer, sized } from "./rawPeer.js";

const SECRET = "of this run";
/** A key like 1.0 cannot be told from 1 in JavaScript. */
const VALUE_NAMES = Object.keys(VALUES).filter((name) => !["float keys", "not a number keys"].includes(name));

type Call = readonly [method: string, args?: readonly unknown[], until?: string];

for (const protocol of ["v1", "v2"] as const) {
  test.describe(`the mock answers as the real ${protocol}`, () => {
    let real: RealServer;
    let mock: MockServer;
    test.beforeAll(async () => {
      real = await startServer({ generation: protocol === "v1" ? 1 : 2, secret: SECRET });
      mock = startMock({ protocol, secret: SECRET, log: () => {} });
    });
    test.afterAll(async () => {
      mock.close();
      await real.stop();
    });

    const SIDES = {
      real: () => RawPeer.real(real.url, protocol),
      mock: () => new RawPeer(mock.webSocket(mock.url), protocol),
    };
    const hello = message(protocol, { id: "system:c0:0", method: "wslink.hello", args: [{ secret: SECRET }] });
    const request = (id: number, [method, args = []]: Call) => message(protocol, { wslink: "1.0", id: `rpc:${id}:`, method, args, kwargs: {} });

    /** Does the same on both sides and compares what was heard there. */
    const same = async (talk: (open: () => RawPeer) => Promise<readonly RawPeer[]>): Promise<string[][]> => {
      const [heard, byMock] = await Promise.all(
        [SIDES.real, SIDES.mock].map(async (open) => {
          const peers = await talk(open);
          const lines = peers.map((peer) => [...peer.heard]);
          for (const peer of peers) peer.close();
          return lines;
        }),
      );
      expect(byMock).toEqual(heard);
      return heard ?? [];
    };

    /** One call after the other on one connection; `until` is what the last frame of each holds. */
    const calls = (...list: readonly Call[]) =>
      same(async (open) => {
        const peer = open();
        await peer.exchange([hello]);
        for (const [i, call] of list.entries()) {
          peer.send(request(i, call));
          await peer.told(call[2] ?? `rpc:${i}:`);
        }
        return [peer];
      });

    for (const [name, { frames, before }] of Object.entries(exchanges(protocol, SECRET))) {
      test(name, () =>
        same(async (open) => {
          const peer = open();
          await peer.exchange(before === "hello" ? [hello, ...frames] : frames);
          return [peer];
        }),
      );
    }

    test("values", () => calls(...VALUE_NAMES.map((name) => ["test.value", [name]] as const)));
    test("binaries", () => calls(...Object.keys(BINARIES).map((name) => ["test.binary", [name]] as const)));
    test("what came, as the server tells it", () => calls(["test.report", [1, 1.5, -7, 2 ** 40, "a", null, true, [[]], { a: { b: "c" } }]]));
    test("errors", () =>
      calls(
        ["test.mistake"],
        ["test.mistake", ["it's \\ \n ü"]],
        ["test.mistake", ['"it\'s"']],
        ["test.mistake", [""]],
        ["test.mistake", ["\u0000 \u001b[0m \u007f\u00a0\u00ad\u2028\u3000\ue000 \u{1f600}\u{e0001}"]],
        ["test.async.mistake"],
        ["test.unserialisable"],
        ["test.parts.refuse"],
      ));
    for (const kind of ["circle", "half a pair", "half a pair as a key", "too deep"])
      test(`what cannot be sent: ${kind}`, () => calls(["test.unserialisable", [kind]], ["test.publish.unserialisable", ["broken", kind]], ["test.async.mistake"]));
    test("keys in texts, and what becomes of their pairs", () => calls(["test.prose"], ["test.hold", ["a"]], ["test.release", ["a"]], ["test.same", ["wslink_bin0 wslink_bin1"]], ["test.prose"]));
    test("publications", () =>
      calls(
        ...["my-topic", "a:b", "t:1:2", "ü.x", "", "__proto__", "x".repeat(300)].map((topic) => ["test.publish", [topic, { n: [1] }], `publish:${topic}:`] as const),
        ["test.publish.value", ["numbers", "floats"], "publish:numbers:"],
        ["test.publish.binary", ["picture", "nested"], "publish:picture:"],
        ["test.publish.unserialisable", ["broken"], "publish:broken:"],
        ["test.publish.first", ["early", 7]],
        ["test.sequence", [["a", "b"], [3, null, 0], 5]],
      ));

    test("publications to others come as often as there are clients", async () => {
      const heard = await same(async (open) => {
        const [first, second, third] = [open(), open(), open()];
        for (const peer of [first, second, third]) await peer.exchange([hello]);
        first.send(request(0, ["test.publish.others", ["t", { blob: 1 }]]));
        await second.told("publish:t:", 3);
        await third.told("publish:t:", 3);
        first.send(request(1, ["test.publish.binary", ["all", "nested"]]));
        for (const peer of [first, second, third]) await peer.told("publish:all:");
        return [first, second, third];
      });
      expect(heard.map((lines) => lines.length)).toEqual(protocol === "v1" ? [2 + 2 + 7, 2 + 3 + 7, 2 + 3 + 7] : [2 + 2 + 1, 2 + 3 + 1, 2 + 3 + 1]);
    });

    test("what a key in a text took away from another client", () =>
      same(async (open) => {
        const [first, second] = [open(), open()];
        for (const peer of [first, second]) await peer.exchange([hello]);
        first.send(request(0, ["test.hold", ["theirs"]]));
        await first.told("rpc:0:");
        second.send(request(0, ["test.release", ["theirs"]]));
        await second.told("rpc:0:");
        return [first, second];
      }));

    test("a frame that is too large", async () => {
      const largest = protocol === "v1" ? 4194304 : 4194304 + 4096;
      for (const size of [largest, largest + 1]) {
        const [heard] = await same(async (open) => {
          const peer = open();
          await peer.exchange([hello, sized(protocol, size)]);
          return [peer];
        });
        expect(heard?.at(-1)?.startsWith("closed 1009")).toBe(size > largest);
      }
    });

    for (const how of [[], [1000], [1000, "bye"], [3000, "bye"]] as [number?, string?][])
      test(`a client that closes with ${JSON.stringify(how)}`, async () => {
        const [heard] = await same(async (open) => {
          const peer = open();
          await peer.exchange([hello]);
          peer.close(...how);
          await peer.told("closed");
          return [peer];
        });
        expect(heard?.at(-1)).toBe('closed 1000 ""');
      });

    test("seconds that are no number do not end a server", async () => {
      const peer = SIDES.mock();
      await peer.exchange([hello, request(0, ["application.exit.later", [null]]), request(1, ["application.exit.later", ["soon"]])]);
      expect(peer.heard.at(-1)).not.toContain("closed");
      peer.close();
    });

    test("exit", async () => {
      const [heard] = await same(async (open) => {
        const peer = open();
        await peer.exchange([hello]);
        peer.send(request(0, ["application.exit"]));
        await peer.told("closed");
        return [peer];
      });
      expect(heard?.at(-1)).toBe('closed 1001 "Server shutdown"');
    });
  });
}
