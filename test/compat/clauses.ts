import { BINARIES } from "./binaries.js";
import type { Clause } from "./clause.js";
import { CONNECTING } from "./connecting.js";
import { OBJECTS } from "./objects.js";
import { RECONNECTING } from "./reconnecting.js";
import { SESSION } from "./session.js";
import { SOCKETS } from "./sockets.js";
import { WS_LINK_CLIENT } from "./wsLinkClient.js";

/** All that apps of the legacy client rely on. */
export const CLAUSES: readonly Clause[] = [...CONNECTING, ...SESSION, ...BINARIES, ...OBJECTS, ...SOCKETS, ...WS_LINK_CLIENT, ...RECONNECTING];
