import { expect, test } from "@playwright/test";
import { importFaults, sourceFiles } from "./imports.mjs";

const faults = (files: Record<string, string>) => importFaults(new Map(Object.entries(files)));

test("the import rule reads the imports of src", () => {
  const files = sourceFiles();
  expect(files.size).toBeGreaterThan(10);
  expect(importFaults(new Map([...files, ["errors.ts", 'export { Session } from "./session.js";']]))).toContainEqual("errors.ts imports session.ts: errors may not import session");
});

test("the import rule takes imports downwards and inside a place", () => {
  expect(
    faults({
      "errors.ts": "export {};",
      "wire/message.ts": 'import type { LimitError } from "../errors.js";',
      "wire/v1.ts": 'import {\n  a,\n  b,\n} from "./message.js";',
      "connection/negotiate.ts": 'import { v1 } from "../wire/v1.js";',
      "session.ts": 'import { Observable } from "rxjs";\nconst later = import("./connection/negotiate.js");',
    }),
  ).toEqual([]);
});

for (const [what, file, text] of [
  ["an import upwards", "wire/v2.ts", 'import type { Clock } from "../transport/webSocket.js";'],
  ["an import upwards over several lines", "wire/v2.ts", 'import {\n  type A,\n  B,\n} from "../session.js";'],
  ["a re-export upwards", "errors.ts", 'export * from "./wire/v2.js";'],
  ["a lazy import upwards", "errors.ts", 'const later = () => import("./wire/message.js");'],
  ["an import for its effect upwards", "errors.ts", 'import "./wire/message.js";'],
  ["a leaf imported", "session.ts", 'import { MockServer } from "./testing/index.js";'],
  ["compat on what is not public", "compat/SmartConnect.ts", 'import { Session } from "../session.js";'],
  ["a codec outside of the negotiation", "connection/connection.ts", 'import { v1 } from "../wire/v1.js";'],
  ["rxjs below the topics", "connection/connection.ts", 'import { Subject } from "rxjs";'],
  ["an entry of rxjs", "session.ts", 'import { webSocket } from "rxjs/webSocket";'],
  ["node", "transport/webSocket.ts", 'import { once } from "node:events";'],
  ["a place that nobody knows", "helpers/x.ts", 'import { WslinkError } from "../errors.js";'],
] as const) {
  test(`the import rule refuses ${what}`, () => {
    expect(faults({ [file]: text })).toHaveLength(1);
  });
}

test("the import rule finds a cycle, of types too", () => {
  expect(faults({ "wire/a.ts": 'import "./b.js";', "wire/b.ts": 'import "./c.js";', "wire/c.ts": 'import type { A } from "./a.js";' })).toEqual([
    "an import cycle: wire/a.ts → wire/b.ts → wire/c.ts → wire/a.ts",
  ]);
});
