import { launcherOf } from "./suite.js";

launcherOf(1);
