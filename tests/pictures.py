"""Reading small PNG pictures, so that tests can look at what is drawn."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

_CHANNELS = {2: 3, 6: 4}
"""Of the colour types that browsers and Typst write: RGB and RGBA."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Rows of pixels, each pixel `channels` bytes."""

    width: int
    height: int
    channels: int
    rows: tuple[bytes, ...]

    def at(self, x: int, y: int) -> tuple[int, ...]:
        """The colour of a pixel."""
        return tuple(self.rows[y][self.channels * x : self.channels * (x + 1)])

    def count_near(self, colour: tuple[int, ...], within: int) -> int:
        """How many pixels differ from a colour by at most `within` in each of its channels."""
        return sum(
            all(abs(a - b) <= within for a, b in zip(self.at(x, y), colour, strict=False))
            for y in range(self.height)
            for x in range(self.width)
        )


def read_png(png: bytes) -> Picture:
    """An 8-bit RGB or RGBA picture that is not interlaced (PNG 1.2)."""
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    assert depth == 8
    channels = _CHANNELS[kind]
    data, at = b"", 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            data += png[at + 8 : at + 8 + length]
        at += 12 + length
    raw, rows, above = zlib.decompress(data), [], bytes(channels * width)
    for y in range(height):
        start = y * (channels * width + 1)
        line = raw[start + 1 : start + 1 + channels * width]
        above = _unfiltered(raw[start], line, above, channels)
        rows.append(above)
    return Picture(width, height, channels, tuple(rows))


def _unfiltered(kind: int, line: bytes, above: bytes, channels: int) -> bytes:
    """A row without its filter (PNG 1.2, section 6)."""
    row = bytearray(line)
    for at in range(len(row)):
        left = row[at - channels] if at >= channels else 0
        corner = above[at - channels] if at >= channels else 0
        up = above[at]
        guess = left + up - corner
        nearest = min((left, up, corner), key=lambda one: abs(guess - one))
        row[at] = (row[at] + (0, left, up, (left + up) // 2, nearest)[kind]) % 256
    return bytes(row)
