import type { AddressInfo } from "node:net";
import { buildDemo } from "../../demo/build.mjs";
import { serveFiles } from "../../demo/fileServer.mjs";
import { startDemo } from "./demo.js";

/** A page that can be opened. */
export interface Running {
  readonly url: string;
  stop(): Promise<void>;
}

/** Something that the page can run on, and what it must say of it. */
export interface Target {
  readonly name: string;
  readonly protocol: string;
  readonly server: RegExp;
  readonly notice: string;
  /** The most that one message of the protocol can hold. Undefined: it has chunks. */
  readonly largestUpload: number | undefined;
  readonly real: boolean;
  start(): Promise<Running>;
}

const V1 = { protocol: "v1 (wslink 1.x)", largestUpload: 4_194_303 };
const V2 = { protocol: "v2 (wslink 2.x)", largestUpload: undefined };
const REAL = { real: true, server: /^ws:\/\/127\.0\.0\.1:\d+\/ws$/, notice: "" };
const MOCK = { real: false, server: /^ws:\/\/in-this-page\/ws$/, notice: "This page runs on a mock server inside itself: all you see is made in this browser tab." };

export const TARGETS: readonly Target[] = [
  { name: "wslink 1.12.4", ...V1, ...REAL, start: () => startDemo({ env: { WSLINK: "1" } }) },
  { name: "wslink 2.6.0", ...V2, ...REAL, start: () => startDemo({ env: { WSLINK: "2" } }) },
  { name: "its embedded mock", ...V2, ...MOCK, start: () => serve("?mock") },
];

async function serve(query: string): Promise<Running> {
  const server = await serveFiles(await buildDemo(), 0);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${query}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
