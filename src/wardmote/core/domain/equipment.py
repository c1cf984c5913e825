"""Equipment: who has it, the life cycle of a fault, and when it has to be looked at or replaced."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.lifecycle import LifeCycle


class HolderKind(StrEnum):
    """Who or what has an item."""

    PERSON = "person"
    UNIT = "unit"
    POST = "post"


class FaultState(StrEnum):
    """Where a fault stands."""

    OPEN = "open"
    REPAIR = "repair"
    FIXED = "fixed"
    WRITTEN_OFF = "written_off"


class FaultAction(StrEnum):
    """What can be done about a fault; ``fail``: the repair did not hold."""

    SEND = "send"
    FIX = "fix"
    FAIL = "fail"
    WRITE_OFF = "write_off"


class DueKind(StrEnum):
    """What is due with an item."""

    EXPIRY = "expiry"
    INSPECTION = "inspection"


_S, _A = FaultState, FaultAction

FAULT_LIFE_CYCLE: LifeCycle[FaultState, FaultAction] = LifeCycle(
    initial=_S.OPEN,
    table={
        (_S.OPEN, _A.SEND): _S.REPAIR,
        (_S.OPEN, _A.FIX): _S.FIXED,
        (_S.OPEN, _A.WRITE_OFF): _S.WRITTEN_OFF,
        (_S.REPAIR, _A.FIX): _S.FIXED,
        (_S.REPAIR, _A.FAIL): _S.OPEN,
        (_S.REPAIR, _A.WRITE_OFF): _S.WRITTEN_OFF,
    },
    final=frozenset({_S.FIXED, _S.WRITTEN_OFF}),
)

LIVING_FAULTS: frozenset[FaultState] = frozenset({_S.OPEN, _S.REPAIR})
"""Faults that still stand; an item with one does not count as working."""


@dataclass(frozen=True, slots=True)
class Due:
    """Something is due with an item.

    Attributes:
        day: the first local day on which it is too late, for an expiry; the day of the next
            inspection otherwise.
        days_left: from today; negative once it is late.
    """

    kind: DueKind
    day: datetime.date
    days_left: int


def dues_of(
    today: datetime.date,
    expires: datetime.date | None,
    last_looked: datetime.date,
    every_days: int | None,
) -> tuple[Due, ...]:
    """What is due with an item, the earliest first; nothing where it has no expiry and no rhythm.

    Args:
        expires: the last good day; the day after it the item is expired.
        last_looked: the day of the last inspection, or of its entry.
        every_days: days from one inspection to the next.
    """
    found = []
    if expires is not None:
        day = expires + datetime.timedelta(days=1)
        found.append(Due(DueKind.EXPIRY, day, (day - today).days))
    if every_days is not None:
        day = last_looked + datetime.timedelta(days=every_days)
        found.append(Due(DueKind.INSPECTION, day, (day - today).days))
    return tuple(sorted(found, key=lambda due: (due.day, due.kind)))
