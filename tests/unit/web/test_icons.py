"""The product's sign as PNG."""

from __future__ import annotations

import pytest
from django.test import Client
from tests.pictures import read_png

from wardmote.web.pages.icons import icon_png

GROUND = (0x0B, 0x4F, 0x6C, 0xFF)
BLENDED = 2
"""Where a soft edge lies on its own colour, the sum may be off by this much."""


@pytest.mark.parametrize("size", [180, 192, 512])
def test_an_icon_has_its_size_and_is_drawn_alike_each_time(size: int) -> None:
    png = icon_png(size, maskable=False)
    picture = read_png(png)
    assert (picture.width, picture.height) == (size, size)
    icon_png.cache_clear()
    assert icon_png(size, maskable=False) == png


def test_a_maskable_icon_fills_its_square_and_keeps_the_drawing_in_the_safe_circle() -> None:
    picture = read_png(icon_png(192, maskable=True))
    half, safe = picture.width / 2, 0.4 * picture.width
    for y in range(picture.height):
        for x in range(picture.width):
            if (x + 0.5 - half) ** 2 + (y + 0.5 - half) ** 2 > safe**2:
                off = [abs(a - b) for a, b in zip(picture.at(x, y), GROUND, strict=True)]
                assert max(off) <= BLENDED, (x, y)


def test_the_plain_icon_is_clear_in_its_corners() -> None:
    picture = read_png(icon_png(192, maskable=False))
    assert picture.at(0, 0)[3] == 0
    assert picture.at(96, 96)[3] == 255


def test_an_unknown_size_is_refused(client: Client) -> None:
    with pytest.raises(ValueError, match="sizes"):
        icon_png(7, maskable=False)
    assert client.get("/crew/icon-7.png").status_code == 404
    assert client.get("/crew/icon-192.png")["Content-Type"] == "image/png"
    assert client.get("/crew/icon-maskable-512.png")["Content-Type"] == "image/png"
