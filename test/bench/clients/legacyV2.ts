import smartConnect from "wslink-legacy-v2/src/SmartConnect";
import type { Open } from "./client.js";
import { openLegacy } from "./legacy.js";

export const open: Open = ({ url }) => openLegacy(smartConnect, url);
