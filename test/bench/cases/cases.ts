import { BURSTS } from "./bursts.js";
import { CALLS } from "./calls.js";
import type { Case } from "./case.js";
import { RESULTS } from "./results.js";
import { SWEEPS } from "./sweeps.js";
import { TOPICS } from "./topics.js";
import { UPLOADS } from "./uploads.js";

export const CASES: readonly Case[] = [...CALLS, ...BURSTS, ...UPLOADS, ...RESULTS, ...TOPICS, ...SWEEPS];
