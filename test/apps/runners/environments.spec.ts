// A session and a mock server in the test environments that have a DOM, whose buffers, Blobs and signals are not the platform's, and within the state of a Vue app.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, test } from "../../setup/page.js";
import { type Project, runProject } from "./project.js";

const require = createRequire(import.meta.url);

const VITEST = `import { expect, test } from "vitest";
import { connect, Session } from "wslink-rx";
import { MockServer } from "wslink-rx/testing";
import suite from "./suite.cjs";

suite({ test, expect, connect, Session, MockServer });
`;

const VUE = VITEST.replace("suite({", 'import * as vue from "vue";\n\nsuite({ vue,');

const RECORDING = VITEST.replace("{ MockServer }", "{ MockServer, record }").replace("MockServer });", "MockServer, record });");

const JEST = `const { connect, Session } = require("wslink-rx");
const { MockServer } = require("wslink-rx/testing");

require("./suite.cjs")({ test, expect, connect, Session, MockServer });
`;

/** Jest's jsdom has neither, and every page has both: so users of Jest have this file already. */
const JEST_SETUP = `const { TextDecoder, TextEncoder } = require("node:util");

Object.assign(globalThis, { TextDecoder, TextEncoder });
`;

interface Environment extends Omit<Project, "name"> {
  /** Where the bodies of the tests stand. */
  readonly suite: string;
}

const ENVIRONMENTS: Readonly<Record<string, Environment>> = {
  "Vitest with jsdom": { runner: "vitest", args: ["--environment=jsdom"], packages: ["jsdom"], files: { "a.test.mjs": VITEST }, suite: "suite.cjs" },
  "Vitest with happy-dom": { runner: "vitest", args: ["--environment=happy-dom"], packages: ["happy-dom"], files: { "a.test.mjs": VITEST }, suite: "suite.cjs" },
  "Jest with jsdom": {
    runner: "jest",
    args: ["--env=jsdom", "--setupFiles=./setup.cjs"],
    packages: ["jest-environment-jsdom"],
    files: { "a.test.cjs": JEST, "setup.cjs": JEST_SETUP },
    suite: "suite.cjs",
  },
  "Vitest with jsdom, recording": { runner: "vitest", args: ["--environment=jsdom"], packages: ["jsdom"], files: { "a.test.mjs": RECORDING }, suite: "recording.cjs" },
  "Vitest with happy-dom, recording": { runner: "vitest", args: ["--environment=happy-dom"], packages: ["happy-dom"], files: { "a.test.mjs": RECORDING }, suite: "recording.cjs" },
  "Vue in Vitest with jsdom": { runner: "vitest", args: ["--environment=jsdom"], packages: ["jsdom", "vue"], files: { "a.test.mjs": VUE }, suite: "vue.cjs" },
};

/** What the tests of a suite are called: it is asked for them, and none is run. */
function titlesOf(suite: string): string[] {
  const titles: string[] = [];
  (require(`./environments/${suite}`) as (tools: object) => void)({ test: (title: string) => titles.push(title), vue: {} });
  return titles;
}

for (const [name, { suite, files, ...project }] of Object.entries(ENVIRONMENTS)) {
  test(`a session and a mock server work in ${name}`, async () => {
    const titles = titlesOf(suite);
    for (const protocol of ["v1", "v2"]) expect(titles.filter((title) => title.startsWith(`${protocol}: `)).length).toBeGreaterThan(1);
    const bodies = readFileSync(new URL(`environments/${suite}`, import.meta.url), "utf8");
    const outcomes = await runProject({ ...project, name: name.toLowerCase().replaceAll(/\W+/g, "-"), files: { ...files, "suite.cjs": bodies } });
    expect(outcomes).toEqual(titles.map((title) => `passed ${title}`));
  });
}
