"""What a table of staff asks for: read, held against what is on record, and told fault by fault.

A table is taken over as a whole or not at all. Taking it over twice changes nothing the second
time: persons are known by their numbers, appointments by person, office, place and first day.
An empty cell changes nothing.
"""

from __future__ import annotations

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields

from wardmote.core.domain.appointment import (
    OFFICES,
    STAFF_KIND_NAMES,
    Office,
    PlaceRef,
    StaffKind,
)
from wardmote.core.domain.areas import is_area_code
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.text import Bilingual
from wardmote.core.gazetteer.folding import has_han
from wardmote.operations.local_time import local_day
from wardmote.operations.people.models import Appointment, Person
from wardmote.operations.people.person_card import (
    MAX_NAME,
    PersonCard,
    differs,
    fits_as_number,
    has_left,
)
from wardmote.operations.people.place_book import PlaceBook, PlaceCard, place_book
from wardmote.operations.people.table_rows import (
    CellFault,
    PlannedAppointment,
    TablePlan,
    TableRow,
)

__all__ = ["CellFault", "PlannedAppointment", "TablePlan", "TableRow", "plan_table"]

_DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?")
_OPEN = datetime.date.max
_Days = tuple[datetime.date | None, datetime.date | None]


def plan_table(viewer: Viewer, rows: Sequence[TableRow], now_s: float) -> TablePlan:
    """What taking the rows over would do, and every fault in them, by row."""
    reader = _Reader(viewer, rows, now_s)
    for row in rows:
        reader.take(row)
    return reader.done()


