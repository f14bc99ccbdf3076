import { expect, test } from "../../setup/page.js";
import { Memory } from "../../soak/memory.js";
import { GENERATIONS, Lossy } from "./lossy.js";

for (const generation of GENERATIONS) {
  test(`1,000 open and close leave heap and listeners where they were (wslink ${generation}.x)`, async ({ page, site }) => {
    const lossy = await Lossy.start(page, site, generation);
    const { inPage, server } = lossy;
    const memory = await Memory.of(page);
    const cycles = (count: number) => inPage.evaluate((module, [url, count]) => module.openAndClose(url, count), [server.url, count] as const);
    await cycles(200); // what the engine compiles and caches meanwhile is no leak
    await memory.sample(0);
    const [before, listeners] = [memory.last, await memory.listeners()];
    await cycles(1_000);
    await memory.sample(1_000);
    expect(memory.last - before, "MB").toBeLessThan(1);
    expect(await memory.listeners()).toBe(listeners);
    await lossy.stop();
  });

  test(`100,000 publications that nobody listens to leave memory flat (wslink ${generation}.x)`, async ({ page, site }) => {
    const lossy = await Lossy.start(page, site, generation);
    const { inPage } = lossy;
    const memory = await Memory.of(page);
    await lossy.open({ url: lossy.server.url });
    const publish = async (times: number): Promise<void> => {
      for (let done = 0; done < times; done += 5_000) await inPage.evaluate((module, topic) => module.flood(topic, 5_000), `nobody listens ${done}`);
    };
    await publish(10_000);
    await memory.sample(0);
    const before = memory.last;
    await publish(100_000);
    await memory.sample(1);
    expect(memory.last - before, "MB").toBeLessThan(1);
    expect(await inPage.evaluate((module) => module.messagesIn())).toBeGreaterThan(110_000);
    expect(await inPage.evaluate((module) => module.state())).toMatchObject({ status: "open", connection: 1 });
    await lossy.stop();
  });
}
