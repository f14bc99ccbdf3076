// `node --import ./test/setup/typescript.mjs script.ts`: runs a TypeScript file of ours in Node, transpiled file by file, so that `import.meta.url` stays true.
import { register } from "node:module";

register("./typescriptHooks.mjs", import.meta.url);
