import { expect, test } from "@playwright/test";
import { Lab } from "./lab.js";

test("the caller is remembered of a hundred calls in 100 ms, and then of a hundred more", async () => {
  const lab = await Lab.open({ callTimeoutMs: 1_000 });
  const theCaller = () => lab.call("unanswered");
  const storm = Array.from({ length: 101 }, () => theCaller());
  await lab.clock.advance(100);
  const later = theCaller();
  await lab.clock.advance(1_000);
  const stacks = [...storm, later].map(({ error }) => (error as Error).stack ?? "");
  expect(stacks.map((stack) => stack.includes("theCaller"))).toEqual([...new Array<boolean>(100).fill(true), false, true]);
  for (const stack of stacks) expect(stack).toMatch(/^CallTimeoutError: unanswered was not answered within 1000 ms/);
  await lab.session.close();
});
