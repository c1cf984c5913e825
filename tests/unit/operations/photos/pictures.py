"""Pictures made for tests."""

from __future__ import annotations

import io
import random
from typing import Any

from PIL import Image


def picture(
    form: str = "JPEG", size: tuple[int, int] = (64, 32), mode: str = "RGB", **saved: Any
) -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    made = Image.new("RGB", size, "red")
    made.paste("blue", (size[0] // 2, 0, *size))
    buffer = io.BytesIO()
    made.convert(mode).save(buffer, form, **saved)
    return buffer.getvalue()


def noise(size: tuple[int, int], seed: int) -> bytes:
    """A JPEG full of noise: long for its size."""
    made = Image.frombytes("RGB", size, random.Random(seed).randbytes(size[0] * size[1] * 3))
    buffer = io.BytesIO()
    made.save(buffer, "JPEG", quality=95)
    return buffer.getvalue()


def opened(data: bytes) -> Image.Image:
    """A picture read back whole."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image
