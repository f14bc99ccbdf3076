import { managerBesidePage, serverBesidePage } from "./besidePage.js";

export * from "./makeSmartConnect.js";
export { default } from "./makeSmartConnect.js";

// Here and not where they are used: whoever imports the rest reads nothing of the page by that.
/** The launcher beside the page, as it was when this was loaded. */
export const DEFAULT_SESSION_MANAGER_URL: string = managerBesidePage();
/** The server beside the page, as it was when this was loaded. */
export const DEFAULT_SESSION_URL: string = serverBesidePage();
