"""The tree of places down to the grid: codes, days on which they hold, and what may become of them.

A division code has 12 digits (`areas`); a grid (警格) has 15: the code of its village or community
and three digits of its own. A grid lies inside one village. A code is never given twice: what is
ended keeps its code, its name and its history.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.areas import EVERYWHERE, ancestors, area_prefix, is_area_code
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.places import MultiPolygon
from wardmote.core.domain.text import Bilingual

GRID_DIGITS = 15
_DIVISION_DIGITS = 12
_SHORT = frozenset({2, 4, 6, 9})

BEGINNING = datetime.date(1900, 1, 1)
"""The day from which holds what was there before anybody changed it here."""


class TreeLevel(StrEnum):
    """The levels of the tree of places; all but the grid are administrative divisions."""

    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"
    TOWN = "town"
    VILLAGE = "village"
    GRID = "grid"


_LEVEL_OF_PREFIX = {
    2: TreeLevel.PROVINCE,
    4: TreeLevel.CITY,
    6: TreeLevel.COUNTY,
    9: TreeLevel.TOWN,
    12: TreeLevel.VILLAGE,
}
TOPS_ALLOWED = frozenset({TreeLevel.PROVINCE, TreeLevel.CITY, TreeLevel.COUNTY})
"""Levels that may stand without the division above them: a deployment of one county has no city."""


class DivisionChangeKind(StrEnum):
    """What can become of a place of the tree.

    ``amend``: its seat or number of residents was corrected. ``move``: it came under another
    division, and so under another code.
    """

    OPEN = "open"
    RENAME = "rename"
    AMEND = "amend"
    REDRAW = "redraw"
    SPLIT = "split"
    MERGE = "merge"
    MOVE = "move"
    END = "end"


class SuccessionProblem(StrEnum):
    """Why places cannot follow one another so."""

    COUNT = "count"
    LEVEL = "level"
    REPEATED = "repeated"
    REUSED = "reused"
    OTHER_VILLAGE = "other_village"
    SAME_PLACE = "same_place"


@dataclass(frozen=True, slots=True)
class ValidDays:
    """The local days on which something holds, inclusive; None is open."""

    first: datetime.date | None = None
    last: datetime.date | None = None

    def hold(self, day: datetime.date) -> bool:
        """Whether `day` is one of them."""
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


@dataclass(frozen=True, slots=True)
class PlaceOnDay:
    """A division or grid as it was on one day.

    Attributes:
        parent: the code above; None at the top.
        boundary: empty where only a point or the name alone is known.
        lon, lat: WGS-84 degrees of its seat; None where not known.
    """

    code: str
    name: Bilingual
    level: TreeLevel
    parent: AreaId | None
    days: ValidDays
    boundary: MultiPolygon
    lon: float | None
    lat: float | None


def is_grid_code(code: str) -> bool:
    """Whether `code` has the shape of a grid's: a village's code and 001 to 999."""
    return (
        len(code) == GRID_DIGITS
        and code.isascii()
        and code.isdigit()
        and code[_DIVISION_DIGITS:] != "000"
        and len(area_prefix(AreaId(code[:_DIVISION_DIGITS]))) == _DIVISION_DIGITS
    )


def is_tree_code(code: str) -> bool:
    """Whether `code` is a division's (not the root's) or a grid's."""
    return is_grid_code(code) or (is_area_code(code) and code != EVERYWHERE)


def full_code(typed: str) -> str | None:
    """The code meant by one of 2, 4, 6, 9, 12 or 15 digits; None for anything else."""
    digits = typed.strip()
    if len(digits) in _SHORT and digits.isascii() and digits.isdigit():
        digits = digits.ljust(_DIVISION_DIGITS, "0")
    return digits if is_tree_code(digits) else None


def level_of(code: str) -> TreeLevel:
    """The level that a code says.

    Raises:
        ValueError: it is no code of the tree.
    """
    if is_grid_code(code):
        return TreeLevel.GRID
    if not is_tree_code(code):
        raise ValueError(f"no code of a place: {code!r}")
    return _LEVEL_OF_PREFIX[len(area_prefix(AreaId(code)))]


def area_of(code: str) -> AreaId:
    """The division whose rights apply: itself, or the village of a grid."""
    return AreaId(code[:_DIVISION_DIGITS])


def code_above(code: str) -> AreaId | None:
    """The code of the division directly above; None above a province.

    Where digits of a level are zero (a city without counties) the next level up is meant.
    """
    if is_grid_code(code):
        return area_of(code)
    above = [one for one in ancestors(AreaId(code)) if one not in (code, EVERYWHERE)]
    return above[0] if above else None


def succession_problem(
    kind: DivisionChangeKind, before: Sequence[str], after: Sequence[str], used: Collection[str]
) -> SuccessionProblem | None:
    """Why `before` cannot become `after`; None when it can.

    A code may go on (the larger part of a split keeps it, one village takes in another); any other
    code of `after` must be new. Villages and grids are split and merged; moved are villages, one to
    one, under another town.

    Args:
        used: codes that were ever given.
    """
    levels = {level_of(code) for code in (*before, *after)}
    counts = {
        DivisionChangeKind.SPLIT: len(before) == 1 and len(after) >= 2,
        DivisionChangeKind.MERGE: len(before) >= 2 and len(after) == 1,
        DivisionChangeKind.MOVE: len(before) == len(after) == 1,
    }
    villages = {area_of(code) for code in (*before, *after)}
    moved = kind is DivisionChangeKind.MOVE and levels == {TreeLevel.VILLAGE}
    checks = (
        (SuccessionProblem.LEVEL, levels in ({TreeLevel.VILLAGE}, {TreeLevel.GRID})),
        (SuccessionProblem.REPEATED, not (_repeats(before) or _repeats(after))),
        (SuccessionProblem.COUNT, counts.get(kind, False)),
        (SuccessionProblem.REUSED, all(code in before or code not in used for code in after)),
        (SuccessionProblem.OTHER_VILLAGE, levels != {TreeLevel.GRID} or len(villages) == 1),
        (SuccessionProblem.SAME_PLACE, not moved or code_above(before[0]) != code_above(after[0])),
    )
    return next((problem for problem, fits in checks if not fits), None)


def _repeats(codes: Sequence[str]) -> bool:
    return len(set(codes)) != len(codes)
