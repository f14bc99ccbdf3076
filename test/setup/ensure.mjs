/** What the project needs beside itself. Each gives what is there already, else gets it, else throws a SetupError: one line that says what to do. */
export { ensureChromium } from "./chromium.mjs";
export { SetupError } from "./command.mjs";
export { ensureNpm } from "./npm.mjs";
export { ensureServers } from "./servers.mjs";
