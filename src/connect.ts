import type { AnyApi, Api } from "./api.js";
import type { SessionOptions } from "./options.js";
import { Session } from "./session.js";

/**
 * Makes a session and opens it: `new Session({ url, ...options }).open()`. A failure leaves nothing alive.
 * @throws TypeError: a bad option. ConnectionError, AuthenticationError: no connection.
 */
export async function connect<A extends Api = AnyApi>(url: SessionOptions["url"], options: Omit<SessionOptions, "url"> = {}): Promise<Session<A>> {
  return new Session<A>({ ...options, url }).open();
}
