"""Shapes of tasks for the phone."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Field, Schema

from wardmote.web.api.schemas.common import Code, CodeOut, Id, Lat, Lon, Name, Seconds, Text


class TaskPlaceOut(Schema):
    """Where a task is done; without a point where it is a whole village."""

    kind: str
    code: str
    name: Name
    lon: float | None
    lat: float | None
    tolerance_m: float | None


class StaffNameOut(Schema):
    """A member of staff, by number and name."""

    staff: str
    name: str


class TaskOut(Schema):
    """A task as it stands; `revision` is sent back with what is decided on it.

    `allowed` are the actions of the life cycle that are possible now. `form` is a key of the
    answer's forms. Of a care visit nothing says whose it is.

    `beside`: the police officer who goes with a holder who may not do it alone, and once it is done
    who was there; `officer_gap`: a code that says why there is nobody. Both are empty where nobody
    need go along. Whoever finishes such a task names an officer.
    """

    id: str
    revision: int
    state: str
    allowed: list[str]
    kind: str
    title: Name
    purpose: Name
    form: str
    place: TaskPlaceOut | None
    area: str
    area_name: Name
    day: str
    opens_s: float
    due_s: float
    useless_after_s: float | None
    minutes: int
    begun_s: float | None
    done_s: float | None
    answers: dict[str, Any] | None
    holder: str
    holder_name: str
    beside: StaffNameOut | None
    officer_gap: str
    rule: str
    source_kind: str
    source: str
    drill: bool


class FormFieldOut(Schema):
    """A question of a form."""

    code: str
    name: Name
    kind: str
    required: bool
    choices: list[CodeOut]
    least: float | None
    most: float | None


class TaskFormOut(Schema):
    """The questions of a form, in order."""

    fields: list[FormFieldOut]


class CalledOffOut(Schema):
    """A task that somebody else has cancelled: its holder does not go there any more."""

    id: str
    title: Name
    place: Name
    due_s: float
    cancelled_s: float


class TodayOut(Schema):
    """Everything a phone needs for the day, so that it can do without a network.

    `reasons` are lists by what they are for: ``elsewhere``, ``hand_over``. `officers`: by area, who
    can be named as having been there. Tasks that the person goes along to are somebody else's.
    `called_off`: what was cancelled in the last 72 hours and was or could have been on the phone.
    """

    made_s: float
    day: str
    staff_id: str
    planned_minutes: int
    duty_minutes: int
    tasks: list[TaskOut]
    called_off: list[CalledOffOut]
    forms: dict[str, TaskFormOut]
    kinds: list[CodeOut]
    reasons: dict[str, list[CodeOut]]
    officers: dict[str, list[StaffNameOut]]


class OneTaskOut(Schema):
    """One task with its form."""

    task: TaskOut
    form: TaskFormOut


class WhereaboutsIn(Schema):
    """Where somebody checks in: a position or a reason. The position is compared, not kept."""

    lon: Lon | None = None
    lat: Lat | None = None
    accuracy_m: Annotated[float, Field(ge=0, le=1e6)] = 0.0
    reason: Code = ""
    words: Text = ""


class TaskActIn(Schema):
    """When something was done, and on which revision of the task it was decided."""

    device_s: Seconds | None = None
    based_on: Annotated[int, Field(ge=0, le=1_000_000)] | None = None


class CheckInIn(TaskActIn):
    """Checking in."""

    where: WhereaboutsIn = WhereaboutsIn()


class FinishIn(TaskActIn):
    """Finishing; `where` for a task that was not checked in.

    `officer`: the police officer who was there, for what an assistant does not do alone.
    """

    answers: dict[str, Any] = {}
    where: WhereaboutsIn | None = None
    officer: Annotated[str, Field(max_length=40)] = ""


class HandOverIn(TaskActIn):
    """Handing over to a member of staff."""

    to: Id
    reason: Code
    although_overloaded: bool = False


class TaskConflictOut(Schema):
    """Why nothing was done, and how the task stands now: show both, decide anew."""

    code: str
    message: str
    task: TaskOut | None = None


class CareVisitOut(Schema):
    """Whom a care visit goes to; the look is on record. Keep it no longer than the visit."""

    purpose: CodeOut
    until: str
    name: str
    contact: str
    address: str
    wishes: str
