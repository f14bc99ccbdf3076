import { type Bag, CompositeClosureHelper, type EventSubscription } from "./CompositeClosureHelper.js";
import { isGeneration } from "./configure.js";

/** What a launcher answered: `response.error` is its text, where it gave one. */
export interface LauncherReply {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the launcher sent
  readonly response: any;
}

export interface ProcessLauncher {
  /** Asks for a process; `headers` and `launcherRetry` of the config are ours, all else goes to the launcher. */
  start(config: Record<string, unknown>): void;
  /** Asks about a session: fires Fetch. */
  fetchConnection(sessionId: string): void;
  /** Ends a session: fires ProcessStopped. */
  stop(connection: { id: string }): void;
  /** What was launched from this page. */
  listConnections(): unknown[];
  onProcessReady(callback: (reply: Record<string, unknown>) => void): EventSubscription;
  onProcessStopped(callback: (reply: unknown) => void): EventSubscription;
  onFetch(callback: (reply: unknown) => void): EventSubscription;
  onError(callback: (reply: LauncherReply) => void): EventSubscription;
  destroy(): void;
}

const connections: unknown[] = [];

function makeLauncher(publicAPI: Bag, model: Bag): void {
  let retry: number[] | undefined;
  let headers: Record<string, string> | undefined;

  /** Without a body type of JSON: a plain text needs no preflight. A network error is a reply with the status 0. */
  const ask = async (url: string, init: RequestInit): Promise<LauncherReply> => {
    try {
      const reply = await fetch(url, init);
      return { status: reply.status, response: await reply.json().catch(() => null) };
    } catch {
      return { status: 0, response: null };
    }
  };
  /** The endpoint with and without a slash at its end names the same launcher. */
  const place = (id: string): string => `${String(model["endPoint"]).replace(/\/$/, "")}/${id}`;

  publicAPI["start"] = async (config: Bag): Promise<void> => {
    if (model["deleted"]) return; // while it waited to ask again
    retry ??= [...(config["launcherRetry"] ?? [])];
    if (config["headers"]) {
      headers = config["headers"];
      delete config["headers"];
    }
    const asked = { ...config };
    delete asked["reconnect"]; // ours
    if (isGeneration(asked["protocol"])) delete asked["protocol"];
    const reply = await ask(model["endPoint"], { method: "POST", body: JSON.stringify(asked), ...(headers ? { headers } : {}) });
    if (model["deleted"]) return;
    if (reply.status === 200 && reply.response && !reply.response.error) {
      connections.push(reply.response);
      publicAPI["fireProcessReady"](reply.response);
    } else if (reply.status === 503 && retry.length > 0) setTimeout(publicAPI["start"], retry.shift(), config);
    else publicAPI["fireError"](reply);
  };
  publicAPI["fetchConnection"] = async (sessionId: string): Promise<void> => {
    const reply = await ask(place(sessionId), headers ? { headers } : {});
    if (reply.status === 200) publicAPI["fireFetch"](reply.response);
    else publicAPI["fireError"](reply);
  };
  publicAPI["stop"] = async ({ id }: { id: string }): Promise<void> => {
    const reply = await ask(place(id), { method: "DELETE", ...(headers ? { headers } : {}) });
    if (reply.status === 200) publicAPI["fireProcessStopped"](reply.response);
    else publicAPI["fireError"](reply);
  };
  publicAPI["listConnections"] = (): unknown[] => connections;
}

export function extend(publicAPI: object, model: object, initialValues: { endPoint?: string } = {}): void {
  Object.assign(model, { endPoint: null }, initialValues);
  CompositeClosureHelper.destroy(publicAPI, model);
  for (const name of ["ProcessReady", "ProcessStopped", "Fetch", "Error"]) CompositeClosureHelper.event(publicAPI, model, name);
  CompositeClosureHelper.isA(publicAPI, model, "ProcessLauncher");
  makeLauncher(publicAPI, model);
}

export const newInstance: (initialValues?: { endPoint?: string }) => ProcessLauncher = /* @__PURE__ */ CompositeClosureHelper.newInstance<ProcessLauncher>(extend);
export const ProcessLauncher: { newInstance: typeof newInstance; extend: typeof extend } = { newInstance, extend };
export default ProcessLauncher;
