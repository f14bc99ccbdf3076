import type { Case } from "./case.js";

const COUNT = 100_000;

interface Item {
  readonly id: number;
  readonly name: string;
  readonly value: number;
}

function itemsCase(name: string, title: string, notANumber: boolean, options: Partial<Case> = {}): Case {
  return {
    name,
    title,
    unit: "item",
    ...options,
    async run(client, measure, quick) {
      const count = quick ? COUNT / 10 : COUNT;
      const times = quick ? 1 : 3;
      await client.call("bench.items", [count, notANumber]);
      await measure(async () => {
        let ordered = true;
        for (let i = 0; i < times; i++) {
          const items = (await client.call("bench.items", [count, notANumber])) as Item[];
          const { id, name: text } = items[count - 1] as Item;
          const middle = (items[count >> 1] as Item).value;
          if (items.length !== count || id !== count - 1 || text !== `item ${id}` || Number.isNaN(middle) !== notANumber) ordered = false;
        }
        return { units: count * times, bytes: 0, ordered };
      });
    },
  };
}

export const RESULTS: readonly Case[] = [
  itemsCase("items", "a result of 100,000 records", false, { python: true }),
  itemsCase("items-nan", "a result of 100,000 records, one of them with NaN", true, { protocols: ["v1"] }),
];
