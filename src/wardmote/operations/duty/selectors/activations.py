"""Reading plans and activations. A drill is there for its participants, and for nobody else."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from wardmote.core.domain.contingency import (
    OPEN_STEPS,
    ActivationState,
    Checklist,
    Review,
    StepOutcome,
    StepState,
    TriggerKind,
    VersionState,
    load_checklist,
    review,
)
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.operations.duty.errors import UnknownDutyError
from wardmote.operations.duty.models import (
    Activation,
    ActivationStep,
    Participant,
    Plan,
    PlanVersion,
)
from wardmote.operations.duty.recording import within
from wardmote.operations.incidents.selectors import open_calls, visible

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
    rows = Plan.objects.filter(within(viewer, Permission.DUTY_VIEW))
    return list(rows.prefetch_related("versions").order_by("name_zh", "pk")[:SHOWN])


def plan_to_see(viewer: Viewer, plan_id: str) -> Plan:
    """A plan with its versions. Raises UnknownDutyError: there is none for this viewer."""
    rows = Plan.objects.filter(within(viewer, Permission.DUTY_VIEW), pk=plan_id)
    row = rows.prefetch_related("versions").first()
    if row is None:
        raise UnknownDutyError
    return row


def checklist_of(version: PlanVersion) -> Checklist:
    """What a version says."""
    return load_checklist(version.content)


def approved_version(plan: Plan) -> PlanVersion | None:
    """The version of a plan that may be activated; None without one."""
    return plan.versions.filter(state=VersionState.APPROVED.value).first()


def seen_activations(viewer: Viewer) -> Q:
    """A filter of what the viewer sees: real ones by right or taking part, drills taking part."""
    own = Participant.objects.filter(staff_id=viewer.staff_id).values("activation")
    return Q(pk__in=own) | (Q(drill=False) & within(viewer, Permission.DUTY_VIEW))


def activations_seen(viewer: Viewer) -> list[Activation]:
    """What the viewer sees, newest first."""
    rows = Activation.objects.filter(seen_activations(viewer)).select_related("version__plan")
    return list(rows.order_by("-started_s")[:SHOWN])


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


def overdue(step: ActivationStep, now_s: float) -> bool:
    """Whether the time of an open step has passed (<)."""
    return StepState(step.state) in OPEN_STEPS and step.due_s < now_s


def review_of(row: Activation) -> Review:
    """What was on time, late, skipped and missed."""
    return review(
        StepOutcome(step.number, StepState(step.state), step.due_s, step.ended_s)
        for step in row.steps.all()
    )


def brought_up(viewer: Viewer) -> list[tuple[Plan, str, str]]:
    """(plan, call, number) of open calls that bring up an approved plan not yet active on them."""
    plans = [
        (version.plan, checklist_of(version))
        for version in PlanVersion.objects.filter(
            state=VersionState.APPROVED.value, plan__in=plans_seen(viewer)
        ).select_related("plan")
    ]
    busy = set(
        Activation.objects.filter(state=ActivationState.ACTIVE.value).values_list(
            "version__plan_id", "subject_code"
        )
    )
    still_open = open_calls().values("pk")
    calls = visible(viewer).filter(drill=False, pk__in=still_open).order_by("-received_s")
    found = []
    for call in calls[:SHOWN]:
        for plan, checklist in plans:
            fits = checklist.triggered_by(TriggerKind.CATEGORY, call.category)
            if fits and (plan.pk, call.pk) not in busy:
                found.append((plan, call.pk, call.number))
    return found


def activation_figures(viewer: Viewer, start_s: float, end_s: float) -> ActivationFigures:
    """Figures of what was activated in [start_s, end_s) in the viewer's areas; no drills."""
    rows = Activation.objects.filter(
        within(viewer, Permission.DUTY_VIEW),
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
