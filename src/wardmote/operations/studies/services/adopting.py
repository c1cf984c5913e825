"""Adopting a plan: proposed by one person, approved by another, in force from a day, taken back."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from django.db import transaction
from django.utils.translation import get_language

from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.plain import JsonValue, dump
from wardmote.core.domain.study import (
    AdoptionAction,
    AdoptionState,
    RunKind,
    RunState,
)
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.plan import (
    Plan,
    RelocationPlan,
    RelocationPolicy,
    plan_document,
    read_plan,
)
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.identifiers import new_id
from wardmote.operations.local_time import local_day, midnight_s
from wardmote.operations.places import selectors as places
from wardmote.operations.places import services as place_services
from wardmote.operations.studies.errors import (
    DayPastError,
    DoesNotFitError,
    GridsBrokenError,
    LastDayError,
    NotTriedError,
    OutsideAreaError,
    RelocationElsewhereError,
    SecondPersonNeededError,
    TextNeededError,
    UnknownPartError,
)
from wardmote.operations.studies.models import Adoption, Run
from wardmote.operations.studies.promises import promise_of
from wardmote.operations.studies.rights import may_edit, study_to_edit
from wardmote.operations.studies.services.claiming import ACTOR
from wardmote.operations.studies.services.last_days import (
    FAULTS,
    TOO_LATE,
    check_no_wider_ends,
    end_of,
    end_where_due,
    is_over,
)
from wardmote.operations.studies.services.placing import (
    UNFIT,
    check_fits,
    moves_as_in_force,
    outside,
    posting_of,
    put_in_force,
    said,
)
from wardmote.operations.studies.services.restoring import (
    in_force_about,
    locked,
    move,
    put_back,
    record_move,
    restore,
)

LONGEST_AHEAD = datetime.timedelta(days=366)
MAX_TEXT = 1_000

logger = logging.getLogger(__name__)


def propose_adoption(
    viewer: Viewer,
    study_id: str,
    run_id: str,
    plan_code: str,
    first_day: datetime.date,
    note: str,
    *,
    now_s: float,
    last_day: datetime.date | None = None,
) -> str:
    """Ask that a plan which a finished run has tried be put in force; returns the adoption's id.

    Args:
        last_day: after it, what held before is put in force again; None: until it is replaced.

    Raises:
        RefusedError: not tried, outside the area, it does not fit the place, a day that does not
            fit, a plan of a larger area is in force until its last day, or no such thing.
        AccessDeniedError: the viewer may not change the study.
    """
    with transaction.atomic():
        study = study_to_edit(viewer, study_id)
        run = study.runs.filter(
            pk=run_id, kind=RunKind.TRIAL.value, state=RunState.DONE.value
        ).first()
        row = study.plans.filter(code=plan_code).first()
        if run is None or row is None:
            raise UnknownPartError
        with _telling_what_does_not_fit():
            plan = _tried(run, plan_code)
        promise = promise_of(run.outcome, plan_code)
        if promise is None:
            raise NotTriedError
        _check_can_be_adopted(plan, AreaId(study.area), now_s)
        begins_s = _beginning(first_day, now_s)
        check_no_wider_ends(AreaId(study.area), begins_s)
        names = outside(plan, AreaId(study.area), now_s)
        if names:
            raise OutsideAreaError(posts=", ".join(names[:5]))
        with _telling_what_does_not_fit():
            check_fits(plan, AreaId(study.area), now_s)
        adoption = Adoption.objects.create(
            id=new_id(now_s),
            study=study,
            study_plan=row,
            run=run,
            area=study.area,
            name=row.name,
            plan=plan_document(plan),
            promise=promise,
            note=note.strip()[:MAX_TEXT],
            from_s=begins_s,
            ends_s=end_of(first_day, last_day),
            proposed_by=viewer.staff_id,
            proposed_s=now_s,
        )
        record_move(adoption, None, viewer.staff_id, now_s)
    return adoption.pk


def withdraw_adoption(viewer: Viewer, adoption_id: str, *, now_s: float) -> None:
    """Take back what is not in force: the proposer, or whoever else may change the study.

    Raises:
        RefusedError: no such adoption, or it is in force or over.
        AccessDeniedError: the viewer may not change the study.
    """
    with transaction.atomic():
        adoption = locked(adoption_id)
        if not may_edit(viewer, adoption.study):
            raise AccessDeniedError
        move(adoption, AdoptionAction.WITHDRAW, viewer.staff_id, now_s)


def review_adoption(
    viewer: Viewer, adoption_id: str, *, approve: bool, words: str, now_s: float
) -> None:
    """Approve a proposal, or reject it with words; one whose day has come takes effect at once.

    Raises:
        SecondPersonNeededError: the viewer proposed it.
        RefusedError: no such adoption, it is not waiting for review, it does not fit the place any
            more, or words are missing.
        AccessDeniedError: the viewer may not approve plans in the area.
    """
    with transaction.atomic():
        place_services.lock_posting()
        adoption = locked(adoption_id)
        _check_may_decide(viewer, adoption)
        if viewer.staff_id == adoption.proposed_by:
            raise SecondPersonNeededError
        if not approve and not words.strip():
            raise TextNeededError(field="review")
        if approve and is_over(adoption, now_s):
            raise LastDayError
        adoption.reviewed_by = viewer.staff_id
        adoption.reviewed_s = now_s
        adoption.review = words.strip()[:MAX_TEXT]
        action = AdoptionAction.APPROVE if approve else AdoptionAction.REJECT
        move(adoption, action, viewer.staff_id, now_s)
        if approve:
            with _telling_what_does_not_fit():
                check_fits(read_plan(adoption.plan), AreaId(adoption.area), now_s)
                if adoption.from_s <= now_s:
                    _take_effect(adoption, now_s)


def take_effect_where_due(*, now_s: float) -> int:
    """Put every approved plan in force whose day has come; returns how many.

    Plans whose last day is over are taken back first. One that does not fit the place any more has
    failed; the others take effect all the same.
    """
    end_where_due(now_s)
    due = Adoption.objects.filter(state=AdoptionState.APPROVED.value, from_s__lte=now_s)
    count = 0
    for adoption_id in due.order_by("from_s", "pk").values_list("pk", flat=True):
        try:
            with transaction.atomic():
                place_services.lock_posting()
                adoption = locked(adoption_id)
                if adoption.state != AdoptionState.APPROVED.value:
                    continue
                if is_over(adoption, now_s):
                    _fail(adoption, TOO_LATE, now_s)
                    continue
                _take_effect(adoption, now_s)
            count += 1
        except FAULTS as error:
            logger.exception("Plan %s could not take effect", adoption_id)
            with transaction.atomic():
                _fail(locked(adoption_id), said(error), now_s)
    return count


def roll_back(viewer: Viewer, adoption_id: str, reason: str, *, now_s: float) -> None:
    """Put in force again what held in the area before; a plan that had made room is back too.

    Raises:
        RefusedError: no such adoption, it is not in force (a plan that took effect in its area
            since is rolled back first), what held before does not fit any more, or no reason is
            given.
        AccessDeniedError: the viewer may not decide on plans in the area.
    """
    if not reason.strip():
        raise TextNeededError(field="reason")
    with transaction.atomic():
        place_services.lock_posting()
        adoption = locked(adoption_id)
        _check_may_decide(viewer, adoption)
        if adoption.state == AdoptionState.IN_FORCE.value:
            with _telling_what_does_not_fit():
                put_back(adoption, viewer.staff_id, now_s)
        adoption.rolled_back_by = viewer.staff_id
        adoption.reason = reason.strip()[:MAX_TEXT]
        adoption.until_s = now_s
        move(adoption, AdoptionAction.ROLL_BACK, viewer.staff_id, now_s)
        with _telling_what_does_not_fit():
            restore(adoption, now_s)


def _take_effect(adoption: Adoption, now_s: float) -> None:
    check_no_wider_ends(AreaId(adoption.area), now_s)
    plan = read_plan(adoption.plan)
    version = f"{plan.code}-{adoption.pk}"
    posting, _stationing = posting_of(plan, AreaId(adoption.area), version, now_s)
    for other in in_force_about(adoption.area):
        other.until_s = now_s
        other.superseded_by = adoption.pk
        move(other, AdoptionAction.SUPERSEDE, ACTOR, now_s)
    adoption.former, adoption.placed = put_in_force(
        posting, actor=adoption.reviewed_by, now_s=now_s
    )
    adoption.from_s = max(adoption.from_s, now_s)
    move(adoption, AdoptionAction.TAKE_EFFECT, ACTOR, now_s)


def _fail(adoption: Adoption, why: Bilingual, now_s: float) -> None:
    if adoption.state == AdoptionState.APPROVED.value:
        adoption.failure = dump(why)
        move(adoption, AdoptionAction.FAIL, ACTOR, now_s)


@contextmanager
def _telling_what_does_not_fit() -> Iterator[None]:
    try:
        yield
    except UNFIT as error:
        problem = said(error).in_language(get_language() or "")
        raise DoesNotFitError(problem=problem) from error


def _check_may_decide(viewer: Viewer, adoption: Adoption) -> None:
    if not viewer.may(Permission.STUDY_APPROVE, AreaId(adoption.area)):
        raise AccessDeniedError


def _check_can_be_adopted(plan: Plan, area: AreaId, now_s: float) -> None:
    """What was promised must be what would be put in force."""
    if plan.grids is not None and (plan.grids.broken or not plan.grids.connected):
        raise GridsBrokenError
    whole = area_contains(area, places.location_index().whole_area)
    if not whole and not moves_as_in_force(plan, now_s):
        raise RelocationElsewhereError


def _tried(run: Run, code: str) -> Plan:
    """A plan as it was tried: one that said nothing of free units was tried with their own post."""
    plan = read_plan(_document(run, code))
    if plan.relocation is None:
        return replace(plan, relocation=RelocationPlan(RelocationPolicy.OWN_POST))
    return plan


def _document(run: Run, code: str) -> JsonValue:
    """The plan as it was tried; the study's may have been changed since."""
    for plan in run.request["plans"]:
        if plan["code"] == code:
            return plan
    raise NotTriedError


def _beginning(first_day: datetime.date, now_s: float) -> float:
    today = local_day(now_s)
    if not today <= first_day <= today + LONGEST_AHEAD:
        raise DayPastError
    return now_s if first_day == today else midnight_s(first_day)
