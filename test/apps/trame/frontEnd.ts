import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, run } from "../../setup/command.mjs";
import { bundle } from "../bundle.js";
import { ensureApps } from "../setup.mjs";

/**
 * trame's Vue 3 front end with our client in it. Its sources are on no registry, only the bundle that the wheel of trame-client serves. That
 * bundle has one seam: it hands the SmartConnect that was bundled into it to its WsLinkClient. There we hand over ours, and bundle it anew.
 * @returns the folder to serve
 */
export async function makeFrontEnd(generation: 1 | 2): Promise<string> {
  const { v1, v2 } = await ensureApps();
  const { output } = await run(generation === 1 ? v1 : v2, ["-c", "from trame_client.module import vue3; print(vue3.www)"]);
  const prebuilt = output.trim().split("\n").at(-1) ?? "";
  const folder = join(ROOT, ".cache/apps", `front-end-${generation}`);
  rmSync(folder, { recursive: true, force: true });
  cpSync(prebuilt, folder, { recursive: true });
  const name = readdirSync(join(folder, "assets")).find((file) => file.endsWith(".js")) ?? "";
  const script = join(folder, "assets", name);
  const seam = /\.setSmartConnectClass\([\w$]+\)(?=[;,])/;
  const code = readFileSync(script, "utf8");
  if (!seam.test(code)) throw new Error(`the front end of trame-client in ${prebuilt} hands over no SmartConnect`);
  const source = `import OurSmartConnect from "wslink/src/SmartConnect";\n${code.replace(seam, ".setSmartConnectClass(OurSmartConnect)")}`;
  writeFileSync(script, await bundle({ code: source }));
  return folder;
}
