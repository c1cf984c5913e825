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
from dataclasses import dataclass, field

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
from wardmote.operations.people.errors import BadPersonError
from wardmote.operations.people.models import Appointment, Person
from wardmote.operations.people.person_card import PersonCard, check_card, differs
from wardmote.operations.people.place_book import PlaceBook, PlaceCard, place_book
from wardmote.operations.places.selectors import local_day

_DATE = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?")
_OPEN = datetime.date.max


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
            ``not_for_this_person``, ``no_right``, ``yourself``, ``differs`` or ``taken``.
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
    """

    faults: list[CellFault] = field(default_factory=list)
    added: list[PersonCard] = field(default_factory=list)
    changed: list[PersonCard] = field(default_factory=list)
    unchanged: int = 0
    appointed: list[PlannedAppointment] = field(default_factory=list)
    ended: list[tuple[str, datetime.date]] = field(default_factory=list)

    @property
    def changes_anything(self) -> bool:
        """Whether there is anything to take over."""
        return bool(self.added or self.changed or self.appointed or self.ended)


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
            elif differs(known, card):
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
        before = len(self._plan.faults)
        kind = self._kinds.get(_folded(row.kind))
        if kind is None:
            self._wrong(row, "kind", "kind" if row.kind else "needed")
        office = self._offices.get(_folded(row.office)) if row.office else None
        if row.office and office is None:
            self._wrong(row, "office", "office")
        place = self._place_of(row, office)
        area = self._area_of(row, place)
        if kind is None or area is None or len(self._plan.faults) > before:
            return
        card = self._card_of(row, StaffKind(kind), area)
        if card is not None and office is not None and place is not None:
            self._appointment_of(row, card, Office(office), place)

    def _wrong(self, row: TableRow, column: str, code: str, other_row: int = 0) -> None:
        value = getattr(row, column)
        self._plan.faults.append(CellFault(row.row, column, code, value, other_row))

    def _place_of(self, row: TableRow, office: str | None) -> PlaceCard | None:
        if office is None:
            if row.place and not row.office:
                self._wrong(row, "office", "needed")
            return None
        if not row.place:
            self._wrong(row, "place", "place_needed")
            return None
        found = self._book.find(row.place, Office(office))
        if found is not None and not found.gone_by(self._today):
            return found
        kinds = OFFICES[Office(office)].places
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

    def _card_of(self, row: TableRow, kind: StaffKind, area: AreaId) -> PersonCard | None:
        known = self._known.get(row.staff_number)
        name_zh, name_en = row.name_zh, row.name_en
        if name_zh and not name_en and not has_han(name_zh):
            name_zh, name_en = "", name_zh
        if known is not None:
            name_zh, name_en = name_zh or known.name_zh, name_en or known.name_en
        card = PersonCard(row.staff_number, Bilingual(name_zh, name_en), kind, area)
        earlier = self._cards.get(card.staff_id)
        if earlier is not None:
            if earlier[1] != card:
                self._wrong(row, "staff_number", "differs", earlier[0])
                return None
            return card
        try:
            check_card(card)
        except BadPersonError as refused:
            code = {"staff_number": "number"}.get(refused.values["field"], refused.values["field"])
            column = {"name": "name_zh"}.get(refused.values["field"], refused.values["field"])
            self._wrong(row, column, code if getattr(row, column) else "needed")
            return None
        if not self._may_keep(row, card, known):
            return None
        self._cards[card.staff_id] = (row.row, card)
        return card

    def _may_keep(self, row: TableRow, card: PersonCard, known: Person | None) -> bool:
        if known is not None and not differs(known, card):
            return True
        if card.staff_id == self._viewer.staff_id:
            self._wrong(row, "staff_number", "yourself")
            return False
        before = card.area if known is None else known.area
        if not (self._may(Permission.STAFF_EDIT, card.area)
                and self._may(Permission.STAFF_EDIT, before)):  # fmt: skip
            self._wrong(row, "area", "no_right")
            return False
        for held in self._by_person[card.staff_id]:
            over = held.to_day is not None and held.to_day < self._today
            if not over and card.kind not in OFFICES[Office(held.office)].held_by:
                self._wrong(row, "kind", "not_for_this_person")
                return False
        return True

    def _may(self, permission: Permission, area: str) -> bool:
        key = (permission, area)
        if key not in self._rights:
            self._rights[key] = self._viewer.may(permission, AreaId(area))
        return self._rights[key]

    def _appointment_of(
        self, row: TableRow, card: PersonCard, office: Office, place: PlaceCard
    ) -> None:
        rule = OFFICES[office]
        if card.kind not in rule.held_by:
            self._wrong(row, "office", "not_for_this_person")
            return
        from_day, to_day = self._day(row, "from_day"), self._day(row, "to_day")
        if (row.from_day and from_day is None) or (row.to_day and to_day is None):
            return
        held = self._on_record(card.staff_id, office, place.ref, from_day)
        first = from_day or (self._today if held is None else held.from_day)
        if to_day is not None and to_day < first:
            self._wrong(row, "to_day", "ends_early")
            return
        if held is not None and (to_day is None or to_day == held.to_day):
            return
        if card.staff_id == self._viewer.staff_id:
            self._wrong(row, "staff_number", "yourself")
        elif not self._may(rule.appointed_by, place.area):
            self._wrong(row, "office", "no_right")
        elif held is not None and to_day is not None:
            self._last_days[held.pk] = (row.row, to_day)
        else:
            wanted = PlannedAppointment(row.row, card.staff_id, office, place, first, to_day)
            self._new.setdefault((card.staff_id, office, place.ref, first), wanted)

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
