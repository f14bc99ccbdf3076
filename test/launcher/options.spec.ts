import { expect, test } from "@playwright/test";
import { fetchSession, launch, launchOnDemand, stopSession } from "../../src/index.js";

const BAD: [string, () => unknown, string][] = [
  ["no application", () => launch({} as never), "options.application must be a text that is not empty, got undefined"],
  ["params that are no object", () => launch({ application: "a", params: 5 as never }), "options.params must be an object, got 5"],
  ["retry that is no policy", () => launch({ application: "a", retry: "often" as never }), 'options.retry must be false or a function or an object, got "often"'],
  ["an unknown retry option", () => launch({ application: "a", retry: { times: 5 } as never }), "options.retry.times is not an option"],
  ["a negative timeoutMs", () => launch({ application: "a", timeoutMs: -1 }), "options.timeoutMs must be a time of 0 to 2147483647 ms, or Infinity, got -1"],
  ["a url that is no text", () => fetchSession({ id: "a", url: 7 as never }), "options.url must be a text that is not empty, got 7"],
  ["no id to fetch", () => fetchSession({ id: "" }), 'options.id must be a text that is not empty, got ""'],
  ["no id to stop", () => stopSession({} as never), "options.id must be a text that is not empty, got undefined"],
  ["maxLaunches of zero", async () => launchOnDemand({ application: "a", maxLaunches: 0 }), "options.maxLaunches must be an integer > 0, got 0"],
];

for (const [name, act, message] of BAD) {
  test(`${name}: a TypeError that names it and its value`, async () => {
    const error = await Promise.resolve()
      .then(act)
      .catch((error: unknown) => error);
    expect(error).toBeInstanceOf(TypeError);
    expect((error as Error).message).toContain(message);
  });
}
