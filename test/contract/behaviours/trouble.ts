import type { Trouble } from "../backend.js";
import { theme } from "../behaviour.js";
import type { Contract } from "../contract.js";

async function fails(t: Contract, kind: Trouble, stages: readonly string[], hint: RegExp, protocol: "auto" | "v1" | "v2" = "auto") {
  const session = t.watched(t.session({ connectTimeoutMs: 800, protocol }, await t.trouble(kind)));
  const error = await t.rejects(session.open(), t.lib.ConnectionError);
  t.ok(stages.includes(error.stage), `${kind}: the stage is ${stages}, not ${error.stage}`);
  t.matches(error.hint, hint, `${kind}: hint`);
  t.equal(error.sent, false, "sent");
  t.ok(t.lib.isWslinkError(error) && error.kind === "connection" && error.name === "ConnectionError", "one of the family");
  t.equal(t.closed(session), error, "the cause");
  await t.rejects(session.call("test.add", [1, 2]), t.lib.ConnectionError);
}

/** What a failed connect says. The hint names something that a person can look after. */
export const trouble = theme("trouble", {
  "nobody listens": (t) => fails(t, "refused", ["socket"], /running|listen|port|address|url/i),
  "an HTTP server without such a path": (t) => fails(t, "not found", ["socket"], /path|404|proxy|url/i),
  "a server that accepts and never speaks": (t) => fails(t, "silent tcp", ["socket"], /proxy|answer|wslink|firewall|time/i),
  "a socket that opens and never speaks": (t) => fails(t, "silent socket", ["detect", "hello"], /wslink|proxy|answer/i),
  "a socket that never speaks, by a protocol named": (t) => fails(t, "silent socket", ["detect", "hello"], /wslink|proxy|answer/i, t.protocol),

  "url() that takes too long is a ConnectionError": async (t) => {
    const session = t.session({ url: () => new Promise<string>(() => {}), connectTimeoutMs: 50 });
    const error = await t.rejects(session.open(), t.lib.ConnectionError);
    t.ok(error.hint !== "", "there is a hint");
  },

  "a failed first open leaves topics waiting, and they hear the next one": async (t) => {
    const nowhere = await t.trouble("refused");
    const urls = [nowhere.options.url, t.backend.shared.options.url];
    const session = t.session({ url: () => urls.shift() as string });
    const heard = t.record(session.topic("waits"));
    await t.rejects(session.open(), t.lib.ConnectionError);
    await session.open();
    await session.call("test.publish", ["waits", "now"]);
    t.equal(await heard.take(1), ["now"]);
  },
});
