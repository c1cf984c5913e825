"""Adopting a plan: proposed by one person, approved by another, in force from a day, taken back."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from django.db import DataError, IntegrityError, transaction
from django.utils.translation import get_language

from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.events import PostingMoved
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.lifecycle import TransitionRefusedError
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.plain import JsonValue, dump
from wardmote.core.domain.study import (
    ADOPTION_LIFE_CYCLE,
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
from wardmote.operations.journal.services import record
from wardmote.operations.places import selectors as places
from wardmote.operations.places import services as place_services
from wardmote.operations.refusals import RefusedError
from wardmote.operations.studies.errors import (
    DayPastError,
    DoesNotFitError,
    GridsBrokenError,
    LastDayError,
    NotPossibleNowError,
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
from wardmote.operations.studies.services.placing import (
    UNFIT,
    check_fits,
    moves_as_in_force,
    outside,
    posting_of,
    put_in_force,
    said,
)
from wardmote.operations.studies.services.returning import returned_posting

LONGEST_AHEAD = datetime.timedelta(days=366)
LONGEST_IN_FORCE = datetime.timedelta(days=3 * 366)
MAX_TEXT = 1_000
FAULTS = (*UNFIT, RefusedError, DataError, IntegrityError)
"""What speaks against one plan alone: others may take effect all the same."""

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
            fit, or no such thing.
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
            from_s=_beginning(first_day, now_s),
            ends_s=_end(first_day, last_day),
            proposed_by=viewer.staff_id,
            proposed_s=now_s,
        )
        _record(adoption, None, viewer.staff_id, now_s)
    return adoption.pk


def withdraw_adoption(viewer: Viewer, adoption_id: str, *, now_s: float) -> None:
    """Take back what is not in force: the proposer, or whoever else may change the study.

    Raises:
        RefusedError: no such adoption, or it is in force or over.
        AccessDeniedError: the viewer may not change the study.
    """
    with transaction.atomic():
        adoption = _locked(adoption_id)
        if not may_edit(viewer, adoption.study):
            raise AccessDeniedError
        _move(adoption, AdoptionAction.WITHDRAW, viewer.staff_id, now_s)


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
        adoption = _locked(adoption_id)
        _check_may_decide(viewer, adoption)
        if viewer.staff_id == adoption.proposed_by:
            raise SecondPersonNeededError
        if not approve and not words.strip():
            raise TextNeededError(field="review")
        if approve and adoption.ends_s is not None and adoption.ends_s <= now_s:
            raise LastDayError
        adoption.reviewed_by = viewer.staff_id
        adoption.reviewed_s = now_s
        adoption.review = words.strip()[:MAX_TEXT]
        action = AdoptionAction.APPROVE if approve else AdoptionAction.REJECT
        _move(adoption, action, viewer.staff_id, now_s)
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
    _end_where_due(now_s)
    due = Adoption.objects.filter(state=AdoptionState.APPROVED.value, from_s__lte=now_s)
    count = 0
    for adoption_id in due.order_by("from_s", "pk").values_list("pk", flat=True):
        try:
            with transaction.atomic():
                place_services.lock_posting()
                adoption = _locked(adoption_id)
                if adoption.state != AdoptionState.APPROVED.value:
                    continue
                _take_effect(adoption, now_s)
            count += 1
        except FAULTS as error:
            logger.exception("Plan %s could not take effect", adoption_id)
            _fail(adoption_id, said(error), now_s)
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
        adoption = _locked(adoption_id)
        _check_may_decide(viewer, adoption)
        if adoption.state == AdoptionState.IN_FORCE.value:
            with _telling_what_does_not_fit():
                _put_back(adoption, viewer.staff_id, now_s)
        adoption.rolled_back_by = viewer.staff_id
        adoption.reason = reason.strip()[:MAX_TEXT]
        adoption.until_s = now_s
        _move(adoption, AdoptionAction.ROLL_BACK, viewer.staff_id, now_s)
        _restore(adoption, now_s)


def _end_where_due(now_s: float) -> None:
    """Take back what is in force and whose last day is over; where that cannot be, it stays."""
    due = Adoption.objects.filter(state=AdoptionState.IN_FORCE.value, ends_s__lte=now_s)
    for adoption_id in due.order_by("ends_s", "pk").values_list("pk", flat=True):
        try:
            with transaction.atomic():
                place_services.lock_posting()
                adoption = _locked(adoption_id)
                if adoption.state != AdoptionState.IN_FORCE.value:
                    continue
                _put_back(adoption, ACTOR, now_s)
                adoption.until_s = now_s
                _move(adoption, AdoptionAction.END, ACTOR, now_s)
                _restore(adoption, now_s)
        except FAULTS as error:
            logger.exception("Plan %s could not be taken back after its last day", adoption_id)
            # Tried once: it holds until a person rolls it back or another plan replaces it.
            Adoption.objects.filter(pk=adoption_id).update(ends_s=None, failure=dump(said(error)))


def _take_effect(adoption: Adoption, now_s: float) -> None:
    plan = read_plan(adoption.plan)
    version = f"{plan.code}-{adoption.pk}"
    posting, _stationing = posting_of(plan, AreaId(adoption.area), version, now_s)
    for other in _in_force_about(adoption.area):
        other.until_s = now_s
        other.superseded_by = adoption.pk
        _move(other, AdoptionAction.SUPERSEDE, ACTOR, now_s)
    adoption.former, adoption.placed = put_in_force(
        posting, actor=adoption.reviewed_by, now_s=now_s
    )
    adoption.from_s = max(adoption.from_s, now_s)
    _move(adoption, AdoptionAction.TAKE_EFFECT, ACTOR, now_s)


def _put_back(adoption: Adoption, actor: str, now_s: float) -> None:
    if adoption.former is None or adoption.placed is None:
        return
    former = places.posting_numbered(adoption.former)
    placed = places.posting_numbered(adoption.placed)
    area, version = AreaId(adoption.area), f"back-{adoption.pk}"
    posting = returned_posting(former, placed, area, version, now_s)
    put_in_force(posting, actor=actor, now_s=now_s)


def _restore(adoption: Adoption, now_s: float) -> None:
    """What made room for a plan that is over holds again, unless another keeps it away."""
    gone = Adoption.objects.select_for_update(of=("self",)).filter(
        state=AdoptionState.SUPERSEDED.value, superseded_by=adoption.pk
    )
    for other in gone.select_related("study").order_by("pk"):
        instead = _in_force_about(other.area)
        if instead:
            other.superseded_by = instead[0].pk
            other.save(update_fields=["superseded_by"])
            continue
        other.from_s, other.until_s, other.superseded_by = now_s, None, ""
        _move(other, AdoptionAction.RESTORE, ACTOR, now_s)


def _in_force_about(area: str) -> list[Adoption]:
    """The plans in force, locked, of areas that contain `area` or lie in it."""
    rows = Adoption.objects.select_for_update(of=("self",)).select_related("study")
    return [
        row
        for row in rows.filter(state=AdoptionState.IN_FORCE.value).order_by("pk")
        if area_contains(AreaId(row.area), AreaId(area))
        or area_contains(AreaId(area), AreaId(row.area))
    ]


def _fail(adoption_id: str, why: Bilingual, now_s: float) -> None:
    with transaction.atomic():
        adoption = _locked(adoption_id)
        if adoption.state == AdoptionState.APPROVED.value:
            adoption.failure = dump(why)
            _move(adoption, AdoptionAction.FAIL, ACTOR, now_s)


@contextmanager
def _telling_what_does_not_fit() -> Iterator[None]:
    try:
        yield
    except UNFIT as error:
        problem = said(error).in_language(get_language() or "")
        raise DoesNotFitError(problem=problem) from error


def _locked(adoption_id: str) -> Adoption:
    rows = Adoption.objects.select_for_update(of=("self",)).select_related("study")
    adoption = rows.filter(pk=adoption_id).first()
    if adoption is None:
        raise UnknownPartError
    return adoption


def _check_may_decide(viewer: Viewer, adoption: Adoption) -> None:
    if not viewer.may(Permission.STUDY_APPROVE, AreaId(adoption.area)):
        raise AccessDeniedError


def _move(adoption: Adoption, action: AdoptionAction, actor: str, now_s: float) -> None:
    try:
        after = ADOPTION_LIFE_CYCLE.next_state(AdoptionState(adoption.state), action)
    except TransitionRefusedError as error:
        raise NotPossibleNowError from error
    adoption.state = after.value
    adoption.save()
    _record(adoption, action, actor, now_s)


def _record(adoption: Adoption, action: AdoptionAction | None, actor: str, now_s: float) -> None:
    event = PostingMoved(
        adoption=adoption.pk,
        study=adoption.study_id,
        plan=adoption.study_plan_id,
        action=action,
        after=AdoptionState(adoption.state),
        from_s=adoption.from_s,
    )
    record([event], actor=actor, area=AreaId(adoption.area), now_s=now_s)


def _end(first: datetime.date, last: datetime.date | None) -> float | None:
    """When the day after the last one begins."""
    if last is None:
        return None
    if not first <= last <= first + LONGEST_IN_FORCE:
        raise LastDayError
    return places.midnight_s(last + datetime.timedelta(days=1))


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
    today = places.local_day(now_s)
    if not today <= first_day <= today + LONGEST_AHEAD:
        raise DayPastError
    return now_s if first_day == today else places.midnight_s(first_day)
