"""GeoTIFF files written by hand, to read them again."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

PLAIN, LZW, DEFLATE, PACKBITS = 1, 5, 8, 32773
_CODES = {"u": 1, "i": 2, "f": 3}


def packed_lzw(plain: bytes) -> bytes:
    """TIFF 6.0 section 13."""
    table = {bytes((value,)): value for value in range(256)}
    bits, total, length = 9, 256, 9
    held = b""
    number = 258

    def put(code: int) -> None:
        nonlocal total, length
        total, length = (total << bits) | code, length + bits

    for byte in plain:
        longer = held + bytes((byte,))
        if longer in table:
            held = longer
            continue
        put(table[held])
        table[longer] = number
        number += 1
        if number == 4_095:
            put_at = bits
            total, length = (total << put_at) | 256, length + put_at
            table = {bytes((value,)): value for value in range(256)}
            number, bits = 258, 9
        else:
            bits = max(9, number.bit_length())
        held = bytes((byte,))
    put(table[held])
    # The reader has one more entry by now.
    bits = min(12, max(9, (number + 1).bit_length()))
    put(257)
    spare = -length % 8
    return (total << spare).to_bytes((length + spare) // 8, "big")


def packed_bits(plain: bytes) -> bytes:
    """Every byte by itself, and runs of the same byte as one."""
    out = bytearray()
    at = 0
    while at < len(plain):
        run = 1
        while at + run < len(plain) and run < 128 and plain[at + run] == plain[at]:
            run += 1
        out += bytes((257 - run, plain[at])) if run > 1 else bytes((0, plain[at]))
        at += run
    return bytes(out)


def write_tiff(
    path: Path,
    values: NDArray[np.generic],
    *,
    corner: tuple[float, float] = (0.0, 0.0),
    size: tuple[float, float] = (1.0, 1.0),
    packing: int = PLAIN,
    predictor: int = 1,
    tile: int = 0,
    strip: int = 0,
    order: Literal["<", ">"] = "<",
    is_point: bool = False,
) -> None:
    """A raster whose first row is its northernmost; `corner` is its north-west one."""
    height, width = values.shape
    cell = values.dtype.newbyteorder(order)
    packings: dict[int, Callable[[bytes], bytes]] = {
        PLAIN: bytes, LZW: packed_lzw, DEFLATE: zlib.compress, PACKBITS: packed_bits
    }  # fmt: skip
    pack = packings[packing]
    tall, wide = (tile, tile) if tile else (strip or height, width)
    blocks = []
    for top in range(0, height, tall):
        for left in range(0, width, wide):
            part = values[top : top + tall, left : left + wide]
            if tile:
                part = np.pad(part, ((0, tall - part.shape[0]), (0, wide - part.shape[1])))
            if predictor == 2:
                part = np.diff(part, axis=1, prepend=part[:, :1] * 0)
            blocks.append(pack(_bytes(part.astype(cell), predictor)))
    entries: list[tuple[int, str, Sequence[float]]] = [
        (256, "I", [width]),
        (257, "I", [height]),
        (258, "H", [cell.itemsize * 8]),
        (259, "H", [packing]),
        (277, "H", [1]),
        (317, "H", [predictor]),
        (339, "H", [_CODES[cell.kind]]),
        (33550, "d", [size[0], size[1], 0.0]),
        (33922, "d", [0.0, 0.0, 0.0, corner[0], corner[1], 0.0]),
        (34735, "H", [1, 1, 0, 1, 1025, 0, 1, 2 if is_point else 1]),
    ]
    starts, at = [], 8
    for block in blocks:
        starts.append(at)
        at += len(block)
    sizes = [len(block) for block in blocks]
    if tile:
        entries += [(322, "H", [tile]), (323, "H", [tile]), (324, "I", starts), (325, "I", sizes)]
    else:
        entries += [(273, "I", starts), (278, "I", [tall]), (279, "I", sizes)]
    path.write_bytes(_file(order, b"".join(blocks), sorted(entries)))


def _bytes(part: NDArray[np.generic], predictor: int) -> bytes:
    if predictor != 3:
        return part.tobytes()
    rows, wide = part.shape
    big = np.ascontiguousarray(part.astype(part.dtype.newbyteorder(">")))
    planes = big.view(np.uint8).reshape(rows, wide, -1).transpose(0, 2, 1).reshape(rows, -1)
    return np.diff(planes, axis=1, prepend=planes[:, :1] * 0).astype(np.uint8).tobytes()


def _file(order: str, body: bytes, entries: list[tuple[int, str, Sequence[float]]]) -> bytes:
    kinds = {"H": 3, "I": 4, "d": 12}
    head = struct.pack(f"{order}2sHI", b"II" if order == "<" else b"MM", 42, 8 + len(body))
    directory = struct.pack(f"{order}H", len(entries))
    far = 8 + len(body) + 2 + 12 * len(entries) + 4
    beyond = b""
    for tag, code, numbers in entries:
        values = numbers if code == "d" else [int(number) for number in numbers]
        data = struct.pack(f"{order}{len(values)}{code}", *values)
        directory += struct.pack(f"{order}HHI", tag, kinds[code], len(values))
        if len(data) <= 4:
            directory += data.ljust(4, b"\0")
        else:
            directory += struct.pack(f"{order}I", far + len(beyond))
            beyond += data
    return head + body + directory + b"\0\0\0\0" + beyond
