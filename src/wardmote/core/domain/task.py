"""The life cycle of a task, and what is said when one is asked for.

A task is one thing for one person to do at one place by one moment. Being late is a figure, not a
state; handing over changes who holds a task and keeps it open. What makes tasks (a rule, a call, a
hazard, a watch) says so in a `TaskRequest`, whose natural key makes asking twice the same as asking
once.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from wardmote.core.domain.appointment import Office
from wardmote.core.domain.ids import AreaId, PersonId
from wardmote.core.domain.lifecycle import LifeCycle
from wardmote.core.domain.task_form import NO_FORM, TaskForm
from wardmote.core.domain.text import Bilingual

TaskId = NewType("TaskId", str)
"""One task; sortable by time and unguessable."""

KEY_CHARACTERS = 40
LONGEST_MINUTES = 24 * 60
UNSAID = Bilingual("", "")
TOLERANCE_M = 150.0
"""How far from its place somebody may check in, unless the place says otherwise (<=)."""

OFFLINE_S = 72 * 3_600.0
"""What a phone says of the past counts for so long; a day without a network is normal."""


class TaskKind(StrEnum):
    """What is done."""

    VISIT = "visit"
    INSPECTION = "inspection"
    FOLLOW_UP = "follow_up"
    PATROL = "patrol"
    PUBLICITY = "publicity"
    MEETING = "meeting"
    CARE_VISIT = "care_visit"
    CHECK = "check"
    OTHER = "other"


TASK_KIND_NAMES: Mapping[TaskKind, Bilingual] = {
    TaskKind.VISIT: Bilingual("走访", "Visit"),
    TaskKind.INSPECTION: Bilingual("检查", "Inspection"),
    TaskKind.FOLLOW_UP: Bilingual("回访", "Follow-up"),
    TaskKind.PATROL: Bilingual("巡逻", "Patrol"),
    TaskKind.PUBLICITY: Bilingual("宣传", "Publicity"),
    TaskKind.MEETING: Bilingual("会议", "Meeting"),
    TaskKind.CARE_VISIT: Bilingual("关怀走访", "Care visit"),
    TaskKind.CHECK: Bilingual("复核", "Re-check"),
    TaskKind.OTHER: Bilingual("其他", "Other"),
}


class TaskState(StrEnum):
    """Where a task stands. ``planned``: its day has not come."""

    PLANNED = "planned"
    OPEN = "open"
    UNDER_WAY = "under_way"
    DONE = "done"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class TaskAction(StrEnum):
    """What can happen to a task.

    ``release``: its day has come. ``check_in``: its holder is at the place and begins. ``undo``:
    that was a mistake, or it has to wait. ``expire``: it would be of no use any more.
    ``tell_late``: it has expired, and a phone that was without a network tells that its holder
    began before. ``reopen``: a leader wants it done again, with a reason. ``hand_over``: somebody
    else holds it from now on.
    """

    RELEASE = "release"
    CHECK_IN = "check_in"
    UNDO = "undo"
    FINISH = "finish"
    CANCEL = "cancel"
    EXPIRE = "expire"
    TELL_LATE = "tell_late"
    REOPEN = "reopen"
    HAND_OVER = "hand_over"


_S = TaskState
_A = TaskAction

TASK_LIFE_CYCLE: LifeCycle[TaskState, TaskAction] = LifeCycle(
    initial=_S.PLANNED,
    table={
        (_S.PLANNED, _A.RELEASE): _S.OPEN,
        (_S.PLANNED, _A.CANCEL): _S.CANCELLED,
        (_S.PLANNED, _A.EXPIRE): _S.EXPIRED,
        (_S.PLANNED, _A.HAND_OVER): _S.PLANNED,
        (_S.OPEN, _A.CHECK_IN): _S.UNDER_WAY,
        (_S.OPEN, _A.FINISH): _S.DONE,
        (_S.OPEN, _A.CANCEL): _S.CANCELLED,
        (_S.OPEN, _A.EXPIRE): _S.EXPIRED,
        (_S.OPEN, _A.HAND_OVER): _S.OPEN,
        (_S.UNDER_WAY, _A.UNDO): _S.OPEN,
        (_S.UNDER_WAY, _A.FINISH): _S.DONE,
        (_S.UNDER_WAY, _A.CANCEL): _S.CANCELLED,
        (_S.UNDER_WAY, _A.HAND_OVER): _S.OPEN,
        (_S.DONE, _A.REOPEN): _S.OPEN,
        (_S.EXPIRED, _A.TELL_LATE): _S.OPEN,
        (_S.EXPIRED, _A.REOPEN): _S.OPEN,
    },
    final=frozenset({_S.DONE, _S.CANCELLED, _S.EXPIRED}),
)
"""What is under way does not expire: whoever is there may finish. What is cancelled stays so: a
consent that was withdrawn does not come back with a click."""

BY_CLOCK: frozenset[TaskAction] = frozenset({_A.RELEASE, _A.EXPIRE})
"""What the clock alone does: nobody decided it, and a phone without a network does not see it."""

LIVING_TASKS: frozenset[TaskState] = frozenset({_S.PLANNED, _S.OPEN, _S.UNDER_WAY})
"""States in which there is still something to do."""

TO_DO: frozenset[TaskState] = frozenset({_S.OPEN, _S.UNDER_WAY})
"""States that a phone shows as work of today."""


@dataclass(frozen=True, slots=True)
class TaskPlace:
    """Where a task is done. Never the home of a resident.

    Attributes:
        kind: ``key_place``, ``division``, ``beat``, ``post``, ``hazard``, ``incident`` or ``own``.
        code: its id there.
        lon, lat: WGS-84 degrees; None where the place has no point, such as a whole village.
        tolerance_m: how far away somebody may check in (<=).
    """

    kind: str
    code: str
    name: Bilingual
    lon: float | None = None
    lat: float | None = None
    tolerance_m: float = TOLERANCE_M


@dataclass(frozen=True, slots=True)
class TaskSource:
    """Why a task is there: ``rule``, ``incident``, ``hazard``, ``watch`` ... and its id."""

    kind: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class TaskRequest:
    """A task that something asks for.

    Attributes:
        rule: code of the rule that asks; with source, day and place the natural key.
        title: what is to be done, in a few words without names of residents.
        purpose: why.
        area: 12-digit code of the village or other division it is done in; rights look at this.
        office: whose it is; who holds the office at the place is looked up.
        holder: a member of staff who is to have it whatever the office; None to look up.
        day: the local day it is planned for.
        opens_s, due_s: from when it can be done, and by when; seconds UTC.
        useless_after_s: it expires here; None where late is better than never.
        minutes: how long it takes, with its way; 0 < minutes <= 1440.
        drill: made by an exercise; never in statistics.
        needs_officer: an assistant does it beside a police officer alone; kinds whose act asks for
            that (`assistant_acts.needs_officer`) always do. Not in an exercise, which is no act
            towards the public and reaches its participants alone.

    Raises:
        ValueError: the minutes or the times do not fit.
    """

    rule: str
    source: TaskSource
    kind: TaskKind
    title: Bilingual
    area: AreaId
    day: datetime.date
    opens_s: float
    due_s: float
    office: Office = Office.VILLAGE_ASSISTANT
    holder: PersonId | None = None
    place: TaskPlace | None = None
    purpose: Bilingual = UNSAID
    form: TaskForm = NO_FORM
    minutes: int = 30
    useless_after_s: float | None = None
    drill: bool = False
    needs_officer: bool = False

    def __post_init__(self) -> None:
        if not 0 < self.minutes <= LONGEST_MINUTES:
            msg = f"a task takes between 1 and {LONGEST_MINUTES} minutes, got {self.minutes}"
            raise ValueError(msg)
        if self.due_s < self.opens_s:
            raise ValueError("a task is due after it opens")
        if self.useless_after_s is not None and self.useless_after_s < self.due_s:
            raise ValueError("a task is of use at least until it is due")

    @property
    def key(self) -> str:
        """The natural key, 40 characters: the same for the same rule, source, day and place."""
        place = ("", "") if self.place is None else (self.place.kind, self.place.code)
        return natural_key(self.rule, self.source, self.day, self.area, *place)


def natural_key(
    rule: str, source: TaskSource, day: datetime.date, area: str, place_kind: str, place: str
) -> str:
    """What tells one task from another, 40 characters; `place` is its code, empty without one."""
    parts = (rule, source.kind, source.code, day.isoformat(), area, place_kind, place)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:KEY_CHARACTERS]
