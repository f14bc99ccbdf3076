import type { SessionOptions } from "../backend.js";
import { theme } from "../behaviour.js";
import type { Contract } from "../contract.js";

/** Opens with these options, and everything on the wire is searched for the secret. */
const open = (t: Contract, options: Partial<SessionOptions> = {}, place = t.backend.shared) => t.watched(t.session(options, place)).open();

export const handshake = theme("handshake", {
  "finds the protocol, and the states tell the way": async (t) => {
    const session = t.watched(t.session());
    t.equal(session.state.status, "idle");
    const states = t.record(session.state$);
    t.ok((await session.open()) === session, "open() gives the session");
    const { clientId, ...state } = t.opened(session);
    t.equal(state, { status: "open", protocol: t.protocol, connection: 1, responsive: true });
    t.matches(clientId, /^c[0-9a-f]{32}$/);
    t.equal(
      states.values.map(({ status }) => status),
      ["idle", "connecting", "open"],
    );
  },

  "connects with the protocol named": async (t) => {
    const session = await open(t, { protocol: t.protocol });
    t.equal(await session.call("test.add", [1, 2]), 3);
  },

  "connect() opens, and the server's default secret needs no option": async (t) => {
    const place = await t.start({ secret: "wslink-secret" });
    const session = await t.lib.connect(place.options.url, { ...place.options, log: false });
    t.equal(await session.call("test.add", [1, 2]), 3);
    await session.close();
  },

  "asks functions for url and secret": async (t) => {
    const { url, ...rest } = t.backend.shared.options;
    const asked: string[] = [];
    const session = await open(t, {
      ...rest,
      url: async () => {
        asked.push("url");
        return url as string;
      },
      secret: () => {
        asked.push("secret");
        return t.secret;
      },
    });
    t.opened(session);
    t.ok(asked.includes("url") && asked.includes("secret"), "both were asked");
  },

  "takes an http URL for the ws one": async (t) => {
    const session = await open(t, { url: String(t.backend.shared.options.url).replace("ws:", "http:") });
    t.opened(session);
  },

  "takes a secret that is long and not ASCII": async (t) => {
    const secret = `${t.secret} sécret ü€𝄞 "\\`.padEnd(400, "x");
    t.opened(await open(t, { secret }, await t.start({ secret })));
  },

  "a wrong secret is an AuthenticationError and ends the session": async (t) => {
    for (const secret of [`${t.secret}x`, "", "wslink-secret"]) {
      const session = t.watched(t.session({ secret }));
      const error = await t.rejects(session.open(), t.lib.AuthenticationError, `with the secret ${secret.length} characters long`);
      t.equal([error.code, error.stage], [t.lib.RpcCode.Authentication, "hello"]);
      t.matches(error.hint, /`secret` option/, "hint");
      t.equal(t.closed(session), error, "the cause");
    }
  },

  "a missing secret is an AuthenticationError too": async (t) => {
    const { AuthenticationError, connect } = t.lib;
    await t.rejects(connect(t.backend.shared.options.url, { ...t.backend.shared.options, log: false }), AuthenticationError);
  },

  "a session refused once opens with the right secret": async (t) => {
    const secrets = [`${t.secret}-old`, `${t.secret}-old`, t.secret]; // asked again at once when it was refused
    const session = t.watched(t.session({ secret: async () => secrets.shift() as string, reconnect: false }));
    await t.rejects(session.open(), t.lib.AuthenticationError);
    await session.open();
    t.equal(await session.call("test.add", [2, 3]), 5);
  },

  "a secret function that throws is the cause of the failure": async (t) => {
    const session = t.watched(
      t.session({
        secret: () => {
          throw new Error("no keyring");
        },
      }),
    );
    const error = await t.rejects(session.open(), Error);
    t.matches(`${error} ${error.cause}`, /no keyring/);
    t.closed(session);
  },

  "open() while connecting is the same promise, and while open resolves": async (t) => {
    const session = t.session();
    const first = session.open();
    t.ok(session.open() === first, "the same promise");
    await first;
    t.ok((await session.open()) === session, "open already");
    t.equal(t.opened(session).connection, 1);
  },

  "close() before the hello rejects open(), in the same turn too": async (t) => {
    const session = t.session();
    const opening = session.open();
    const closing = session.close();
    t.closed(session);
    const error = await t.rejects(opening, t.lib.ConnectionError);
    t.equal(error.sent, false);
    await closing;
    const later = session.open();
    await new Promise((resolve) => setTimeout(resolve));
    await session.close();
    await t.rejects(later, t.lib.ConnectionError);
    await session.open();
    t.equal(await session.call("test.add", [1, 1]), 2);
  },

  "a closed session opens again as another client": async (t) => {
    const session = await open(t);
    const { clientId } = t.opened(session);
    await session.close();
    t.closed(session);
    await session.open();
    t.ok(t.opened(session).clientId !== clientId, "another client");
    t.equal(await session.call("test.same", ["again"]), "again");
  },

  "close() on an idle session makes it closed": async (t) => {
    const session = t.session();
    await session.close();
    t.closed(session);
  },

  "`await using` closes the session": async (t) => {
    const session = await open(t);
    await session[Symbol.asyncDispose]();
    t.closed(session);
  },
});
