/**
 * The SHA-256 of a file in hexadecimal digits. Browsers digest in secure contexts only: https, and http on the loopback
 * address. Elsewhere it is undefined.
 */
export async function sha256(file: Blob): Promise<string | undefined> {
  if (!isSecureContext) return undefined;
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
