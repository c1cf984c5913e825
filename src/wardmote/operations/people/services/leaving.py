"""Leave: asking, deciding, recalling, and naming who deputises."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import get_language

from wardmote.core.domain.appointment import OFFICES, Office
from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.leave import (
    BY_THE_PERSON,
    LEAVE_LIFE_CYCLE,
    TAKEN,
    LeaveAction,
    LeaveKind,
    LeaveState,
)
from wardmote.core.domain.lifecycle import TransitionRefusedError
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.staff_events import StaffLeaveMoved
from wardmote.operations.access.selectors import forget_viewers
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.duty.selectors import level_against_leave
from wardmote.operations.identifiers import new_id
from wardmote.operations.journal.services import record
from wardmote.operations.local_time import local_day, local_time
from wardmote.operations.people.errors import (
    BadDaysError,
    BadDeputyError,
    LeaveDuringLevelError,
    LeaveDuringOpenLevelError,
    LeaveNotPossibleError,
    LeaveOverlapsError,
    UnknownLeaveError,
)
from wardmote.operations.people.models import Appointment, Leave, Person
from wardmote.operations.people.rights import check, check_other, person_locked
from wardmote.operations.people.rows import in_force_between, leaves_between
from wardmote.operations.people.services.appointing import check_may_hold, ends_before

MOST_DAYS = 400
_DAY_S = 86_400.0
_MOVED = ("state", "deputy", "to_s", "decided_by", "decided_s", "approved_s")


@dataclass(frozen=True, slots=True)
class NewLeave:
    """Who is to be away in [from_s, to_s), seconds UTC, and who deputises (None: nobody)."""

    staff_id: str
    kind: LeaveKind
    from_s: float
    to_s: float
    deputy: str | None = None


def ask_leave(viewer: Viewer, new: NewLeave, *, now_s: float) -> str:
    """Ask for leave, for oneself or for somebody whose staff the viewer edits; returns its id.

    Raises:
        UnknownPersonError: there is none of this number.
        AccessDeniedError: for somebody else, without the right.
        BadDaysError: it would end before it begins or before now, or last longer than 400 days.
        LeaveDuringLevelError: a duty level in force then ends such leave.
        BadDeputyError, NotForThisPersonError: the deputy cannot stand in.
    """
    if not new.from_s < new.to_s or new.to_s <= now_s or new.to_s - new.from_s > MOST_DAYS * _DAY_S:
        raise BadDaysError
    with transaction.atomic():
        person = person_locked(new.staff_id)
        if viewer.staff_id != person.pk:
            check(viewer, Permission.STAFF_EDIT, person.area)
        row = Leave(
            id=new_id(now_s),
            person=person,
            kind=new.kind.value,
            from_s=new.from_s,
            to_s=new.to_s,
            state=LEAVE_LIFE_CYCLE.initial.value,
            asked_by=viewer.staff_id,
            asked_s=now_s,
        )
        _check_level(row)
        row.deputy = _deputy(viewer, row, new.deputy)
        row.save(force_insert=True)
        _tell(viewer, row, None, now_s)
    return row.pk


def move_leave(viewer: Viewer, leave_id: str, action: LeaveAction, *, now_s: float) -> None:
    """Approve, refuse, withdraw, cancel or recall a leave. A recall ends it now.

    Raises:
        UnknownLeaveError: there is none.
        AccessDeniedError: the viewer may not decide about it.
        NotYourselfError: about the own leave, or one in which the viewer deputises.
        LeaveNotPossibleError: it does not stand where this can be done.
        LeaveOverlapsError: the person is on another leave then.
        LeaveDuringLevelError: approving it, while a duty level in force then ends such leave.
        BadDeputyError, NotForThisPersonError: the deputy cannot stand in any more.
    """
    try:
        with transaction.atomic():
            row = _locked(leave_id)
            _check_decider(viewer, row, action)
            row.state, ended_s = _after(row, action, now_s).value, None
            if action is LeaveAction.APPROVE:
                _check_level(row)
                row.deputy = _deputy(viewer, row, row.deputy_id)
                _check_gives(viewer, row)
                row.approved_s = now_s
            if action is LeaveAction.RECALL:
                ended_s, row.to_s = row.to_s, now_s
            row.decided_by, row.decided_s = viewer.staff_id, now_s
            row.save(update_fields=_MOVED)
            _tell(viewer, row, action, now_s, to_s_before=ended_s)
    except IntegrityError as error:
        raise LeaveOverlapsError from error


def name_deputy(viewer: Viewer, leave_id: str, deputy: str | None, *, now_s: float) -> None:
    """Let somebody else (None: nobody) deputise during a leave that is asked for or approved.

    Raises:
        UnknownLeaveError: there is none.
        AccessDeniedError: the viewer may not decide about it.
        NotYourselfError: about the own leave, or naming oneself.
        LeaveNotPossibleError: it is over or was given up.
        BadDeputyError, NotForThisPersonError: that person cannot stand in.
    """
    with transaction.atomic():
        row = _locked(leave_id)
        check_other(viewer, row.person_id, deputy)
        check(viewer, Permission.STAFF_EDIT, row.person.area)
        state = LeaveState(row.state)
        if state not in (LeaveState.ASKED, LeaveState.APPROVED) or row.to_s <= now_s:
            raise LeaveNotPossibleError
        before = row.deputy_id
        if before == deputy:
            return
        row.deputy = _deputy(viewer, row, deputy)
        if state is LeaveState.APPROVED:
            _check_gives(viewer, row)
        row.save(update_fields=["deputy"])
        _tell(viewer, row, None, now_s, deputy_before=before)


def _locked(leave_id: str) -> Leave:
    row = Leave.objects.select_for_update().filter(pk=leave_id).first()
    if row is None:
        raise UnknownLeaveError
    return row


def _check_decider(viewer: Viewer, row: Leave, action: LeaveAction) -> None:
    if action in BY_THE_PERSON and viewer.staff_id == row.person_id:
        return
    check_other(viewer, row.person_id)
    if action is LeaveAction.APPROVE:
        check_other(viewer, row.deputy_id)
    check(viewer, Permission.STAFF_EDIT, row.person.area)


def _after(row: Leave, action: LeaveAction, now_s: float) -> LeaveState:
    try:
        after = LEAVE_LIFE_CYCLE.next_state(LeaveState(row.state), action)
    except TransitionRefusedError as error:
        raise LeaveNotPossibleError from error
    over = row.to_s <= now_s
    begun = row.from_s < now_s
    if (action is LeaveAction.APPROVE and over) or (action is LeaveAction.CANCEL and begun):
        raise LeaveNotPossibleError
    if action is LeaveAction.RECALL and (over or not begun):
        raise LeaveNotPossibleError
    return after


def _check_level(row: Leave) -> None:
    """Nothing is asked for or given that a level in force would have taken back."""
    kind, area = LeaveKind(row.kind), AreaId(row.person.area)
    found = level_against_leave(area, kind, row.from_s, row.to_s)
    if found is None:
        return
    level, until_s = found
    name = level.name.in_language(get_language() or "")
    if until_s is None:
        raise LeaveDuringOpenLevelError(level=name)
    raise LeaveDuringLevelError(level=name, until=f"{local_time(until_s):%Y-%m-%d %H:%M}")


def _deputy(viewer: Viewer, row: Leave, deputy: str | None) -> Person | None:
    """The deputy of a leave, checked: serves, may hold the offices, and is not away then.

    Somebody of the organisation, or somebody whom the viewer may see; of all others it is not said
    whether they exist, serve or are away.
    """
    if deputy is None:
        return None
    person = Person.objects.filter(pk=deputy).first()
    if person is None or not _stands_near(viewer, row.person, person):
        raise BadDeputyError(staff_id=deputy)
    away = leaves_between(row.from_s, row.to_s).filter(person=person, from_s__lt=row.to_s)
    leaves = ends_before(person.left_day, local_day(row.to_s - 1.0))
    if person.pk == row.person_id or leaves or away.exists():
        raise BadDeputyError(staff_id=deputy)
    for office in _held(row).values_list("office", flat=True):
        check_may_hold(person, OFFICES[Office(office)])
    return person


def _stands_near(viewer: Viewer, person: Person, deputy: Person) -> bool:
    one, other = AreaId(person.area), AreaId(deputy.area)
    near = area_contains(one, other) or area_contains(other, one)
    return near or viewer.may(Permission.STAFF_VIEW, other)


def _check_gives(viewer: Viewer, row: Leave) -> None:
    """Deputising gives the roles of the offices: so it needs the right to appoint to them."""
    if row.deputy_id is None:
        return
    for office, area in _held(row).values_list("office", "area"):
        if not viewer.may(OFFICES[Office(office)].appointed_by, AreaId(area)):
            raise AccessDeniedError


def _held(row: Leave) -> QuerySet[Appointment]:
    return in_force_between(row.from_s, row.to_s).filter(person_id=row.person_id)


def _tell(
    viewer: Viewer,
    row: Leave,
    action: LeaveAction | None,
    now_s: float,
    *,
    deputy_before: str | None = None,
    to_s_before: float | None = None,
) -> None:
    event = StaffLeaveMoved(
        leave=row.pk,
        person=row.person_id,
        action=action,
        after=LeaveState(row.state),
        from_s=row.from_s,
        to_s=row.to_s,
        deputy=row.deputy_id,
        deputy_before=deputy_before,
        to_s_before=to_s_before,
    )
    record([event], actor=viewer.staff_id, area=AreaId(row.person.area), now_s=now_s)
    if LeaveState(row.state) in TAKEN or action is not None:
        transaction.on_commit(forget_viewers)
