/**
 * What `import … from "wslink-rx"` gives: the public names, and those of the legacy client, for apps in which npm has
 * installed this package under the legacy name (`overrides`). Whoever uses none of them pays for none.
 */
export * from "./index.js";
export { CompositeClosureHelper, ProcessLauncher, SmartConnect, WebsocketConnection, WsLinkClient } from "./compat/index.js";
