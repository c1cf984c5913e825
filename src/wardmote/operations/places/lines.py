"""Lines of tables of places and of files of boundaries, as read, and what is wrong with them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum

MOST_LINES = 100_000
"""Of one file; a province has some 30,000 villages and communities."""


class RowReason(StrEnum):
    """Why a row does not fit."""

    CODE = "code"
    CODE_ROUNDED = "code_rounded"
    CODE_TWICE = "code_twice"
    NAME = "name"
    LONG_NAME = "long_name"
    NUMBER = "number"
    DAY = "day"
    DEGREES = "degrees"
    PARENT = "parent"
    OUTSIDE_AREA = "outside_area"
    ENDED = "ended"
    NEEDED = "needed"
    FIRST_DAY_KEPT = "first_day_kept"
    LAST_BEFORE_FIRST = "last_before_first"
    UNKNOWN_CODE = "unknown_code"
    UNKNOWN_NAME = "unknown_name"
    SAME_NAME = "same_name"
    NO_CODE_OR_NAME = "no_code_or_name"
    BOUNDARY_TYPE = "boundary_type"
    BOUNDARY_EMPTY = "boundary_empty"
    BOUNDARY_CORNERS = "boundary_corners"
    BOUNDARY_DEGREES = "boundary_degrees"
    BOUNDARY_CROSSES = "boundary_crosses"
    GRID_OUTSIDE = "grid_outside"
    LATER_BOUNDARY = "later_boundary"


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A row of a table of places. None: the table does not say, so that nothing changes.

    Attributes:
        row: as a spreadsheet counts, from 1 with the headings.
        code: 12 or 15 digits.
        first, last: its first and last local day.
        wrong: which of these fields the table has, but not so that they can be read; they are None.
    """

    row: int
    code: str
    zh: str | None = None
    en: str | None = None
    lon: float | None = None
    lat: float | None = None
    population: int | None = None
    first: datetime.date | None = None
    last: datetime.date | None = None
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BoundaryLine:
    """A feature of a file of boundaries.

    Attributes:
        row: which feature, from 1.
        code: 12 or 15 digits; empty where the file names places only by name.
        wkb: of the shape in WGS-84 degrees.
    """

    row: int
    code: str
    zh: str
    en: str
    wkb: bytes


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with a cell.

    Attributes:
        column: its heading as the file spells it, or the name of a property.
        value: what it says, shortened; or what it was compared with.
    """

    row: int
    column: str
    reason: RowReason
    value: str = ""


@dataclass(frozen=True, slots=True)
class PlaceLines:
    """A file as read. Rows with problems are not among the lines.

    Attributes:
        faulty: rows of which the code is read and another cell is not: they are planned so that
            all that is wrong with them is told at once, and never taken in.
        unread: headings of columns that are not known, shortened.
        headings: how the file spells the columns `code`, `name`, `first`, `last`, for messages.
    """

    places: tuple[PlaceLine, ...] = ()
    boundaries: tuple[BoundaryLine, ...] = ()
    problems: tuple[RowProblem, ...] = ()
    headings: tuple[tuple[str, str], ...] = ()
    faulty: tuple[PlaceLine, ...] = ()
    unread: tuple[str, ...] = ()

    def heading(self, column: str) -> str:
        """How the file spells a column."""
        return dict(self.headings).get(column, column)
