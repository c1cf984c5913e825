"""Offers of plans: a call or a guarded event brings a plan up, and a person takes it or not.

Nothing here activates a plan. What is offered is made once for a plan and what brings it up, by
the rule, however often the call is corrected.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import transaction

from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.contingency import (
    OFFER_LIFE_CYCLE,
    ActivationState,
    Checklist,
    OfferAction,
    OfferState,
    Subject,
    TriggerKind,
    VersionState,
    load_checklist,
)
from wardmote.core.domain.duty_events import DutyOfferMoved
from wardmote.core.domain.event_registry import Event
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.incident import OPEN_STATES, IncidentState
from wardmote.core.domain.incident_events import (
    IncidentClassified,
    IncidentEntered,
    IncidentLocated,
    IncidentMoved,
)
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.duty.models import Activation, GuardDay, Offer, Plan, PlanVersion
from wardmote.operations.duty.recording import RULE, check, locked, moved
from wardmote.operations.identifiers import new_id
from wardmote.operations.incidents import selectors as incidents
from wardmote.operations.incidents.selectors import IncidentRow
from wardmote.operations.journal.services import record
from wardmote.operations.local_time import local_day
from wardmote.operations.places.selectors import locate

NAME_CHARACTERS = 60


def offer_for_call(event: Event, now_s: float) -> None:
    """A call came in, was placed or classified: offer the plans that it brings up.

    One that is over takes its open offers with it.
    """
    payload = event.payload
    kinds = (IncidentEntered, IncidentLocated, IncidentClassified, IncidentMoved)
    if not isinstance(payload, kinds):
        return
    call = incidents.find_many([payload.incident]).get(payload.incident)
    if call is None:
        return
    if IncidentState(call.state) not in OPEN_STATES:
        _lapse(call.pk, now_s)
    elif not isinstance(payload, IncidentMoved):
        for plan in _plans_of_call(call, now_s):
            _offer(plan, Subject.INCIDENT, call.pk, call.pk, drill=call.drill, now_s=now_s)


def offer_for_guards(now_s: float) -> None:
    """Offer the plans that an event guarded today brings up."""
    today = local_day(now_s)
    for day in (
        GuardDay.objects.filter(day=today, called_off_s=None).select_related("guard").order_by("pk")
    ):
        guard = day.guard
        names = {guard.pk, guard.name_zh, guard.name_en} - {""}
        about = f"{(guard.name_zh or guard.name_en)[:NAME_CHARACTERS]} {today.isoformat()}"
        for plan, checklist in _approved():
            near = area_contains(AreaId(plan.area), AreaId(guard.area))
            if near and any(checklist.triggered_by(TriggerKind.EVENT, one) for one in names):
                with transaction.atomic():
                    _offer(plan, Subject.EVENT, about, guard.pk, drill=False, now_s=now_s)


def decline_offer(viewer: Viewer, offer: str, *, now_s: float) -> None:
    """Say that a plan that was offered is not needed.

    Raises:
        UnknownDutyError: there is no such offer. NotPossibleError: it was answered.
        AccessDeniedError: the viewer does not plan duty where the plan is.
    """
    with transaction.atomic():
        row = locked(Offer, offer)
        check(viewer, Permission.DUTY_PLAN, row.plan.area)
        _move(row, OfferAction.DECLINE, viewer.staff_id, now_s)


def take_offers(activation: Activation, now_s: float) -> None:
    """An activation takes the offer that stands for the same plan and the same thing, if any."""
    rows = Offer.objects.select_for_update().filter(
        plan=activation.version.plan_id,
        subject=activation.subject,
        subject_code=activation.subject_code,
        state__in=[OfferState.OFFERED.value, OfferState.DECLINED.value],
    )
    for row in rows:
        row.activation = activation.pk
        _move(row, OfferAction.TAKE, activation.started_by, now_s)


def _plans_of_call(call: IncidentRow, now_s: float) -> Iterator[Plan]:
    key_place = ""
    if call.lon is not None and call.lat is not None:
        key_place = locate(call.lon, call.lat, now_s).key_place
    for plan, checklist in _approved():
        if not area_contains(AreaId(plan.area), AreaId(call.area)):
            continue
        by_place = key_place and checklist.triggered_by(TriggerKind.PLACE, key_place, call.priority)
        if by_place or checklist.triggered_by(TriggerKind.CATEGORY, call.category, call.priority):
            yield plan


def _approved() -> list[tuple[Plan, Checklist]]:
    rows = PlanVersion.objects.filter(state=VersionState.APPROVED.value).select_related("plan")
    return [(row.plan, load_checklist(row.content)) for row in rows.order_by("plan_id")]


def _offer(
    plan: Plan, subject: Subject, about: str, code: str, *, drill: bool, now_s: float
) -> None:
    """Offer a plan in the caller's transaction, unless it was offered or is active already."""
    same = {"subject": subject.value, "subject_code": about}
    if Activation.objects.filter(
        version__plan=plan, state=ActivationState.ACTIVE.value, **same
    ).exists():
        return
    row, made = Offer.objects.get_or_create(
        plan=plan,
        **same,
        defaults={
            "id": new_id(now_s),
            "area": plan.area,
            "code": code,
            "drill": drill,
            "made_s": now_s,
        },
    )
    if made:
        _tell(row, None, RULE, now_s)


def _lapse(call: str, now_s: float) -> None:
    rows = Offer.objects.select_for_update().filter(
        subject=Subject.INCIDENT.value, subject_code=call, state=OfferState.OFFERED.value
    )
    for row in rows:
        _move(row, OfferAction.LAPSE, RULE, now_s)


def _move(row: Offer, action: OfferAction, actor: str, now_s: float) -> None:
    row.state = moved(OFFER_LIFE_CYCLE, OfferState(row.state), action).value
    row.answered_by, row.answered_s = actor, now_s
    row.save()
    _tell(row, action, actor, now_s)


def _tell(row: Offer, action: OfferAction | None, actor: str, now_s: float) -> None:
    event = DutyOfferMoved(
        row.pk, row.plan_id, row.subject, row.code, row.drill, action, OfferState(row.state)
    )
    record([event], actor=actor, area=AreaId(row.area), now_s=now_s)
