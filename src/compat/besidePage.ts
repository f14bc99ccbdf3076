/** Where an app's launcher and server are when it names neither: beside its page. Empty where there is no page. */

export const managerBesidePage = (): string => (globalThis.document ? `${document.baseURI}paraview/` : "");

export function serverBesidePage(): string {
  if (!globalThis.location?.host) return "";
  const { protocol, host, pathname } = globalThis.location;
  const folder = pathname.replace(/[^/]*\.html?$/, "").replace(/\/+$/, "");
  return `${protocol === "https:" ? "wss:" : "ws:"}//${host}${folder}/ws`;
}
