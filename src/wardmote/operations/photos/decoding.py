"""From the bytes that somebody sent to a clean picture: decoded within limits, and written anew.

Nothing of the file that was sent is kept but its pixels: no EXIF (place, time, device), no colour
profile, comment, thumbnail or text chunk, and nothing that was put behind or between them for
another program to find.
"""

from __future__ import annotations

import io
import struct
import threading
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from wardmote.core.domain.photo import PictureKind
from wardmote.operations.photos.errors import (
    BrokenPictureError,
    NotAPictureError,
    PictureTooLargeError,
    TooManyPixelsError,
)

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 50_000_000
MAX_SOURCE_SIDE = 20_000
FORMATS = ("JPEG", "PNG", "WEBP")
LONGEST_SIDE = {PictureKind.PHOTOGRAPH: 2_048, PictureKind.SIGNATURE: 1_200}
"""Pixels of the longer side of what is kept; larger pictures are made smaller."""
SMALL_SIDE = 320
QUALITY = 85
SMALL_QUALITY = 75
DECODED_AT_ONCE = 2
"""A picture of 50 million pixels takes 200 MB while it is decoded."""

_ORIENTATION = 0x0112
_TURNS = {
    2: (Image.Transpose.FLIP_LEFT_RIGHT,),
    3: (Image.Transpose.ROTATE_180,),
    4: (Image.Transpose.FLIP_TOP_BOTTOM,),
    5: (Image.Transpose.TRANSPOSE,),
    6: (Image.Transpose.ROTATE_270,),
    7: (Image.Transpose.TRANSVERSE,),
    8: (Image.Transpose.ROTATE_90,),
}
"""EXIF 3.0, 4.6.5: how a picture must be turned to stand upright, by the tag Orientation."""

_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, OverflowError, struct.error)
"""What Pillow raises on data that do not hold together; `zlib.error` never gets out of it."""

_turns = threading.BoundedSemaphore(DECODED_AT_ONCE)


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """A picture as it is kept.

    Attributes:
        media_type: ``image/jpeg`` or ``image/png``, of both sizes.
        full, small: the bytes of the picture and of its thumbnail.
        width, height: pixels of `full`.
    """

    media_type: str
    full: bytes
    small: bytes
    width: int
    height: int


def clean(data: bytes, kind: PictureKind) -> CleanPicture:
    """Decode a picture and write it anew, upright and without anything but its pixels.

    Args:
        data: a JPEG, PNG or WebP file; of a moving one, the first frame counts.
        kind: photographs become JPEG on white, signatures PNG.

    Raises:
        PictureTooLargeError: more than `MAX_BYTES` (>).
        TooManyPixelsError: more than `MAX_PIXELS`, or a side of more than `MAX_SOURCE_SIDE` (>).
        NotAPictureError: no picture of `FORMATS`.
        BrokenPictureError: cut off or damaged.
    """
    if len(data) > MAX_BYTES:
        raise PictureTooLargeError(most=MAX_BYTES // 1024 // 1024)
    with _turns:
        picture = _upright(data, LONGEST_SIDE[kind])
        small = picture.copy()
        small.thumbnail((SMALL_SIDE, SMALL_SIDE))
        return CleanPicture(
            "image/png" if kind is PictureKind.SIGNATURE else "image/jpeg",
            _written(picture, kind, QUALITY),
            _written(small, kind, SMALL_QUALITY),
            picture.width,
            picture.height,
        )


def _upright(data: bytes, longest: int) -> Image.Image:
    """The pixels alone, upright and at most `longest` on a side, as RGB on white."""
    try:
        source = Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError:
        raise NotAPictureError from None
    except Image.DecompressionBombError:
        raise _too_many() from None
    except _BROKEN:
        raise BrokenPictureError from None
    with source:
        if source.width * source.height > MAX_PIXELS or max(source.size) > MAX_SOURCE_SIDE:
            raise _too_many()
        turns = _TURNS.get(_orientation(source), ())
        try:
            source.draft("RGB", (longest, longest))
            source.load()
            picture = _on_white(source)
        except Image.DecompressionBombError:
            raise _too_many() from None
        except _BROKEN:
            raise BrokenPictureError from None
    picture.thumbnail((longest, longest))
    for turn in turns:
        picture = picture.transpose(turn)
    return picture


def _too_many() -> TooManyPixelsError:
    return TooManyPixelsError(most=MAX_PIXELS // 1_000_000, side=MAX_SOURCE_SIDE)


def _orientation(source: Image.Image) -> int:
    """The tag Orientation; 1 (upright) where there is none or it cannot be read."""
    try:
        found = source.getexif().get(_ORIENTATION, 1)
    except (*_BROKEN, KeyError, TypeError):
        return 1
    return found if isinstance(found, int) else 1


def _on_white(source: Image.Image) -> Image.Image:
    """The pixels on a white ground in a picture that knows nothing else of the file."""
    if source.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in source.info:
        layer = source.convert("RGBA")
        ground = Image.new("RGB", source.size, "white")
        ground.paste(layer, mask=layer.getchannel("A"))
        return ground
    pixels = source.convert("RGB")
    return Image.frombytes("RGB", pixels.size, pixels.tobytes())


def _written(picture: Image.Image, kind: PictureKind, quality: int) -> bytes:
    buffer = io.BytesIO()
    if kind is PictureKind.SIGNATURE:
        picture.save(buffer, "PNG", optimize=True)
    else:
        picture.save(buffer, "JPEG", quality=quality, optimize=True)
    return buffer.getvalue()
