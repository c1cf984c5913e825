"""Rows of a table of staff, what is wrong with their cells, and what the table would do."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from wardmote.core.domain.appointment import OFFICES, Office
from wardmote.operations.people.person_card import PersonCard
from wardmote.operations.people.place_book import PlaceCard


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row as it was written; empty where a cell or a column is missing.

    Attributes:
        row: as a spreadsheet numbers it, from 1; the headings are in row 1.
    """

    row: int
    staff_number: str = ""
    name_zh: str = ""
    name_en: str = ""
    kind: str = ""
    area: str = ""
    office: str = ""
    place: str = ""
    from_day: str = ""
    to_day: str = ""


@dataclass(frozen=True, slots=True)
class CellFault:
    """Something wrong in a cell.

    Attributes:
        column: a field of `TableRow`.
        code: ``needed``, ``number``, ``name``, ``kind``, ``area``, ``area_unknown``, ``office``,
            ``place_needed``, ``place_unknown``, ``place_ambiguous``, ``date``, ``ends_early``,
            ``not_for_this_person``, ``no_right``, ``yourself``, ``differs``, ``taken``,
            ``left_by_then`` or ``place_ends``.
        value: what the cell says.
        other_row: the row that it contradicts; 0 where that is on record already, or for none.
    """

    row: int
    column: str
    code: str
    value: str = ""
    other_row: int = 0


@dataclass(frozen=True, slots=True)
class PlannedAppointment:
    """An appointment that the table asks for and that is not on record."""

    row: int
    staff_id: str
    office: Office
    place: PlaceCard
    from_day: datetime.date
    to_day: datetime.date | None

    @property
    def sole(self) -> bool:
        """Whether nobody else may hold it then."""
        return OFFICES[self.office].sole_at(self.place.ref.kind)


@dataclass(slots=True)
class TablePlan:
    """What taking a table over would do.

    Attributes:
        ended: ids of appointments on record, with the last day that the table gives them.
        unchanged: persons of whom the table says what is on record.
        unread: headings of columns that are not known, shortened; no obstacle.
    """

    faults: list[CellFault] = field(default_factory=list)
    added: list[PersonCard] = field(default_factory=list)
    changed: list[PersonCard] = field(default_factory=list)
    unchanged: int = 0
    appointed: list[PlannedAppointment] = field(default_factory=list)
    ended: list[tuple[str, datetime.date]] = field(default_factory=list)
    unread: tuple[str, ...] = ()

    @property
    def changes_anything(self) -> bool:
        """Whether there is anything to take over."""
        return bool(self.added or self.changed or self.appointed or self.ended)
