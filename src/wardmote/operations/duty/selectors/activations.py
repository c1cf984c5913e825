"""Reading plans and activations. A drill is there for its participants, and for nobody else."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from wardmote.core.domain.contingency import (
    OPEN_STEPS,
    ActivationState,
    Checklist,
    OfferState,
    Review,
    StepOutcome,
    StepState,
    Subject,
    VersionState,
    load_checklist,
    review,
)
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.access.selectors import within_right
from wardmote.operations.duty.errors import UnknownDutyError
from wardmote.operations.duty.models import (
    Activation,
    ActivationStep,
    Offer,
    Participant,
    Plan,
    PlanVersion,
)

SHOWN = 200


@dataclass(frozen=True, slots=True)
class ActivationFigures:
    """How activations of a period went; drills are not counted.

    Attributes:
        on_time: of the steps done, those done when due or before.
    """

    activations: int
    steps_done: int
    on_time: int
    missed: int


def plans_seen(viewer: Viewer) -> list[Plan]:
    """Plans in the viewer's areas, by name."""
    rows = Plan.objects.filter(within_right(viewer, Permission.DUTY_VIEW))
    return list(rows.prefetch_related("versions").order_by("name_zh", "pk")[:SHOWN])


def plan_to_see(viewer: Viewer, plan_id: str) -> Plan:
    """A plan with its versions. Raises UnknownDutyError: there is none for this viewer."""
    rows = Plan.objects.filter(within_right(viewer, Permission.DUTY_VIEW), pk=plan_id)
    row = rows.prefetch_related("versions").first()
    if row is None:
        raise UnknownDutyError
    return row


def checklist_of(version: PlanVersion) -> Checklist:
    """What a version says."""
    return load_checklist(version.content)


def approved_version(plan: Plan) -> PlanVersion | None:
    """The version of a plan that may be activated; None without one."""
    rows = (row for row in plan.versions.all() if row.state == VersionState.APPROVED.value)
    return next(rows, None)


def seen_activations(viewer: Viewer) -> Q:
    """A filter of what the viewer sees: real ones by right or taking part, drills taking part."""
    own = Participant.objects.filter(staff_id=viewer.staff_id).values("activation")
    return Q(pk__in=own) | (Q(drill=False) & within_right(viewer, Permission.DUTY_VIEW))


def activations_seen(viewer: Viewer, most: int = SHOWN) -> list[Activation]:
    """What the viewer sees, newest first."""
    rows = Activation.objects.filter(seen_activations(viewer)).select_related("version__plan")
    return list(rows.order_by("-started_s")[:most])


def activation_to_see(viewer: Viewer, activation_id: str) -> Activation:
    """An activation with its steps. Raises UnknownDutyError: there is none for this viewer."""
    rows = Activation.objects.filter(seen_activations(viewer), pk=activation_id)
    row = rows.select_related("version__plan").prefetch_related("steps", "participants").first()
    if row is None:
        raise UnknownDutyError
    return row


def may_take_part(viewer: Viewer, row: Activation) -> bool:
    """Whether the viewer may mark steps: participants, and who plans duty there if it is real."""
    if row.participants.filter(staff_id=viewer.staff_id).exists():
        return True
    return not row.drill and viewer.may(Permission.DUTY_PLAN, AreaId(row.area))


def may_mark(viewer: Viewer, row: Activation, step: ActivationStep) -> bool:
    """Whether somebody who takes part may mark a step: in its role, or leading the activation.

    Whoever started it leads it, and whoever plans duty there.
    """
    if row.started_by == viewer.staff_id or viewer.may(Permission.DUTY_PLAN, AreaId(row.area)):
        return True
    return (viewer.staff_id, step.role) in {
        (one.staff_id, one.role) for one in row.participants.all()
    }


def overdue(step: ActivationStep, now_s: float) -> bool:
    """Whether the time of an open step has passed (<)."""
    return StepState(step.state) in OPEN_STEPS and step.due_s < now_s


def review_of(row: Activation) -> Review:
    """What was on time, late, skipped and missed."""
    return review(
        StepOutcome(step.number, StepState(step.state), step.due_s, step.ended_s)
        for step in row.steps.all()
    )


def offers_seen(viewer: Viewer, call: str = "") -> list[Offer]:
    """Plans that are offered and not answered, newest first; with `call`, for that call alone.

    Those of drill calls are on the page of the call alone, and say so: whoever sees the call may
    run the drill. Other lists leave drills out.
    """
    rows = Offer.objects.filter(
        within_right(viewer, Permission.DUTY_VIEW), state=OfferState.OFFERED.value
    )
    if call:
        rows = rows.filter(subject=Subject.INCIDENT.value, subject_code=call)
    else:
        rows = rows.filter(drill=False)
    return list(rows.select_related("plan").order_by("-made_s", "pk")[:SHOWN])


def offers_to_answer(viewer: Viewer) -> int:
    """How many plans are offered where the viewer plans duty, drills left out."""
    rows = Offer.objects.filter(within_right(viewer, Permission.DUTY_PLAN), drill=False)
    return rows.filter(state=OfferState.OFFERED.value).count()


def drills_of(viewer: Viewer) -> list[Activation]:
    """Drills under way in which the viewer takes part, newest first."""
    own = Participant.objects.filter(staff_id=viewer.staff_id).values("activation")
    rows = Activation.objects.filter(pk__in=own, drill=True, state=ActivationState.ACTIVE.value)
    return list(rows.select_related("version__plan").order_by("-started_s")[:SHOWN])


def drill_calls_of(viewer: Viewer) -> list[str]:
    """Ids of the drill calls on which the viewer takes part in a drill, or did."""
    own = Participant.objects.filter(
        staff_id=viewer.staff_id,
        activation__drill=True,
        activation__subject=Subject.INCIDENT.value,
    ).order_by("-activation__started_s")
    return list(dict.fromkeys(own.values_list("activation__subject_code", flat=True)[:SHOWN]))


def activations_on(viewer: Viewer, call: str) -> list[Activation]:
    """What the viewer sees of what was activated on a call, newest first."""
    rows = Activation.objects.filter(
        seen_activations(viewer), subject=Subject.INCIDENT.value, subject_code=call
    )
    return list(rows.select_related("version__plan").order_by("-started_s")[:SHOWN])


def activation_figures(viewer: Viewer, start_s: float, end_s: float) -> ActivationFigures:
    """Figures of what was activated in [start_s, end_s) in the viewer's areas; no drills."""
    rows = Activation.objects.filter(
        within_right(viewer, Permission.DUTY_VIEW),
        drill=False,
        started_s__gte=start_s,
        started_s__lt=end_s,
    ).prefetch_related("steps")
    reviews = [review_of(row) for row in rows]
    return ActivationFigures(
        len(reviews),
        sum(one.done for one in reviews),
        sum(one.on_time for one in reviews),
        sum(len(one.missed) for one in reviews),
    )
