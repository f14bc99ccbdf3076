import type { ClientName, Protocol, ServerName } from "./bench.js";
import type { Case } from "./cases/case.js";
import { CASES } from "./cases/cases.js";
import type { Options } from "./options.js";

/** What one tab does, but for where the server is. */
export interface Step {
  readonly server: ServerName;
  readonly protocol: Protocol;
  readonly client: ClientName;
  readonly cases: readonly string[];
}

export const protocolOf = (server: ServerName): Protocol => (server.includes("v1") ? "v1" : "v2");

/** The npm client takes longer than the others together: it takes part in the first round, and in every third from there. */
const LEGACY_ROUNDS = 3;

/** The tabs of a round: for each case the clients one after the other, each round beginning with another one. */
export function plan(options: Options, round: number): Step[] {
  const clients = options.clients.map((_, i) => options.clients[(i + round) % options.clients.length] as ClientName);
  return options.servers.flatMap((server) => {
    const protocol = protocolOf(server);
    const fits = (one: Case, client: ClientName): boolean =>
      runs(one, server, protocol) && (client !== "legacy" || (!one.withoutLegacy && (round - 1) % LEGACY_ROUNDS === 0)) && options.cases.includes(one.name);
    const step = (client: ClientName, cases: readonly Case[]): Step => ({ server, protocol, client, cases: cases.map(({ name }) => name) });
    const steps = options.quick
      ? clients.map((client) =>
          step(
            client,
            CASES.filter((one) => fits(one, client)),
          ),
        )
      : CASES.flatMap((one) => clients.filter((client) => fits(one, client)).map((client) => step(client, [one])));
    return steps.filter(({ cases }) => cases.length > 0);
  });
}

const runs = (one: Case, server: ServerName, protocol: Protocol): boolean => (!one.protocols || one.protocols.includes(protocol)) && (server.startsWith("fast") || one.python === true);
