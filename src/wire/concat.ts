/** The pieces one after the other, in `size` bytes. @param size - @defaultValue as many as they have */
export function concat(pieces: readonly Uint8Array[], size: number = pieces.reduce((sum, { length }) => sum + length, 0)): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}
