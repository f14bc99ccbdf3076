import { type MockClient, MockServer, type MockServerOptions } from "wslink-rx/testing";
import { BINARIES, digests, pattern, report, sha256, unserialisable, VALUES } from "./mockValues.js";

// biome-ignore lint/suspicious/noExplicitAny: each method says itself what it takes
type Run = (values: any, client: MockClient) => unknown;

/** The methods of `server.py`, under the same names, on a mock server. */
export function startMock(options: MockServerOptions): MockServer {
  const server = new MockServer(options);
  const method = (name: string, parameters: string, run: Run) => server.rpc(name, (args, kwargs, client) => run(bound(name, parameters, args, kwargs), client));
  calls(server, method);
  publications(server, method);
  return server;
}

type Method = (name: string, parameters: string, run: Run) => unknown;

/** As `calls.py`. */
function calls(server: MockServer, method: Method): void {
  const gates = new Map<string, Gate>();
  const gate = (name: string): Gate => {
    const known = gates.get(name) ?? { opened: event(), reached: event() };
    gates.set(name, known);
    return known;
  };
  let changed = event();
  server.onConnect = () => changed.set();
  const held = new Map<string, string | ArrayBuffer>();
  const seen: unknown[] = [];
  const key = (attached: string | ArrayBuffer) => (typeof attached === "string" ? attached : "wslink_bin0");

  method("test.add", "a b", ([a, b]: [number, number]) => a + b);
  server.rpc("test.echo", (args, kwargs) => ({ args, kwargs }));
  method("test.same", "value", ([value]) => value);
  server.rpc("test.report", async (args, kwargs) => ({ args: await report(args), kwargs: await report(kwargs) }));
  method("test.value", "name", ([name]: [string]) => textKeys(entry(VALUES, name), server.protocol));
  method("test.names", "", () => ({ values: Object.keys(VALUES), binaries: Object.keys(BINARIES) }));
  method("test.note", "text", ([text]) => void seen.push(text));
  method("test.notes", "", () => seen);

  server.rpc("test.digests", async (args, kwargs) => [...(await digests(args)), ...(await digests(kwargs))]);
  method("test.binary", "name", ([name]: [string]) => entry(BINARIES, name));
  method("test.pattern", "length seed=", ([length, seed = 0]: [number, number?]) => pattern(length, seed));
  method("test.pattern.sha256", "length seed=", ([length, seed = 0]: [number, number?]) => sha256(pattern(length, seed)));
  method("test.prose", "", () => {
    const blob = server.attach(new TextEncoder().encode("known"));
    return { blob, known: `see ${key(blob)} for more`, longer: `${key(blob)}0000`, unknown: "wslink_bin87654321 is no key", [`${key(blob)} as a key`]: 1 };
  });
  method("test.hold", "name", ([name]: [string]) => {
    const blob = server.attach(new TextEncoder().encode(`held ${name}`));
    held.set(name, blob);
    return `later: ${key(blob)}`;
  });
  method("test.release", "name", ([name]: [string]) => {
    const blob = held.get(name);
    held.delete(name);
    return { blob };
  });

  method("test.mistake", "text=", ([text = "a mistake"]: [string?]) => raise("ValueError", text));
  method("test.async.mistake", "", async () => raise("KeyError", "later"));
  method("test.unserialisable", "kind=", ([kind = "object"]: [string?]) => unserialisable(kind));

  method("test.block", "seconds", async ([seconds]: [number]) => {
    const stall = server.fault({ type: "stall", direction: "in" }); // a Python method that sleeps blocks the whole server
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
    stall();
    return seconds;
  });
  method("test.gate.wait", "name", async ([name]: [string]) => {
    gate(name).reached.set();
    await gate(name).opened.promise;
    return name;
  });
  method("test.gate.open", "name", ([name]: [string]) => gate(name).opened.set());
  method("test.gate.reached", "name", ([name]: [string]) => gate(name).reached.promise);
  method("test.clients", "count", async ([count]: [number]) => {
    while (server.clients.filter(({ authenticated }) => authenticated).length !== count) {
      changed = event();
      await changed.promise;
    }
    return count;
  });
  method("test.close", "code reason", ([code, reason]: [number, string], client) => client.close(code, reason));
  method("test.drop", "", (_, client) => {
    client.drop();
    return new Promise(() => {});
  });
  method("test.die", "", () => {
    server.stop({ code: 1006, reason: "" });
    return new Promise(() => {});
  });
  left(server, () => changed.set());
}

