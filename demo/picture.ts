// picture.py for the page's own mock server: a palette PNG whose colours travel along a field of waves. A canvas could
// paint it, but browsers leave the writing of a PNG to idle moments, which is too slow for a stream.
const SIZE = 240;
type Colour = readonly [red: number, green: number, blue: number];

/** 256 colours that run through `stops` and back to the first one, so that cycling them shows no seam. */
function palette(...stops: readonly Colour[]): readonly number[] {
  return Array.from({ length: 256 }, (_, index) => {
    const place = (index / 256) * stops.length;
    const first = Math.floor(place);
    const part = (1 - Math.cos((place - first) * Math.PI)) / 2;
    const start = stops[first] as Colour;
    const end = stops[(first + 1) % stops.length] as Colour;
    return ([0, 1, 2] as const).map((channel) => Math.round(start[channel] + (end[channel] - start[channel]) * part));
  }).flat();
}

const USUAL = palette([20, 24, 82], [38, 166, 154], [255, 202, 99], [216, 67, 121]);
const ALT = palette([10, 60, 70], [126, 211, 120], [250, 250, 210], [60, 120, 216]);

/** The height of the waves at each pixel, one byte each, compressed. */
async function makeField(): Promise<Uint8Array> {
  const rows = new Uint8Array(SIZE * (SIZE + 1)); // each begins with 0: it is not filtered
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) {
      const u = (x / SIZE) * 2 - 1;
      const v = (y / SIZE) * 2 - 1;
      rows[y * (SIZE + 1) + x + 1] = (Math.sin(u * 3.1 + v) + Math.sin(v * 4.3 - u * 1.7) + Math.sin(6 * Math.hypot(u - 0.3, v + 0.2))) * 42;
    }
  }
  return new Uint8Array(await new Response(new Blob([rows]).stream().pipeThrough(new CompressionStream("deflate"))).arrayBuffer());
}

let field: Promise<Uint8Array> | undefined; // worked out once

/** The checksum of a PNG's chunks: CRC-32. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

function chunk(kind: string, data: Iterable<number>): number[] {
  const typed = Uint8Array.of(...new TextEncoder().encode(kind), ...data);
  return [...bigEndian(typed.length - 4), ...typed, ...bigEndian(crc32(typed))];
}

function bigEndian(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];
}

/** A PNG as bytes. A growing `shift` makes the colours flow, `alt` takes others. */
export async function picture(shift: number, alt = false): Promise<ArrayBuffer> {
  field ??= makeField();
  const colours = alt ? ALT : USUAL;
  const cut = (shift % 256) * 3;
  return Uint8Array.from([
    ...[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], // "\x89PNG\r\n\x1a\n"
    ...chunk("IHDR", [...bigEndian(SIZE), ...bigEndian(SIZE), 8, 3, 0, 0, 0]), // 8 bits per pixel, by palette
    ...chunk("PLTE", [...colours.slice(cut), ...colours.slice(0, cut)]),
    ...chunk("IDAT", await field),
    ...chunk("IEND", []),
  ]).buffer;
}
