"""Ids of posts to come, which tell where they are: no two studies give one id to two places."""

from __future__ import annotations

from collections.abc import Iterable

from wardmote.core.domain.ids import PostId

_LETTERS = "0123456789bcdefghjkmnpqrstuvwxyz"
_BITS = 50
"""Ten letters of five bits: about a metre."""


class PostIds:
    """Ids given out one after another, none twice and none that is taken already."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)

    def named(self, wanted: str) -> PostId:
        """The id that is wanted, or the same with a number where it is taken."""
        number, found = 1, wanted
        while found in self._taken:
            number += 1
            found = f"{wanted}-{number}"
        self._taken.add(found)
        return PostId(found)

    def at(self, lon: float, lat: float) -> PostId:
        """An id for a post at a place (WGS-84 degrees)."""
        return self.named(f"at-{geohash(lon, lat)}")


def geohash(lon: float, lat: float) -> str:
    """Ten letters for a square of about a metre (the public geohash of G. Niemeyer, 2008)."""
    west, east, south, north = -180.0, 180.0, -90.0, 90.0
    code = 0
    for bit in range(_BITS):
        if bit % 2 == 0:
            middle = (west + east) / 2
            above = lon >= middle
            west, east = (middle, east) if above else (west, middle)
        else:
            middle = (south + north) / 2
            above = lat >= middle
            south, north = (middle, north) if above else (south, middle)
        code = code << 1 | above
    return "".join(_LETTERS[code >> shift & 31] for shift in range(_BITS - 5, -1, -5))
