import type { Contract } from "./contract.js";

/**
 * A call that the server answers when we say so: `session.call(wait.method, wait.args)`, then `await wait.open()`.
 * A session of its own opens it, since a server works one client's messages off one after the other. Each gate has to be
 * opened in the end: until then the server keeps the client that waits.
 */
export async function gate(t: Contract) {
  const keeper = await t.connect();
  const name = crypto.randomUUID();
  return {
    method: "test.gate.wait",
    args: [name],
    /** Resolves when the server runs the call. */
    reached: () => keeper.call("test.gate.reached", [name]),
    open: () => keeper.call("test.gate.open", [name]),
  };
}
