"""Moving pictures without a graphics package: a palette PNG whose colours travel along a field of waves."""

import functools
import math
import struct
import zlib

SIZE = 240


def _palette(stops):
    """256 colours that run through `stops` and back to the first one, so that cycling them shows no seam."""
    colours = bytearray()
    for index in range(256):
        place = index / 256 * len(stops)
        first = int(place)
        part = (1 - math.cos((place - first) * math.pi)) / 2
        start, end = stops[first], stops[(first + 1) % len(stops)]
        colours += bytes(round(a + (b - a) * part) for a, b in zip(start, end))
    return bytes(colours)


PALETTES = [
    _palette([(20, 24, 82), (38, 166, 154), (255, 202, 99), (216, 67, 121)]),
    _palette([(10, 60, 70), (126, 211, 120), (250, 250, 210), (60, 120, 216)]),
]


@functools.lru_cache(maxsize=1)
def _field():
    """The height of the waves at each pixel, one byte each, worked out once."""
    rows = []
    for y in range(SIZE):
        row = bytearray()
        for x in range(SIZE):
            u, v = x / SIZE * 2 - 1, y / SIZE * 2 - 1
            height = math.sin(u * 3.1 + v) + math.sin(v * 4.3 - u * 1.7) + math.sin(6 * math.hypot(u - 0.3, v + 0.2))
            row.append(int(height * 42) & 255)
        rows.append(b"\0" + bytes(row))  # 0: the row is not filtered
    return zlib.compress(b"".join(rows))


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def picture(shift, alt=False):
    """A PNG as bytes. A growing `shift` makes the colours flow, `alt` takes others."""
    colours = PALETTES[1 if alt else 0]
    cut = shift % 256 * 3
    return b"".join(
        [
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", SIZE, SIZE, 8, 3, 0, 0, 0)),  # 8 bits per pixel, by palette
            _chunk(b"PLTE", colours[cut:] + colours[:cut]),
            _chunk(b"IDAT", _field()),
            _chunk(b"IEND", b""),
        ]
    )
