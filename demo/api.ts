import type { Method } from "wslink-rx";

/**
 * What the server offers: a contract that is optional, and lets the compiler check every call.
 * Binaries arrive as ArrayBuffers, and a Blob (a File is one) may stand wherever bytes are sent.
 */
export interface Simple {
  methods: {
    "myprotocol.add": (numbers: number[]) => number;
    "myprotocol.mult": (numbers: number[]) => number;
    "myprotocol.special": (numbers: number[]) => number[];
    "myprotocol.image": Method<[], { alt?: boolean }, Picture>; // a method that takes keyword arguments
    "myprotocol.unwrapped.image": () => ArrayBuffer;
    "myprotocol.nested.image": () => { image: Picture; bytesList: ArrayBuffer[] };
    "myprotocol.upload": (name: string, data: Blob) => { name: string; size: number; sha256: string };
    "myprotocol.sleep": (seconds: number) => number;
    "myprotocol.unexpected": () => never;
    "myprotocol.stream": (topic: string) => unknown;
    "myprotocol.stop": (topic: string) => unknown;
    "application.exit": () => unknown;
  };
  topics: {
    image: Picture & { frame: number };
  };
}

export interface Picture {
  blob: ArrayBuffer;
}
