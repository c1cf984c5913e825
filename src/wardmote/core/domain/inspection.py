"""Spot checks (抽查): what is drawn, what is looked at, and the life cycle of one check.

A check ends upheld or corrected, by somebody other than who recorded it, after the person
concerned could reply within a term; a check that could not be made is dropped with a reason, and
one that nobody makes in time lapses; both are counted and shown, so that nobody drops one quietly.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from wardmote.core.domain.lifecycle import LifeCycle


class Stratum(StrEnum):
    """What checks are drawn from; each is drawn separately."""

    POST = "post"
    VEHICLE = "vehicle"
    EQUIPMENT = "equipment"
    PERSON = "person"


class CheckState(StrEnum):
    """Where a check stands."""

    DRAWN = "drawn"
    UNDER_WAY = "under_way"
    RECORDED = "recorded"
    REPLIED = "replied"
    UPHELD = "upheld"
    CORRECTED = "corrected"
    DROPPED = "dropped"


class CheckAction(StrEnum):
    """What can be done to a check.

    ``uphold`` and ``correct``: another person decides on a reply. ``stand``: the term for a reply
    is over without one. ``lapse``: nobody made the check within its term.
    """

    BEGIN = "begin"
    RECORD = "record"
    REPLY = "reply"
    STAND = "stand"
    UPHOLD = "uphold"
    CORRECT = "correct"
    DROP = "drop"
    LAPSE = "lapse"


class CheckItem(StrEnum):
    """What is looked at."""

    PRESENT = "present"
    IN_GRID = "in_grid"
    EQUIPMENT_COMPLETE = "equipment_complete"
    EQUIPMENT_WORKING = "equipment_working"


class Finding(StrEnum):
    """What was found of an item; ``not_seen``: it could not be looked at."""

    YES = "yes"
    NO = "no"
    NOT_SEEN = "not_seen"


class DropReason(StrEnum):
    """Why a drawn check was not made; ``not_in_time``: it lapsed, which nobody may say."""

    OFF_DUTY = "off_duty"
    ON_A_CALL = "on_a_call"
    OUT_OF_REACH = "out_of_reach"
    NO_LONGER_THERE = "no_longer_there"
    NOT_IN_TIME = "not_in_time"


_S, _A, _I = CheckState, CheckAction, CheckItem

CHECK_LIFE_CYCLE: LifeCycle[CheckState, CheckAction] = LifeCycle(
    initial=_S.DRAWN,
    table={
        (_S.DRAWN, _A.BEGIN): _S.UNDER_WAY,
        (_S.DRAWN, _A.DROP): _S.DROPPED,
        (_S.DRAWN, _A.LAPSE): _S.DROPPED,
        (_S.UNDER_WAY, _A.RECORD): _S.RECORDED,
        (_S.UNDER_WAY, _A.DROP): _S.DROPPED,
        (_S.UNDER_WAY, _A.LAPSE): _S.DROPPED,
        (_S.RECORDED, _A.REPLY): _S.REPLIED,
        (_S.RECORDED, _A.STAND): _S.UPHELD,
        (_S.REPLIED, _A.UPHOLD): _S.UPHELD,
        (_S.REPLIED, _A.CORRECT): _S.CORRECTED,
    },
    final=frozenset({_S.UPHELD, _S.CORRECTED, _S.DROPPED}),
)

RESULTS: frozenset[CheckState] = frozenset({_S.RECORDED, _S.REPLIED, _S.UPHELD, _S.CORRECTED})
"""Checks that have a result; a corrected one counts as corrected."""

ITEMS_OF: Mapping[Stratum, tuple[CheckItem, ...]] = {
    Stratum.POST: (_I.PRESENT, _I.EQUIPMENT_COMPLETE, _I.EQUIPMENT_WORKING),
    Stratum.VEHICLE: (_I.PRESENT, _I.IN_GRID, _I.EQUIPMENT_COMPLETE, _I.EQUIPMENT_WORKING),
    Stratum.EQUIPMENT: (_I.PRESENT, _I.EQUIPMENT_WORKING),
    Stratum.PERSON: (_I.PRESENT, _I.IN_GRID, _I.EQUIPMENT_COMPLETE, _I.EQUIPMENT_WORKING),
}
"""What is looked at in each stratum."""

REPLY_TERM_DAYS = 5
"""Working days within which the person concerned may reply; counted from the record."""

CHECK_TERM_DAYS = 1
"""Working days after the draw within which a check is made and recorded."""

TWO_PERSON_ACTIONS: frozenset[CheckAction] = frozenset({_A.UPHOLD, _A.CORRECT})
"""What neither the inspector who recorded the check nor the person concerned may do."""


def has_defects(findings: Mapping[CheckItem, Finding]) -> bool:
    """Whether anything was found wanting. What could not be seen is not a defect."""
    return Finding.NO in findings.values()


def missing_items(stratum: Stratum, findings: Mapping[CheckItem, Finding]) -> tuple[CheckItem, ...]:
    """Items of `stratum` that nothing was said about, in order."""
    return tuple(item for item in ITEMS_OF[stratum] if item not in findings)
