from __future__ import annotations

import io
import random
import struct
import zlib
from typing import Any

import pytest
from PIL import Image
from tests.unit.operations.photos.pictures import noise, opened, picture

from wardmote.core.domain.photo import PictureKind
from wardmote.operations.photos import decoding
from wardmote.operations.photos.decoding import MAX_BYTES, SMALL_SIDE, clean
from wardmote.operations.photos.errors import (
    BrokenPictureError,
    NotAPictureError,
    PictureTooLargeError,
    TooManyPixelsError,
)
from wardmote.operations.refusals import RefusedError

PHOTOGRAPH = PictureKind.PHOTOGRAPH
GPS, MAKE, ORIENTATION, COMMENT = 0x8825, 0x010F, 0x0112, 0x9286


def _with_exif(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[MAKE] = "SECRETPHONE"
    exif.get_ifd(GPS)[1] = "N"
    return picture(exif=exif.tobytes(), comment=b"SECRETWORDS", icc_profile=b"SECRETPROFILE" * 20)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("kind", PictureKind)
def test_a_picture_is_written_anew_in_two_sizes(form: str, kind: PictureKind) -> None:
    made = clean(picture(form, (1000, 500)), kind)
    assert (made.width, made.height) == (1000, 500)
    assert made.media_type == ("image/png" if kind is PictureKind.SIGNATURE else "image/jpeg")
    assert opened(made.full).size == (1000, 500)
    assert max(opened(made.small).size) == SMALL_SIDE


def test_nothing_of_the_file_is_kept_but_its_pixels() -> None:
    sent = _with_exif(1) + b"PK\x03\x04<script>SECRETTAIL</script>"
    made = clean(sent, PHOTOGRAPH)
    for data in (made.full, made.small):
        assert b"SECRET" not in data
        image = opened(data)
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


def test_text_and_profile_of_a_png_are_not_kept_in_a_signature() -> None:
    chunk = b"tEXtComment\0SECRETWORDS"
    extra = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    sent = picture("PNG", icc_profile=b"SECRETPROFILE" * 20)
    sent = sent[:33] + extra + sent[33:]
    made = clean(sent, PictureKind.SIGNATURE)
    assert b"SECRET" not in made.full
    assert opened(made.full).info == {}


@pytest.mark.parametrize(
    ("orientation", "size", "red_at"),
    [
        (1, (64, 32), (2, 16)), (2, (64, 32), (61, 16)), (3, (64, 32), (61, 16)),
        (4, (64, 32), (2, 16)), (5, (32, 64), (16, 2)), (6, (32, 64), (16, 2)),
        (7, (32, 64), (16, 61)), (8, (32, 64), (16, 61)), (9, (64, 32), (2, 16)),
    ],
)  # fmt: skip
def test_a_picture_stands_upright_whatever_its_orientation(
    orientation: int, size: tuple[int, int], red_at: tuple[int, int]
) -> None:
    made = opened(clean(_with_exif(orientation), PHOTOGRAPH).full)
    assert made.size == size
    pixel: Any = made.getpixel(red_at)
    assert pixel[0] > 200
    assert pixel[2] < 60


@pytest.mark.parametrize("mode", ["L", "1", "P", "LA", "RGBA", "I;16", "CMYK"])
def test_every_kind_of_pixels_is_taken(mode: str) -> None:
    form = "JPEG" if mode == "CMYK" else "PNG"
    assert opened(clean(picture(form, mode=mode), PHOTOGRAPH).full).mode == "RGB"


def test_what_is_seen_through_is_white() -> None:
    see_through = Image.new("RGBA", (8, 8), (0, 0, 0, 0))
    made = clean(_png(see_through), PictureKind.SIGNATURE)
    assert opened(made.full).getpixel((4, 4)) == (255, 255, 255)


def _png(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def test_a_large_picture_is_made_smaller() -> None:
    made = clean(picture(size=(4000, 3000)), PHOTOGRAPH)
    assert (made.width, made.height) == (2048, 1536)


@pytest.mark.parametrize(
    "sent",
    [b"", b"hello", b"%PDF-1.7\n...", b"PK\x03\x04" + b"\0" * 40, b"GIF89a" + b"\0" * 40,
     b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"\0\0\0\x18ftypheic" + b"\0" * 40],
)  # fmt: skip
def test_what_is_no_picture_is_refused(sent: bytes) -> None:
    with pytest.raises(NotAPictureError):
        clean(sent, PHOTOGRAPH)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_picture_that_was_cut_off_is_refused(form: str, share: float) -> None:
    whole = picture(form, (640, 480))
    with pytest.raises((BrokenPictureError, NotAPictureError)):
        clean(whole[: int(len(whole) * share)], PHOTOGRAPH)


def test_too_many_bytes_are_refused_and_the_most_is_taken() -> None:
    sent = picture()
    assert clean(sent + b"\0" * (MAX_BYTES - len(sent)), PHOTOGRAPH).width == 64
    with pytest.raises(PictureTooLargeError) as refused:
        clean(sent + b"\0" * (MAX_BYTES + 1 - len(sent)), PHOTOGRAPH)
    assert "10 MB" in refused.value.message()


def _claims(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it has this many pixels."""
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = b"IDAT" + zlib.compress(b"\0" * 1000)

    def chunk(data: bytes) -> bytes:
        return struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))

    return b"\x89PNG\r\n\x1a\n" + chunk(head) + chunk(body) + chunk(b"IEND")


@pytest.mark.parametrize("size", [(7100, 7100), (20_001, 10), (60_000, 60_000)])
def test_a_decompression_bomb_is_refused_before_it_is_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(TooManyPixelsError):
        clean(_claims(*size), PHOTOGRAPH)


def test_the_limit_of_pixels_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "MAX_PIXELS", 64 * 32)
    assert clean(picture(size=(64, 32)), PHOTOGRAPH).width == 64
    with pytest.raises(TooManyPixelsError):
        clean(picture(size=(64, 33)), PHOTOGRAPH)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_damage_anywhere_is_refused_or_decoded_and_nothing_else(form: str, seed: int) -> None:
    chance = random.Random(seed)
    whole = noise((48, 48), 1) if form == "JPEG" else picture(form, (48, 48))
    for _ in range(150):
        hurt = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            hurt[chance.randrange(len(hurt))] = chance.randrange(256)
        try:
            clean(bytes(hurt), PHOTOGRAPH)
        except RefusedError:
            continue
