import { BACKENDS, type BackendName } from "./backends.js";
import { large } from "./behaviours/large.js";
import { contract } from "./suite.js";

for (const backend of Object.keys(BACKENDS) as BackendName[]) contract(backend, { list: large });
