import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { inflateRawSync } from "node:zlib";
import type { FrameIn, Protocol } from "../../src/wire/message.js";
import { pythonValue, type Tagged } from "./pythonValue.js";

/** Frames that a real server sent, in their order, after a request. */
export interface Scene {
  readonly name: string;
  /** The request that made the server send them. */
  readonly method: string;
  readonly args: readonly unknown[];
  readonly frames: readonly StoredFrame[];
}

/** Text as it is; bytes in base64; either deflated where it is long. */
export type StoredFrame = { readonly text: string } | { readonly base64: string } | { readonly deflatedText: string } | { readonly deflated: string };

export interface Recording {
  /** The version of wslink that sent it. */
  readonly wslink: string;
  readonly scenes: readonly Scene[];
}

/** What Python says it sent: see `values_tagged.py`. */
export interface Expected {
  readonly values: Readonly<Record<string, Tagged>>;
  readonly binaries: Readonly<Record<string, Tagged>>;
}

export const fileOf = (name: string): string => fileURLToPath(new URL(`frames/${name}.json`, import.meta.url));
const read = (name: string): unknown => JSON.parse(readFileSync(fileOf(name), "utf8"));

/** `v2-small` is v2 with WSLINK_MAX_MSG_SIZE=64: every message in many chunks. */
export const recording = (name: Protocol | "v2-small"): Recording => read(name) as Recording;

let expected: Expected | undefined;

/** What a user shall get for a value, or a binary, of the test server. */
export function expectedOf(kind: keyof Expected, name: string, protocol: Protocol): unknown {
  expected ??= read("expected") as Expected;
  return pythonValue(expected[kind][name] as Tagged, protocol);
}

/** A frame as a browser's socket delivers it. */
export function frameOf(stored: StoredFrame): FrameIn {
  if ("text" in stored) return stored.text;
  if ("base64" in stored) return buffer(Buffer.from(stored.base64, "base64"));
  if ("deflatedText" in stored) return inflateRawSync(Buffer.from(stored.deflatedText, "base64")).toString("utf8");
  return buffer(inflateRawSync(Buffer.from(stored.deflated, "base64")));
}

export const buffer = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;
