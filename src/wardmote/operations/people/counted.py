"""The cases behind the figures of coverage in a bulletin: villages for which nobody answers.

Asked for the last second of a period. As of an earlier moment, appointments and leaves are folded
from the journal up to it, so that what was entered later changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from wardmote.core.beat.answering import Gap
from wardmote.core.domain.appointment import OFFICES, Appointment, Office, PlaceKind, PlaceRef
from wardmote.core.domain.ids import AreaId, PersonId
from wardmote.core.domain.leave import TAKEN, Leave
from wardmote.core.domain.staff_events import (
    StaffAppointed,
    StaffAppointmentEnded,
    StaffLeaveMoved,
)
from wardmote.operations.counting import Case, Counting, FactCounting, Window, contains
from wardmote.operations.journal.selectors import events_of_types, last_seq
from wardmote.operations.local_time import local_day
from wardmote.operations.people.models import Appointment as AppointmentRow
from wardmote.operations.people.place_book import place_book
from wardmote.operations.people.selectors import Answering, answering_at
from wardmote.operations.places.selectors import location_index

_CODES = ("villages", "no_officer", "no_assistant", "nobody")
_TYPES = ("staff.appointed", "staff.appointment_ended", "staff.leave_moved")
_READ_AT_ONCE = 2_000


def coverage_countings(areas: Iterable[AreaId], window: Window) -> tuple[Counting, ...]:
    """Villages, and those without officer, assistant or either."""
    at_s = window.end_s - 1.0
    known = answering_at(at_s) if window.live else _answering_as_of(at_s, window.as_of_s)
    return (FactCounting(_CODES, list(_villages(areas, known, at_s))),)


def first_appointed_s() -> float | None:
    """When the oldest appointment on record was entered; None while there is none."""
    rows = AppointmentRow.objects.order_by("made_s").values_list("made_s", flat=True)
    return rows.first()


def _villages(
    areas: Iterable[AreaId], known: Answering, at_s: float
) -> Iterator[tuple[Case, frozenset[str]]]:
    inside, today, index = contains(areas), local_day(at_s), location_index()
    for card in known.book.cards():
        code = card.ref.code
        if card.ref.kind is not PlaceKind.VILLAGE or not inside(code):
            continue
        if not card.days.hold(today):
            continue
        beats = index.beats_of(card.area, today)[:1]
        around = (card.ref, *(PlaceRef(PlaceKind.BEAT, beat) for beat in beats))
        missing = [
            isinstance(known.of_chain(_held_at(around, office), office, at_s), Gap)
            for office in (Office.COMMUNITY_OFFICER, Office.VILLAGE_ASSISTANT)
        ]
        named = (*missing, all(missing))
        codes = {code for code, so in zip(_CODES[1:], named, strict=True) if so}
        yield Case("village", card.ref.code, card.area, None), frozenset({"villages", *codes})


def _held_at(around: Sequence[PlaceRef], office: Office) -> tuple[PlaceRef, ...]:
    """A village and its beat, as far as the office is held there; ours are held no wider."""
    return tuple(ref for ref in around if ref.kind in OFFICES[office].places)


def _answering_as_of(at_s: float, as_of_s: float) -> Answering:
    """Everything that decides who answers at a moment, by what was on record at another."""
    held: dict[str, Appointment] = {}
    leaves: dict[str, Leave] = {}
    seq, until = 0, last_seq()
    while events := events_of_types(seq, until, _TYPES, _READ_AT_ONCE):
        seq = events[-1].seq
        for event in events:
            if event.recorded_s > as_of_s:
                continue
            told = event.payload
            if isinstance(told, StaffAppointed):
                held[told.appointment] = _appointment(told)
            elif isinstance(told, StaffAppointmentEnded):
                _end(held, told)
            elif isinstance(told, StaffLeaveMoved):
                _move(leaves, told)
    return Answering(at_s, at_s, place_book(), held.values(), list(leaves.values()))


def _appointment(told: StaffAppointed) -> Appointment:
    return Appointment(
        appointment_id=told.appointment,
        person=PersonId(told.person),
        office=told.office,
        place=PlaceRef(told.place_kind, told.place),
        from_s=told.from_s,
        to_s=told.to_s,
        acting=told.acting,
    )


def _end(held: dict[str, Appointment], told: StaffAppointmentEnded) -> None:
    known = held.pop(told.appointment, None)
    if known is not None and not told.withdrawn:
        held[told.appointment] = Appointment(
            known.appointment_id, known.person, known.office, known.place, known.from_s,
            told.to_s, known.acting,
        )  # fmt: skip


def _move(leaves: dict[str, Leave], told: StaffLeaveMoved) -> None:
    leaves.pop(told.leave, None)
    if told.after in TAKEN:
        deputy = None if told.deputy is None else PersonId(told.deputy)
        leaves[told.leave] = Leave(
            told.leave, PersonId(told.person), told.from_s, told.to_s, deputy
        )
