/** Reads a Blob from its start to its end, by its byte stream: the browser reads on meanwhile, where each slice would be asked for and waited for. */
export class BlobReader {
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  /** What the stream gave beyond what was asked for. */
  #rest = new Uint8Array();
  #offset = 0;
  #cancelled = false;

  readonly #blob: Blob;
  readonly length: number;

  constructor(blob: Blob) {
    this.#blob = blob;
    this.length = blob.size;
  }

  /** Fills `into` with the bytes that come next; once cancelled, with nothing. @throws TypeError: the Blob does not give as many bytes as its size says. */
  async read(into: Uint8Array): Promise<void> {
    if (this.#cancelled) return;
    const from = this.#offset;
    this.#offset += into.length;
    try {
      // not in "byob" mode, which would spare the copy: on a busy machine Chromium 156 left such a read without an answer
      this.#reader ??= this.#blob.stream().getReader();
      for (let filled = 0; filled < into.length; ) {
        if (this.#rest.length === 0) this.#rest = (await this.#reader.read()).value as Uint8Array<ArrayBuffer>;
        const piece = this.#rest.subarray(0, into.length - filled);
        into.set(piece, filled);
        filled += piece.length;
        this.#rest = this.#rest.subarray(piece.length);
      }
    } catch {
      // no streams here, or one that broke: the Blob itself gives the bytes, or says why it cannot
      if (!this.#cancelled) into.set(await bytesOf(this.#blob.slice(from, this.#offset), into.length));
    }
    if (this.#offset === this.length) this.cancel();
  }

  /** Nothing more will be read. A stream that is left alone keeps 2 MB outside the heap, of which the collector knows nothing. */
  cancel(): void {
    this.#cancelled = true;
    this.#reader?.cancel().catch(() => {}); // one that broke says so again
  }
}

/** All bytes of a Blob, which have to be as many as its size says: a message with more or fewer would be another. */
export async function bytesOf(blob: Blob, size: number = blob.size): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(await (blob.arrayBuffer?.() ?? byFileReader(blob)));
  if (bytes.length !== size) throw new TypeError(`a Blob of ${size} bytes gave ${bytes.length}`);
  return bytes;
}

/** For jsdom, whose Blobs can be read in no other way. */
const byFileReader = (blob: Blob): Promise<ArrayBuffer> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as ArrayBuffer);
    reader.onerror = () => reject(reader.error as DOMException);
    reader.readAsArrayBuffer(blob);
  });