/** As `publications.py`. */
function publications(server: MockServer, method: Method): void {
  const interest = new Map<MockClient, Map<string, number>>();
  left(server, (client) => interest.delete(client));
  let ticks = 0;

  method("test.publish", "topic payload= times=", ([topic, payload, times = 1]: [string, unknown, number?]) => {
    for (let i = 0; i < times; i++) server.publish(topic, payload);
  });
  method("test.publish.value", "topic name", ([topic, name]: [string, string]) => server.publish(topic, textKeys(entry(VALUES, name), server.protocol)));
  method("test.publish.binary", "topic name", ([topic, name]: [string, string]) => server.publish(topic, entry(BINARIES, name)));
  method("test.publish.others", "topic payload", ([topic, payload]: [string, unknown]) => server.publish(topic, payload, { skipLastActiveClient: true }));
  method("test.publish.unserialisable", "topic kind=", ([topic, kind = "object"]: [string, string?]) => server.publish(topic, unserialisable(kind)));
  method("test.publish.first", "topic payload", async ([topic, payload]: [string, unknown]) => {
    server.publish(topic, payload);
    return "replied";
  });
  method("test.sequence", "topics sizes count", async ([topics, sizes, count]: [string[], (number | null)[], number], client) => {
    for (let number = 0; number < count; number++) {
      const size = sizes[number % sizes.length] ?? null;
      server.publish(topics[number % topics.length] as string, { number, blob: size === null ? null : pattern(size, number) }, { client });
    }
    return count;
  });

  const wanted = (client: MockClient): Map<string, number> => {
    const known = interest.get(client) ?? new Map<string, number>();
    interest.set(client, known);
    return known;
  };
  const name = (topic: string, part: unknown) => JSON.stringify([topic, part]);
  const partsOf = (parts: Map<string, number>, topic: string) =>
    [...parts.keys()]
      .map((text) => JSON.parse(text) as [string, string | number])
      .filter(([of]) => of === topic)
      .map(([, part]) => part)
      .sort((a, b) => (a < b ? -1 : 1));

  method("test.parts.start", "topic parts", ([topic, parts]: [string, unknown[]], client) => {
    for (const part of parts) wanted(client).set(name(topic, part), (wanted(client).get(name(topic, part)) ?? 0) + 1);
    return parts;
  });
  method("test.parts.stop", "topic parts", ([topic, parts]: [string, unknown[]], client) => {
    const mine = interest.get(client) ?? raise("KeyError", client.id);
    for (const part of parts) {
      const count = (mine.get(name(topic, part)) ?? raise("KeyError", String(part))) - 1;
      if (count === 0) mine.delete(name(topic, part));
      else mine.set(name(topic, part), count);
    }
    return parts;
  });
  method("test.parts.wanted", "topic", ([topic]: [string], client) => partsOf(interest.get(client) ?? new Map(), topic));
  method("test.parts.tick", "topic", ([topic]: [string]) => {
    ticks++;
    for (const [client, parts] of interest) for (const part of partsOf(parts, topic)) server.publish(topic, { part, tick: ticks }, { client });
    return ticks;
  });
  method("test.parts.refuse", "", () => raise("PermissionError", "no such part"));
}

interface Gate {
  readonly opened: ReturnType<typeof event>;
  readonly reached: ReturnType<typeof event>;
}

/** As `asyncio.Event`. */
function event() {
  let set: () => void = () => {};
  const promise = new Promise<void>((resolve) => {
    set = resolve;
  });
  return { promise, set: () => set() };
}

/** Several may want to know of a client that leaves. */
function left(server: MockServer, run: (client: MockClient) => void): void {
  const before = server.onClose;
  server.onClose = (client) => {
    before?.(client);
    run(client);
  };
}

function raise(name: string, message: string): never {
  throw Object.assign(new Error(message), { name });
}

function entry(table: Readonly<Record<string, unknown>>, name: string): unknown {
  return Object.hasOwn(table, name) ? table[name] : raise("KeyError", name);
}

/** 1.x takes no bytes as keys, so `server.py` sends text there. */
function textKeys(value: unknown, protocol: string): unknown {
  if (!(value instanceof Map) || protocol === "v2") return value;
  return new Map([...value].map(([key, item]) => [key instanceof Uint8Array ? new TextDecoder().decode(key) : key, item]));
}

/** Arguments in the order of the parameters, as Python binds them; `seed=` may be left out. */
function bound(name: string, parameters: string, args: readonly unknown[], kwargs: Readonly<Record<string, unknown>>): unknown[] {
  const all = parameters.split(" ").filter((one) => one !== "");
  const names = all.map((one) => one.replace("=", ""));
  if (args.length > names.length) raise("TypeError", `${name}() takes ${names.length} positional arguments but ${args.length} were given`);
  const values = [...args];
  for (const [key, value] of Object.entries(kwargs)) {
    const at = names.indexOf(key);
    if (at < 0) raise("TypeError", `${name}() got an unexpected keyword argument '${key}'`);
    if (at < args.length) raise("TypeError", `${name}() got multiple values for argument '${key}'`);
    values[at] = value;
  }
  const missing = all.find((one, i) => !one.endsWith("=") && !(i in values));
  if (missing) raise("TypeError", `${name}() missing 1 required positional argument: '${missing}'`);
  return values;
}
