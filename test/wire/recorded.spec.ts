import { expect, test } from "@playwright/test";
import type { Message, Protocol, WireError } from "../../src/wire/message.js";
import { difference } from "../contract/equal.js";
import { brief, Ear } from "./ear.js";
import { expectedOf, frameOf, recording, type Scene } from "./recording.js";

const FILES = [
  ["v1", "v1", "1.12.4"],
  ["v2", "v2", "2.6.0"],
  ["v2-small", "v2", "2.6.0"],
] as const;

const bytes = (text: string): ArrayBuffer => Uint8Array.from(Buffer.from(text)).buffer;

for (const [file, protocol, version] of FILES) {
  test.describe(`frames of wslink ${version}${file === "v2-small" ? " in chunks of 64 bytes" : ""}`, () => {
    const { wslink, scenes } = recording(file);
    const scene = (name: string): Scene => {
      const found = scenes.find((one) => one.name === name);
      if (!found) throw new Error(`no scene ${name} was recorded`);
      return found;
    };
    const hear = (...names: string[]): Message[] => new Ear(protocol).hear(names.flatMap((name) => scene(name).frames.map(frameOf)));

    test("come from the pinned version", () => {
      expect(wslink).toBe(version);
    });

    for (const kind of ["value", "binary"] as const) {
      for (const { name } of scenes.filter((one) => one.name.startsWith(`${kind} `))) {
        test(`${name} arrives as Python says it was sent`, () => {
          const [message, ...more] = hear(name);
          expect(more).toEqual([]);
          expect(message?.type).toBe("result");
          const expected = expectedOf(kind === "value" ? "values" : "binaries", name.slice(kind.length + 1), protocol);
          expect(difference((message as { value: unknown }).value, expected)).toBeUndefined();
        });
      }
    }

    test("hello: the client's id, and on v2 the largest frame", () => {
      const [hello] = hear("hello");
      expect(hello).toMatchObject({ type: "result", id: "system:c0:0", value: { clientID: expect.stringMatching(/^c[0-9a-f]{32}$/) } });
      const sizes = { v1: undefined, v2: 4194304, "v2-small": 64 };
      expect((hello as { value: { maxMsgSize?: number } }).value.maxMsgSize).toBe(sizes[file]);
    });

    test("errors: each with its code, message and data", () => {
      const error = (name: string): WireError => {
        const [message, ...more] = hear(name);
        expect(more).toEqual([]);
        expect(message?.type).toBe("error");
        return (message as { error: WireError }).error;
      };
      expect(error("before hello")).toEqual({ code: -32000, message: "Unauthorized: Skip message processing", data: undefined });
      expect(error("hello refused")).toEqual({ code: -32000, message: "Authentication failed", data: undefined });
      expect(error("probe")).toEqual({ code: -32601, message: "Unknown system method called", data: undefined });
      expect(error("unknown method")).toEqual({ code: -32601, message: "Unregistered method called", data: "test.mistake.TYPO" });
      expect(error("unserialisable")).toEqual({ code: -32002, message: "Method result cannot be serialized", data: "test.unserialisable" });
      for (const [name, method, exception] of [
        ["exception", "test.mistake", "ValueError('a mistake')"],
        ["async exception", "test.async.mistake", "KeyError('later')"],
      ] as const) {
        expect(error(name)).toEqual({ code: -32001, message: "Exception raised", data: { method, exception, trace: expect.stringContaining("Traceback") } });
      }
    });

    test("publications: any topic as it is, after the reply or before it", () => {
      for (const topic of ["my-topic", "a:b", "t:1:2", "ü.x", "", "__proto__", "x".repeat(300)]) {
        expect(brief(hear(`publish ${topic}`))).toEqual([
          [expect.stringContaining("rpc:"), null],
          [`publish:${topic}:0`, { n: 1 }],
        ]);
      }
      expect(brief(hear("publish before the reply"))).toEqual([
        ["publish:early:0", 7],
        [expect.stringContaining("rpc:"), "replied"],
      ]);
    });

    test("publications: binaries, NaN, and an error", () => {
      const [, picture] = hear("publish binary");
      expect(difference((picture as { value: unknown }).value, expectedOf("binaries", "nested", protocol))).toBeUndefined();
      const [, numbers] = hear("publish nan");
      expect(difference((numbers as { value: unknown }).value, expectedOf("values", "floats", protocol))).toBeUndefined();
      expect(brief(hear("publish unserialisable"))[1]).toEqual(["publish:broken:0", "error", -32002]);
    });

    test("prose that mentions keys of binaries stays prose", () => {
      const heard = hear("prose");
      // a text that is a key and nothing else cannot be told from a reference
      if (protocol === "v1") expect(brief(heard.splice(0, 1))).toEqual([["bad", undefined, "ProtocolError", expect.stringMatching(/refers to wslink_bin\d+0000, whose bytes never came/)]]);
      const [message, ...more] = heard;
      expect(more).toHaveLength(0);
      const { blob, known, longer, unknown, ...rest } = (message as { value: Record<string, unknown> }).value;
      expect(difference(blob, bytes("known"))).toBeUndefined();
      expect(known).toMatch(/^see wslink_bin\d+ for more$/);
      expect(longer).toMatch(/^wslink_bin\d+0000$/);
      expect(unknown).toBe("wslink_bin87654321 is no key");
      expect(Object.entries(rest)).toEqual([[expect.stringMatching(/^wslink_bin\d+ as a key$/), 1]]);
    });

    test("bytes that come with a message that only mentions them wait for the one that refers to them", () => {
      const messages = hear("hold", "release");
      expect(brief(messages)[0]).toEqual([expect.any(String), expect.stringMatching(/^later: wslink_bin\d+$/)]);
      expect(difference((messages[1] as { value: { blob: unknown } }).value.blob, bytes("held mine"))).toBeUndefined();
      expect(messages).toHaveLength(2);
    });

    test("a reference whose bytes went to another client", () => {
      const heard = hear("release to another");
      if (protocol === ("v2" satisfies Protocol)) {
        expect(difference((heard[0] as { value: { blob: unknown } }).value.blob, bytes("held theirs"))).toBeUndefined();
      } else {
        expect(brief(heard)).toEqual([
          ["bad", undefined, "ProtocolError", expect.stringMatching(/refers to wslink_bin\d+, whose bytes never came/)],
          [expect.any(String), { blob: expect.stringMatching(/^wslink_bin\d+$/) }],
        ]);
      }
    });

    test("the whole recording through one codec: nothing is bad but a text that is a key", () => {
      const ear = new Ear(protocol);
      ear.hear(scenes.flatMap((one) => one.frames.map(frameOf)));
      expect(brief(ear.messages).filter(([type]) => type === "bad")).toHaveLength(protocol === "v1" ? 1 : 0); // the prose
      expect(ear.messages.length).toBeGreaterThan(scenes.length);
    });
  });
}
