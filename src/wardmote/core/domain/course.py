"""Training: attendance, certificates that expire, and the rotation through the station (跟班).

Village security chiefs take turns at the station, a few a month and some days each; whoever has
waited longest goes next.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.lifecycle import LifeCycle


class AttendanceState(StrEnum):
    """Where somebody stands with a session of a course."""

    ENROLLED = "enrolled"
    ATTENDED = "attended"
    ABSENT = "absent"
    EXCUSED = "excused"
    WITHDRAWN = "withdrawn"


class AttendanceAction(StrEnum):
    """What can be done; an error in the list of those who came can be put right."""

    ATTEND = "attend"
    MISS = "miss"
    EXCUSE = "excuse"
    WITHDRAW = "withdraw"
    CORRECT = "correct"


class TurnState(StrEnum):
    """Where a turn at the station stands."""

    PLANNED = "planned"
    SERVED = "served"
    MISSED = "missed"
    CANCELLED = "cancelled"


class TurnAction(StrEnum):
    """What can become of a turn at the station."""

    SERVE = "serve"
    MISS = "miss"
    CANCEL = "cancel"


_S, _A = AttendanceState, AttendanceAction

ATTENDANCE_LIFE_CYCLE: LifeCycle[AttendanceState, AttendanceAction] = LifeCycle(
    initial=_S.ENROLLED,
    table={
        (_S.ENROLLED, _A.ATTEND): _S.ATTENDED,
        (_S.ENROLLED, _A.MISS): _S.ABSENT,
        (_S.ENROLLED, _A.EXCUSE): _S.EXCUSED,
        (_S.ENROLLED, _A.WITHDRAW): _S.WITHDRAWN,
        (_S.ATTENDED, _A.CORRECT): _S.ENROLLED,
        (_S.ABSENT, _A.CORRECT): _S.ENROLLED,
        (_S.EXCUSED, _A.CORRECT): _S.ENROLLED,
    },
    final=frozenset({_S.ATTENDED, _S.ABSENT, _S.EXCUSED, _S.WITHDRAWN}),
)

TURN_LIFE_CYCLE: LifeCycle[TurnState, TurnAction] = LifeCycle(
    initial=TurnState.PLANNED,
    table={
        (TurnState.PLANNED, TurnAction.SERVE): TurnState.SERVED,
        (TurnState.PLANNED, TurnAction.MISS): TurnState.MISSED,
        (TurnState.PLANNED, TurnAction.CANCEL): TurnState.CANCELLED,
    },
    final=frozenset({TurnState.SERVED, TurnState.MISSED, TurnState.CANCELLED}),
)

TURNS_A_MONTH = 4
DAYS_A_TURN = 3


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who takes turns.

    Attributes:
        last_served: the last day of the latest turn served or planned; None: never.
        since: the day on which the office was taken up.
        away: local days on which the person is on leave.
    """

    person: str
    last_served: datetime.date | None
    since: datetime.date
    away: frozenset[datetime.date] = frozenset()


@dataclass(frozen=True, slots=True)
class PlannedTurn:
    """Days on which somebody is at the station, in order."""

    person: str
    days: tuple[datetime.date, ...]


def plan_rotation(
    waiting: tuple[Waiting, ...],
    working_days: tuple[datetime.date, ...],
    turns: int = TURNS_A_MONTH,
    days_each: int = DAYS_A_TURN,
) -> tuple[PlannedTurn, ...]:
    """The turns of a month: the working days cut into blocks, each for who has waited longest.

    Nobody is planned twice. Whoever is away in a block waits for the next one, keeping the place in
    the queue. Fewer turns than asked for come out where days or people are short.

    Args:
        working_days: of the month, ascending; the blocks are spread over them evenly.

    Raises:
        ValueError: `turns` or `days_each` is below 1.
    """
    if turns < 1 or days_each < 1:
        raise ValueError("at least one turn of at least one day")
    queue = sorted(waiting, key=_patience)
    fitting = min(turns, len(working_days) // days_each)
    planned = []
    for number in range(fitting):
        first = number * len(working_days) // fitting
        block = working_days[first : first + days_each]
        free = next((one for one in queue if one.away.isdisjoint(block)), None)
        if free is None:
            continue
        queue.remove(free)
        planned.append(PlannedTurn(free.person, block))
    return tuple(planned)


def certificate_until(day: datetime.date, valid_days: int | None) -> datetime.date | None:
    """The last good day of a certificate given on `day`; None: it does not expire."""
    return None if valid_days is None else day + datetime.timedelta(days=valid_days - 1)


def _patience(one: Waiting) -> tuple[bool, datetime.date, str]:
    """Those who never served first, by how long they hold the office; then by the last turn."""
    return (one.last_served is not None, one.last_served or one.since, one.person)
