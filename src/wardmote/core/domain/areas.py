"""Areas: the tree of places, told from 12-digit division codes alone.

A code reads province (2 digits), city (2), county (2), town (3), village (3), as the national
statistics bureau writes it; a higher division has zeros below its own digits. Whether one
division contains another therefore needs no look-up.
"""

from __future__ import annotations

import functools

from wardmote.core.domain.ids import AreaId

_LEVEL_ENDS = (2, 4, 6, 9, 12)

EVERYWHERE = AreaId("000000000000")
"""The root above all provinces."""


def is_area_code(code: str) -> bool:
    """Whether `code` has the shape of a division code: 12 ASCII digits."""
    return len(code) == _LEVEL_ENDS[-1] and code.isascii() and code.isdigit()


@functools.lru_cache(maxsize=65_536)
def area_prefix(area: AreaId) -> str:
    """The digits that all codes within `area` begin with; empty for the root.

    Raises:
        ValueError: `area` is not 12 digits.
    """
    if not is_area_code(area):
        raise ValueError(f"an area code has 12 digits, got {area!r}")
    previous = 0
    kept = 0
    for end in _LEVEL_ENDS:
        if int(area[previous:end]):
            kept = end
        previous = end
    return area[:kept]


def area_contains(outer: AreaId, inner: AreaId) -> bool:
    """Whether `inner` is `outer` or lies below it."""
    return inner.startswith(area_prefix(outer))


def concerns(held: AreaId, area: AreaId, within: AreaId | None = None) -> bool:
    """Whether what happens in `area` concerns whoever holds something in `held`.

    Without `within`, where `held` contains it. With it, where either contains the other and `held`
    is not beyond `within`: the whole tells its parts, and a part does not tell the whole country.
    """
    if within is None:
        return area_contains(held, area)
    near = area_contains(held, area) or area_contains(area, held)
    return near and area_contains(within, held)


def ancestors(area: AreaId) -> tuple[AreaId, ...]:
    """`area` itself and every division above it, the root last."""
    prefix = area_prefix(area)
    ends = [0, *(end for end in _LEVEL_ENDS if end <= len(prefix))]
    return tuple(AreaId(prefix[:end].ljust(_LEVEL_ENDS[-1], "0")) for end in reversed(ends))
