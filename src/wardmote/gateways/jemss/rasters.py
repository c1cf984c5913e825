"""Rasters of demand: GeoTIFF files (TIFF 6.0, GeoTIFF 1.1, OGC 19-008r4), first band only.

Read are strips and tiles of one sample a pixel, integers and floats, plain or packed by Deflate,
LZW or PackBits, with or without prediction. Rasters that lean are refused, as JEMSS refuses them.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wardmote.core.travel.graph import Float64

MAX_CELLS = 200_000_000

_WIDTH, _HEIGHT, _BITS, _COMPRESSION = 256, 257, 258, 259
_STRIP_AT, _SAMPLES, _STRIP_ROWS, _STRIP_BYTES = 273, 277, 278, 279
_PREDICTOR, _TILE_WIDTH, _TILE_HEIGHT, _TILE_AT, _TILE_BYTES = 317, 322, 323, 324, 325
_FORMAT, _PIXEL_SIZE, _TIE_POINT, _MATRIX, _GEO_KEYS = 339, 33550, 33922, 34264, 34735
_RASTER_TYPE, _PIXEL_IS_POINT = 1025, 2
_SIZES = {1: "B", 2: "s", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d"}
_KINDS = {1: "u", 2: "i", 3: "f"}

Tags = dict[int, tuple[float, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Raster:
    """Cells of a grid with demand in them.

    Attributes:
        x, y: float64 [n], middle of each cell with a value other than 0, map units.
        dx, dy: width and height of a cell, > 0.
        value: float64 [n].
    """

    x: Float64
    y: Float64
    dx: float
    dy: float
    value: Float64


def read_raster(path: Path) -> Raster:
    """A raster of demand.

    Raises:
        ValueError: not a raster that can be read; says why.
    """
    blob = path.read_bytes()
    try:
        order, tags = _tags(blob)
        values = _cells(blob, order, tags)
        x0, y0, dx, dy = _placing(tags)
    except (struct.error, KeyError, IndexError, zlib.error) as why:
        msg = f"{path.name} is not a raster that can be read ({why})"
        raise ValueError(msg) from why
    except ValueError as why:
        msg = f"{path.name}: {why}"
        raise ValueError(msg) from why
    if not np.isfinite(values).all() or (values < 0).any():
        msg = f"{path.name}: demand must be a number of at least 0 in every cell"
        raise ValueError(msg)
    row, column = np.nonzero(values)
    x = np.asarray(x0 + (column + 0.5) * dx, dtype=np.float64)
    y = np.asarray(y0 + (row + 0.5) * dy, dtype=np.float64)
    return Raster(x, y, dx, abs(dy), values[row, column])


def _tags(blob: bytes) -> tuple[str, Tags]:
    """Byte order and the tags of the first image."""
    order = {b"II": "<", b"MM": ">"}.get(blob[:2], "")
    if not order or struct.unpack_from(f"{order}H", blob, 2)[0] != 42:
        msg = "not a TIFF file"
        raise ValueError(msg)
    (at,) = struct.unpack_from(f"{order}I", blob, 4)
    (entries,) = struct.unpack_from(f"{order}H", blob, at)
    found: Tags = {}
    for entry in range(entries):
        place = at + 2 + 12 * entry
        tag, kind, count = struct.unpack_from(f"{order}HHI", blob, place)
        code = _SIZES.get(kind)
        if code is None or code == "s":
            continue
        if struct.calcsize(code) * count > 4:
            (place,) = struct.unpack_from(f"{order}I", blob, place + 8)
        else:
            place += 8
        found[tag] = struct.unpack_from(f"{order}{count}{code}", blob, place)
    return order, found


def _one(tags: Tags, tag: int, default: int | None = None) -> int:
    if tag not in tags and default is not None:
        return default
    return int(tags[tag][0])


def _cells(blob: bytes, order: str, tags: Tags) -> Float64:
    """Values float64 [height, width], the first row at the top of the file."""
    width, height = _one(tags, _WIDTH), _one(tags, _HEIGHT)
    if width * height > MAX_CELLS:
        msg = f"{width} x {height} cells are more than {MAX_CELLS}"
        raise ValueError(msg)
    if _one(tags, _SAMPLES, 1) != 1:
        msg = "more than one value in a cell"
        raise ValueError(msg)
    bits, kind = _one(tags, _BITS, 1), _KINDS.get(_one(tags, _FORMAT, 1), "")
    if bits not in (8, 16, 32, 64) or not kind:
        msg = f"values of {bits} bits are not read"
        raise ValueError(msg)
    cell = np.dtype(f"{order}{kind}{bits // 8}")
    unpack = _unpacker(_one(tags, _COMPRESSION, 1))
    predictor = _one(tags, _PREDICTOR, 1)
    tiled = _TILE_AT in tags
    wide = _one(tags, _TILE_WIDTH) if tiled else width
    tall = _one(tags, _TILE_HEIGHT) if tiled else min(_one(tags, _STRIP_ROWS, height), height)
    starts = tags[_TILE_AT if tiled else _STRIP_AT]
    sizes = tags[_TILE_BYTES if tiled else _STRIP_BYTES]
    across = -(-width // wide)
    found = np.zeros((height, width))
    for number, (start, size) in enumerate(zip(starts, sizes, strict=True)):
        top, left = number // across * tall, number % across * wide
        rows = tall if tiled else min(tall, height - top)
        plain = unpack(blob[int(start) : int(start) + int(size)])
        block = _unpredicted(plain[: rows * wide * cell.itemsize], cell, rows, wide, predictor)
        part = found[top : top + rows, left : left + wide]
        part[:] = block[: part.shape[0], : part.shape[1]]
    return found


def _unpacker(compression: int) -> Callable[[bytes], bytes]:
    known: dict[int, Callable[[bytes], bytes]] = {
        1: bytes, 5: _from_lzw, 8: zlib.decompress, 32946: zlib.decompress, 32773: _from_packbits,
    }  # fmt: skip
    if compression not in known:
        msg = f"packed in a way that is not read ({compression})"
        raise ValueError(msg)
    return known[compression]


def _unpredicted(
    plain: bytes, cell: np.dtype[np.generic], rows: int, wide: int, predictor: int
) -> NDArray[np.generic]:
    """Differences along each row summed up again (TIFF 6.0 section 14; Technical Note 3)."""
    if predictor == 3:
        planes = np.frombuffer(plain, dtype=np.uint8).reshape(rows, cell.itemsize * wide)
        summed = np.cumsum(planes, axis=1, dtype=np.uint8).reshape(rows, cell.itemsize, wide)
        big_endian = np.ascontiguousarray(summed.transpose(0, 2, 1))
        return big_endian.view(cell.newbyteorder(">")).reshape(rows, wide)
    block = np.frombuffer(plain, dtype=cell).reshape(rows, wide)
    if predictor == 2:
        if cell.kind == "f":
            msg = "differences of floats are not read"
            raise ValueError(msg)
        return np.cumsum(block, axis=1, dtype=cell.newbyteorder("="))
    return block


def _from_packbits(packed: bytes) -> bytes:
    """TIFF 6.0 section 9."""
    out, at = bytearray(), 0
    while at < len(packed):
        head = packed[at]
        if head < 128:
            out += packed[at + 1 : at + 2 + head]
            at += 2 + head
        elif head > 128:
            out += packed[at + 1 : at + 2] * (257 - head)
            at += 2
        else:
            at += 1
    return bytes(out)


def _from_lzw(packed: bytes) -> bytes:
    """TIFF 6.0 section 13: codes of 9 to 12 bits, the highest bit first."""
    clear, end = 256, 257
    out = bytearray()
    table: list[bytes] = []
    held = have = 0
    bits, before = 9, b""
    for byte in packed:
        held, have = (held << 8) | byte, have + 8
        if have < bits:
            continue
        have -= bits
        code, held = held >> have, held & ((1 << have) - 1)
        if code == end:
            break
        if code == clear:
            table = [bytes((value,)) for value in range(256)] + [b"", b""]
            bits, before = 9, b""
            continue
        entry = table[code] if code < len(table) else before + before[:1]
        out += entry
        if before:
            table.append(before + entry[:1])
        before = entry
        # The writer widens its codes one entry early.
        bits = min(12, max(9, (len(table) + 1).bit_length()))
    return bytes(out)


def _placing(tags: Tags) -> tuple[float, float, float, float]:
    """Left edge, edge of the first row, width and (signed) height of a cell."""
    if _MATRIX in tags:
        a, b, _, x0, d, e, _, y0 = tags[_MATRIX][:8]
        if b or d:
            msg = "the raster leans"
            raise ValueError(msg)
        dx, dy = a, e
    else:
        column, row, _, x, y, _ = tags[_TIE_POINT][:6]
        dx, dy = tags[_PIXEL_SIZE][0], -tags[_PIXEL_SIZE][1]
        x0, y0 = x - column * dx, y - row * dy
    keys = tags.get(_GEO_KEYS, ())
    for at in range(4, len(keys) - 3, 4):
        if keys[at] == _RASTER_TYPE and keys[at + 3] == _PIXEL_IS_POINT:
            x0, y0 = x0 - dx / 2, y0 - dy / 2
    if dx <= 0 or dy == 0:
        msg = "cells have no size"
        raise ValueError(msg)
    return x0, y0, dx, dy
