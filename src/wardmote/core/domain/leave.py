"""Leave (请假): a person is away, and who deputises meanwhile.

Leave is asked for, decided by somebody else, and may be recalled. Why somebody is ill is nobody's
business here: there is a kind and there are times, and no text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.ids import PersonId
from wardmote.core.domain.lifecycle import LifeCycle
from wardmote.core.domain.text import Bilingual


class LeaveKind(StrEnum):
    """Why a person is away, as far as a roster needs to know."""

    ANNUAL = "annual"
    SICK = "sick"
    FAMILY = "family"
    TRAINING = "training"
    SECONDED = "seconded"
    COMPENSATORY = "compensatory"
    OTHER = "other"


LEAVE_KIND_NAMES: Mapping[LeaveKind, Bilingual] = {
    LeaveKind.ANNUAL: Bilingual("年休假", "Annual leave"),
    LeaveKind.SICK: Bilingual("病假", "Sick leave"),
    LeaveKind.FAMILY: Bilingual("事假（家庭）", "Family leave"),
    LeaveKind.TRAINING: Bilingual("培训", "Training"),
    LeaveKind.SECONDED: Bilingual("借调", "Seconded elsewhere"),
    LeaveKind.COMPENSATORY: Bilingual("补休", "Time off in lieu"),
    LeaveKind.OTHER: Bilingual("其他", "Other"),
}


class LeaveState(StrEnum):
    """Where a leave stands. ``recalled``: it was cut short; what was taken of it stays."""

    ASKED = "asked"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    RECALLED = "recalled"


class LeaveAction(StrEnum):
    """What can be done to a leave. ``cancel`` is before it begins, ``recall`` while it runs."""

    APPROVE = "approve"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"
    RECALL = "recall"


LEAVE_LIFE_CYCLE: LifeCycle[LeaveState, LeaveAction] = LifeCycle(
    initial=LeaveState.ASKED,
    table={
        (LeaveState.ASKED, LeaveAction.APPROVE): LeaveState.APPROVED,
        (LeaveState.ASKED, LeaveAction.REFUSE): LeaveState.REFUSED,
        (LeaveState.ASKED, LeaveAction.WITHDRAW): LeaveState.WITHDRAWN,
        (LeaveState.APPROVED, LeaveAction.CANCEL): LeaveState.CANCELLED,
        (LeaveState.APPROVED, LeaveAction.RECALL): LeaveState.RECALLED,
    },
    final=frozenset(
        {
            LeaveState.REFUSED,
            LeaveState.WITHDRAWN,
            LeaveState.CANCELLED,
            LeaveState.RECALLED,
        }
    ),
)

TAKEN = frozenset({LeaveState.APPROVED, LeaveState.RECALLED})
"""States in which the person is away during the times of the leave."""

BY_THE_PERSON = frozenset({LeaveAction.WITHDRAW})
"""What the person who is to be away does; everything else is decided by somebody else."""


@dataclass(frozen=True, slots=True)
class Leave:
    """A person is away in [from_s, to_s), seconds UTC, and `deputy` deputises in every office."""

    leave_id: str
    person: PersonId
    from_s: float
    to_s: float
    deputy: PersonId | None

    def runs(self, at_s: float) -> bool:
        """Whether the person is away at a moment."""
        return self.from_s <= at_s < self.to_s