class _Reader:
    """Goes through a table once."""

    def __init__(self, viewer: Viewer, rows: Sequence[TableRow], now_s: float) -> None:
        self._viewer = viewer
        self._today = local_day(now_s)
        self._book = place_book()
        self._names = _by_name(self._book)
        self._kinds = _words((kind, kind.value, name) for kind, name in STAFF_KIND_NAMES.items())
        self._offices = _words((one, one.value, rule.name) for one, rule in OFFICES.items())
        numbers = {row.staff_number for row in rows}
        self._known = {one.pk: one for one in Person.objects.iterator() if one.pk in numbers}
        self._held = list(Appointment.objects.filter(withdrawn=False).order_by("from_day", "pk"))
        self._by_person: dict[str, list[Appointment]] = defaultdict(list)
        for one in self._held:
            self._by_person[one.person_id].append(one)
        self._cards: dict[str, tuple[int, PersonCard]] = {}
        self._rights: dict[tuple[Permission, str], bool] = {}
        self._plan = TablePlan()
        self._new: dict[tuple[str, Office, PlaceRef, datetime.date], PlannedAppointment] = {}
        self._last_days: dict[str, tuple[int, datetime.date]] = {}

    def done(self) -> TablePlan:
        """The plan; its faults in the order of the table."""
        plan = self._plan
        for _row, card in self._cards.values():
            known = self._known.get(card.staff_id)
            if known is None:
                plan.added.append(card)
            elif differs(known, card, self._today):
                plan.changed.append(card)
            else:
                plan.unchanged += 1
        plan.appointed = list(self._new.values())
        plan.ended = [(key, day) for key, (_row, day) in self._last_days.items()]
        self._find_clashes()
        plan.faults.sort(key=lambda one: one.row)
        return plan

    def take(self, row: TableRow) -> None:
        """One row."""
        known = self._known.get(row.staff_number)
        if known is not None and not self._may(Permission.STAFF_VIEW, known.area):
            # Of others' staff a table learns neither the name, nor the kind, nor an office.
            self._wrong(row, "staff_number", "no_right")
            return
        kind = self._kind_of(row)
        office = self._office_of(row)
        place = self._place_of(row, office)
        area = self._area_of(row, place)
        name = self._name_of(row, known)
        self._person_of(row, known, name, kind, area)
        days = self._days_of(row) if row.office else None
        if office is not None and place is not None:
            self._appointment_of(row, kind, office, place, days)

    def _wrong(self, row: TableRow, column: str, code: str, other_row: int = 0) -> None:
        fault = CellFault(row.row, column, code, getattr(row, column), other_row)
        if fault not in self._plan.faults[-len(fields(row)) :]:
            self._plan.faults.append(fault)

    def _kind_of(self, row: TableRow) -> StaffKind | None:
        kind = self._kinds.get(_folded(row.kind))
        if kind is None:
            self._wrong(row, "kind", "kind" if row.kind else "needed")
            return None
        return StaffKind(kind)

    def _office_of(self, row: TableRow) -> Office | None:
        office = self._offices.get(_folded(row.office)) if row.office else None
        if office is None:
            if row.office:
                self._wrong(row, "office", "office")
            return None
        return Office(office)

    def _place_of(self, row: TableRow, office: Office | None) -> PlaceCard | None:
        if office is None:
            if row.place and not row.office:
                self._wrong(row, "office", "needed")
            return None
        if not row.place:
            self._wrong(row, "place", "place_needed")
            return None
        found = self._book.find(row.place, office)
        if found is not None and not found.gone_by(self._today):
            return found
        kinds = OFFICES[office].places
        named = [
            one
            for one in self._names[_folded(row.place)]
            if one.ref.kind in kinds and not one.gone_by(self._today)
        ]
        if len(named) != 1:
            self._wrong(row, "place", "place_ambiguous" if named else "place_unknown")
            return None
        return named[0]

    def _area_of(self, row: TableRow, place: PlaceCard | None) -> AreaId | None:
        known = self._known.get(row.staff_number)
        if not row.area:
            if known is not None:
                return AreaId(known.area)
            if place is None:
                if not row.place:  # else the place is at fault, and will say the area
                    self._wrong(row, "area", "needed")
                return None
            return place.area
        if is_area_code(row.area):
            return AreaId(row.area)
        named = [one for one in self._names[_folded(row.area)] if one.ref.code == one.area]
        if len(named) != 1:
            self._wrong(row, "area", "area_unknown" if not named else "place_ambiguous")
            return None
        return named[0].area

    def _name_of(self, row: TableRow, known: Person | None) -> Bilingual | None:
        """The name; the staff number is looked at as well. None: one of them does not fit."""
        zh, en = row.name_zh, row.name_en
        if zh and not en and not has_han(zh):
            zh, en = "", zh
        if known is not None:
            zh, en = zh or known.name_zh, en or known.name_en
        wrong = [("name_zh", "needed")] if not (zh or en) else []
        if not fits_as_number(row.staff_number):
            wrong.append(("staff_number", "number" if row.staff_number else "needed"))
        for column in ("name_zh", "name_en"):
            if len(getattr(row, column)) > MAX_NAME:
                wrong.append((column, "name"))
        for column, code in wrong:
            self._wrong(row, column, code)
        return None if wrong else Bilingual(zh, en)

    def _person_of(
        self,
        row: TableRow,
        known: Person | None,
        name: Bilingual | None,
        kind: StaffKind | None,
        area: AreaId | None,
    ) -> None:
        """Note what is to be kept of a person; of a row with faults the rights are looked at."""
        if name is None or kind is None or area is None:
            if area is not None and known is None:
                self._may_edit(row, area, area)
            return
        card = PersonCard(row.staff_number, name, kind, area)
        earlier = self._cards.get(card.staff_id)
        if earlier is not None:
            if earlier[1] != card:
                self._wrong(row, "staff_number", "differs", earlier[0])
        elif self._may_keep(row, card, known):
            self._cards[card.staff_id] = (row.row, card)

    def _may_keep(self, row: TableRow, card: PersonCard, known: Person | None) -> bool:
        if known is not None and not differs(known, card, self._today):
            return True
        before = card.area if known is None else AreaId(known.area)
        fits = self._may_edit(row, card.area, before)
        for held in self._by_person[card.staff_id]:
            over = held.to_day is not None and held.to_day < self._today
            if not over and card.kind not in OFFICES[Office(held.office)].held_by:
                self._wrong(row, "kind", "not_for_this_person")
                return False
        return fits

    def _may_edit(self, row: TableRow, area: AreaId, before: AreaId) -> bool:
        if row.staff_number == self._viewer.staff_id:
            self._wrong(row, "staff_number", "yourself")
            return False
        if not (self._may(Permission.STAFF_EDIT, area)
                and self._may(Permission.STAFF_EDIT, before)):  # fmt: skip
            self._wrong(row, "area", "no_right")
            return False
        return True

    def _may(self, permission: Permission, area: str) -> bool:
        key = (permission, area)
        if key not in self._rights:
            self._rights[key] = self._viewer.may(permission, AreaId(area))
        return self._rights[key]

    def _appointment_of(
        self,
        row: TableRow,
        kind: StaffKind | None,
        office: Office,
        place: PlaceCard,
        days: _Days | None,
    ) -> None:
        """Note an appointment. One of a row with faults elsewhere counts among those that clash."""
        rule = OFFICES[office]
        fits = kind is None or kind in rule.held_by
        if not fits:
            self._wrong(row, "office", "not_for_this_person")
        if days is None:
            return
        from_day, to_day = days
        held = self._on_record(row.staff_number, office, place.ref, from_day)
        first = from_day or (self._today if held is None else held.from_day)
        if to_day is not None and to_day < first:
            self._wrong(row, "to_day", "ends_early")
            return
        if held is not None and (to_day is None or to_day == held.to_day):
            return
        fits = self._lasts(row, row.staff_number, place, to_day) and fits
        if row.staff_number == self._viewer.staff_id:
            self._wrong(row, "staff_number", "yourself")
        elif not self._may(rule.appointed_by, place.area):
            self._wrong(row, "office", "no_right")
        elif fits and held is not None and to_day is not None:
            self._last_days[held.pk] = (row.row, to_day)
        elif fits:
            wanted = PlannedAppointment(row.row, row.staff_number, office, place, first, to_day)
            self._new.setdefault((row.staff_number, office, place.ref, first), wanted)

    def _days_of(self, row: TableRow) -> _Days | None:
        """The days of an appointment; None: one of them does not fit."""
        from_day, to_day = self._day(row, "from_day"), self._day(row, "to_day")
        if (row.from_day and from_day is None) or (row.to_day and to_day is None):
            return None
        if from_day is not None and to_day is not None and to_day < from_day:
            self._wrong(row, "to_day", "ends_early")
            return None
        return from_day, to_day

    def _lasts(
        self, row: TableRow, staff_id: str, place: PlaceCard, to_day: datetime.date | None
    ) -> bool:
        """Whether the person serves and the place stands until then; if not, that is a fault."""
        known = self._known.get(staff_id)
        leaves = None if known is None or has_left(known, self._today) else known.left_day
        for last, code in ((leaves, "left_by_then"), (place.days.last, "place_ends")):
            if last is not None and (to_day is None or last < to_day):
                self._wrong(row, "to_day", code)
                return False
        return True

    def _on_record(
        self, staff_id: str, office: Office, place: PlaceRef, first: datetime.date | None
    ) -> Appointment | None:
        """The appointment of the same first day; without a day the one that holds or will hold."""
        for one in self._by_person[staff_id]:
            if (one.office, one.place_kind, one.place) != (office, place.kind, place.code):
                continue
            if first is None and (one.to_day is None or one.to_day >= self._today):
                return one
            if one.from_day == first:
                return one
        return None

    def _day(self, row: TableRow, column: str) -> datetime.date | None:
        text = getattr(row, column)
        if not text:
            return None
        parts = _DATE.fullmatch(text.replace(" ", "").removesuffix("00:00:00"))
        try:
            if parts is not None:
                return datetime.date(*(int(part) for part in parts.groups()))
        except ValueError:
            pass
        self._wrong(row, column, "date")
        return None

    def _find_clashes(self) -> None:
        """Second holders, among what the table asks for and against what is on record."""
        groups: dict[tuple[str, str, str], list[tuple[datetime.date, datetime.date, int]]]
        groups = defaultdict(list)
        for one in self._held:
            if one.sole:
                row, last = self._last_days.get(one.pk, (0, one.to_day or _OPEN))
                groups[(one.office, one.place_kind, one.place)].append((one.from_day, last, row))
        for new in self._new.values():
            if new.sole:
                ref = new.place.ref
                period = (new.from_day, new.to_day or _OPEN, new.row)
                groups[(new.office.value, ref.kind.value, ref.code)].append(period)
        for periods in groups.values():
            periods.sort()
            reach, holder = datetime.date.min, 0
            for first, last, row in periods:
                if first <= reach and (row or holder):
                    at, other = (row, holder) if row else (holder, row)
                    self._plan.faults.append(CellFault(at, "place", "taken", "", other))
                if last > reach:
                    reach, holder = last, row


def _folded(text: str) -> str:
    return re.sub(r"[\s_\-.·（）()]", "", text).casefold()


def _words(entries: Iterable[tuple[str, str, Bilingual]]) -> Mapping[str, str]:
    return {_folded(word): key for key, code, name in entries for word in (code, name.zh, name.en)}


def _by_name(book: PlaceBook) -> dict[str, list[PlaceCard]]:
    found: dict[str, list[PlaceCard]] = defaultdict(list)
    for card in book.cards():
        for name in {_folded(card.name.zh), _folded(card.name.en)} - {""}:
            found[name].append(card)
    return found
