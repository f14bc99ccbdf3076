import type { Place, SessionOptions } from "../backend.js";
import { theme } from "../behaviour.js";
import type { Contract } from "../contract.js";
import { holds } from "../seen.js";

interface Frame {
  readonly socket: number;
  readonly direction: "in" | "out";
  readonly data: unknown;
}

/** A session whose sockets tell what really went over them; `wire$` is not asked, it hides secrets. */
function spied(t: Contract, options: Partial<SessionOptions> = {}, place: Place = t.backend.shared) {
  const frames: Frame[] = [];
  let sockets = 0;
  const make = place.options.webSocket ?? ((url: string) => new WebSocket(url) as ReturnType<NonNullable<SessionOptions["webSocket"]>>);
  const webSocket: SessionOptions["webSocket"] = (url) => {
    const real = make(url);
    const socket = ++sockets;
    const note = (direction: Frame["direction"], data: unknown) => frames.push({ socket, direction, data });
    return new Proxy(real, {
      get(target, key) {
        const value = Reflect.get(target, key, target) as unknown;
        if (key === "send") return (data: never) => [note("out", data), target.send(data)][1];
        return typeof value === "function" ? value.bind(target) : value;
      },
      set(target, key, value) {
        const taken = key === "onmessage" && value ? (event: { data: unknown }) => [note("in", event.data), value.call(target, event)][1] : value;
        return Reflect.set(target, key, taken, target);
      },
    });
  };
  const session = t.watched(t.session({ ...options, webSocket }, place));
  return { session, frames };
}

/** No text frame held the secret unless a text frame had come on that socket before. */
function textIsSafe(t: Contract, frames: readonly Frame[], secret: string): void {
  frames.forEach((frame, i) => {
    if (frame.direction !== "out" || typeof frame.data !== "string" || !frame.data.includes(JSON.stringify(secret).slice(1, -1))) return;
    const answered = frames.slice(0, i).some((before) => before.direction === "in" && typeof before.data === "string");
    t.ok(answered, "a secret goes out as text only after a text reply");
  });
}

export const detection = theme("detection", {
  "tells the secret in text to no server that has not answered text": async (t) => {
    for (const protocol of ["auto", t.protocol] as const) {
      const { session, frames } = spied(t, { protocol });
      await session.open();
      t.equal(await session.call("test.add", [1, 2]), 3);
      t.ok(holds(frames, t.secret), "the secret was sent");
      textIsSafe(t, frames, t.secret);
      if (t.protocol === "v2") t.equal(frames.filter(({ data }) => typeof data === "string").length, 0, "text frames on v2");
    }
    t.ok(!(await t.backend.shared.log()).includes(t.secret), "the server's log knows no secret");
  },

  "a named protocol that the server does not speak is a ConnectionError that says so": async (t) => {
    const wrong = t.protocol === "v1" ? "v2" : "v1";
    const { session, frames } = spied(t, { protocol: wrong, connectTimeoutMs: 1500 });
    const error = await t.rejects(session.open(), t.lib.ConnectionError);
    t.ok(["detect", "hello"].includes(error.stage), `the stage is detect or hello, not ${error.stage}`);
    t.matches(error.hint, /protocol|auto|wslink [12]|v[12]/i, "hint");
    textIsSafe(t, frames, t.secret);
    if (wrong === "v1") t.ok(!holds(frames, t.secret), "a v2 server never sees the secret in text");
    t.ok(!(await t.backend.shared.log()).includes(t.secret), "the server's log knows no secret");
  },

  "is remembered, and a reconnect to v1 probes again before it tells the secret": async (t) => {
    const { session, frames } = spied(t);
    await session.open();
    await session.close();
    frames.length = 0;
    await session.open();
    t.equal(new Set(frames.map(({ socket }) => socket)).size, 1, "sockets of the second connection");
    const sent = frames.filter(({ direction }) => direction === "out");
    t.ok(sent.length > 0, "something was sent");
    t.ok(
      sent.every(({ data }) => (typeof data === "string") === (t.protocol === "v1")),
      `all frames are ${t.protocol}'s`,
    );
    frames.forEach((frame, i) => {
      if (frame.direction === "out" && typeof frame.data === "string" && holds(frame, t.secret))
        t.ok(
          frames.slice(0, i).some(({ direction }) => direction === "in"),
          "probed first",
        );
    });
    t.equal(await session.call("test.add", [1, 2]), 3);
  },

  "a secret longer than a 2.x server takes by its default: v1 gets it, v2 gets it in binary alone, and what it closes upon is told": async (t) => {
    const secret = t.secret.padEnd(700, "y");
    for (const protocol of ["auto", t.protocol] as const) {
      const place = await t.start({ secret });
      const { session, frames } = spied(t, { secret, protocol, connectTimeoutMs: 1500 }, place);
      if (t.protocol === "v1") {
        await session.open();
        t.equal(await session.call("test.add", [1, 2]), 3);
      } else {
        const error = await t.rejects(session.open(), t.lib.ConnectionError);
        t.equal(error.stage, "hello");
        t.matches(error.hint, /secret.*WSLINK_AUTH_MSG_SIZE/, "hint");
      }
      textIsSafe(t, frames, secret);
      t.ok(!(await place.log()).includes(t.secret), "the server's log knows no secret");
    }
  },

  "a secret longer than that is taken by a server that was started for it": async (t) => {
    const secret = t.secret.padEnd(2_400, "z");
    for (const protocol of ["auto", t.protocol] as const) {
      const place = await t.start({ secret, authMsgSize: 8192 });
      const { session, frames } = spied(t, { secret, protocol }, place);
      await session.open();
      t.equal(await session.call("test.add", [1, 2]), 3);
      textIsSafe(t, frames, secret);
      t.ok(!(await place.log()).includes(t.secret), "the server's log knows no secret");
    }
  },
});
