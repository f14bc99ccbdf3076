import type { Backend, Place, Protocol } from "./backend.js";
import { type Address, hostInPage } from "./host.js";

/** The real Python servers, started by Node. */
export async function realBackend(protocol: Protocol, secret: string): Promise<Backend> {
  const host = hostInPage();
  const place = ({ id, url }: Address): Place => ({ options: { url }, log: () => host.log(id), stop: () => host.stop(id) });
  const [own, different] = protocol === "v1" ? ([1, 2] as const) : ([2, 1] as const);
  const [shared, other] = await Promise.all([host.start(own, { secret }), host.start(different, { secret })]);
  return {
    name: `real ${protocol}`,
    protocol,
    shared: place(shared),
    other: place(other),
    start: async (options = {}) => place(await host.start(own, options)),
    trouble: async (kind) => place(await host.trouble(kind)),
  };
}
