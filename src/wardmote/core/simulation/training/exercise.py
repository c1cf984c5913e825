"""The ledger of an exercise: what rang, who answered, what went wrong; folded into where it stands.

The ledger is written by the server (answered, taken down), by the simulated people (rang, struck)
and by the trainer (ordered). It lives in the training room's home and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from wardmote.core.domain.ids import IncidentId, UnitId
from wardmote.core.simulation.training.scenario import TroubleKind
from wardmote.core.simulation.training.script import (
    NO_UNIT,
    Script,
    ScriptedCall,
    ScriptedTrouble,
)

RING_LIMIT_S = 90.0
"""Who lets the telephone ring for longer (>=) leaves the call to the next desk."""


NO_INCIDENT = IncidentId("")


class EntryKind(StrEnum):
    """What was written into the ledger."""

    BEGAN = "began"
    RANG = "rang"
    ADDED = "added"
    ANSWERED = "answered"
    TAKEN = "taken"
    KNOWN = "known"
    HUNG_UP = "hung_up"
    OVERFLOWED = "overflowed"
    ORDERED = "ordered"
    STRUCK = "struck"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Order:
    """What a trainer wants to go wrong now.

    Attributes:
        unit: whom it shall befall; empty for a road or a call.
        call: number of the script's call that it is about; 0 for none.
    """

    kind: TroubleKind
    unit: UnitId = NO_UNIT
    call: int = 0
    lasts_s: float | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the ledger.

    Attributes:
        at_s: seconds UTC on the training room's clock.
        by: staff id of whoever did it; empty for the script.
        call: number of the script's call; 0 where it is about none.
        incident: the call that was taken down, or that the caller was found to speak of.
        order_id: id that a trainer's order got, so that it is carried out once.
    """

    kind: EntryKind
    at_s: float
    by: str = ""
    call: int = 0
    incident: IncidentId = NO_INCIDENT
    added: ScriptedCall | None = None
    order: Order | None = None
    order_id: str = ""
    trouble: ScriptedTrouble | None = None


class Line(StrEnum):
    """Where a call of the script stands."""

    TO_COME = "to_come"
    RINGING = "ringing"
    ON_LINE = "on_line"
    TAKEN = "taken"
    KNOWN = "known"
    LOST = "lost"
    OVERFLOWED = "overflowed"


@dataclass(frozen=True, slots=True)
class CallNow:
    """A call of the script and what became of it.

    Attributes:
        incident: as in `Entry`; empty while none is known.
    """

    call: ScriptedCall
    line: Line = Line.TO_COME
    rang_s: float | None = None
    answered_s: float | None = None
    answered_by: str = ""
    over_s: float | None = None
    incident: IncidentId = NO_INCIDENT


@dataclass(frozen=True, slots=True)
class Exercise:
    """Where an exercise stands.

    Attributes:
        calls: every call of the script, those added meanwhile included, by number.
        orders: of the trainer, by id, those that were carried out left out.
        trouble: that has struck, in order.
    """

    script: Script
    calls: dict[int, CallNow]
    began_s: float | None = None
    ended_s: float | None = None
    orders: dict[str, Order] = field(default_factory=dict)
    trouble: tuple[ScriptedTrouble, ...] = ()

    @property
    def ringing(self) -> list[CallNow]:
        """Calls that nobody has answered, the longest first."""
        found = [one for one in self.calls.values() if one.line is Line.RINGING]
        return sorted(found, key=lambda one: (one.rang_s or 0.0, one.call.number))

    def on_line_with(self, staff_id: str) -> CallNow | None:
        """The caller that somebody is speaking to."""
        for one in self.calls.values():
            if one.line is Line.ON_LINE and one.answered_by == staff_id:
                return one
        return None

    def call_of(self, incident: IncidentId) -> CallNow | None:
        """The call of the script that an incident was taken down from."""
        for one in self.calls.values():
            if one.incident == incident and one.line in (Line.TAKEN, Line.OVERFLOWED):
                return one
        return None


_AFTER = {
    EntryKind.RANG: (Line.TO_COME, Line.RINGING),
    EntryKind.ANSWERED: (Line.RINGING, Line.ON_LINE),
    EntryKind.TAKEN: (Line.ON_LINE, Line.TAKEN),
    EntryKind.KNOWN: (Line.ON_LINE, Line.KNOWN),
    EntryKind.HUNG_UP: (Line.ON_LINE, Line.LOST),
    EntryKind.OVERFLOWED: (Line.RINGING, Line.OVERFLOWED),
}
"""What an entry does to a call: where it must stand, and where it stands then."""


def may_follow(exercise: Exercise, entry: Entry) -> bool:
    """Whether an entry about a call fits where that call stands; two desks may pick up at once."""
    known = exercise.calls.get(entry.call)
    step = _AFTER.get(entry.kind)
    if known is None or step is None or known.line is not step[0]:
        return False
    return known.line is not Line.ON_LINE or entry.by == known.answered_by


def fold(script: Script, entries: Iterable[Entry]) -> Exercise:
    """Where an exercise stands after its ledger; an entry that does not fit changes nothing."""
    calls = {call.number: CallNow(call) for call in script.calls}
    exercise = Exercise(script, calls)
    for entry in entries:
        if entry.kind in _AFTER:
            if may_follow(exercise, entry):
                calls[entry.call] = _moved(calls[entry.call], entry)
        elif entry.kind is EntryKind.ADDED and entry.added is not None:
            calls.setdefault(entry.added.number, CallNow(entry.added))
            exercise = _carried_out(exercise, entry)
        elif entry.kind is EntryKind.STRUCK and entry.trouble is not None:
            exercise = replace(exercise, trouble=(*exercise.trouble, entry.trouble))
            exercise = _carried_out(exercise, entry)
        elif entry.kind is EntryKind.ORDERED and entry.order is not None:
            exercise = replace(exercise, orders={**exercise.orders, entry.order_id: entry.order})
        elif entry.kind is EntryKind.BEGAN and exercise.began_s is None:
            exercise = replace(exercise, began_s=entry.at_s)
        elif entry.kind is EntryKind.ENDED and exercise.ended_s is None:
            exercise = replace(exercise, ended_s=entry.at_s)
    return exercise


def _carried_out(exercise: Exercise, entry: Entry) -> Exercise:
    orders = {key: one for key, one in exercise.orders.items() if key != entry.order_id}
    return replace(exercise, orders=orders)


def _moved(known: CallNow, entry: Entry) -> CallNow:
    line = _AFTER[entry.kind][1]
    if entry.kind is EntryKind.RANG:
        return replace(known, line=line, rang_s=entry.at_s)
    if entry.kind is EntryKind.ANSWERED:
        return replace(known, line=line, answered_s=entry.at_s, answered_by=entry.by)
    return replace(known, line=line, over_s=entry.at_s, incident=entry.incident)
