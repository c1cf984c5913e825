"""Whom duty concerns: what whoever tells people of levels and steps of plans must know."""

from __future__ import annotations

from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.contingency import OfferState
from wardmote.core.domain.duty_level import Reach, SwitchState, reached
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission
from wardmote.operations.access.selectors import staff_with
from wardmote.operations.duty.models import ActivationStep, Offer, Participant, Switch
from wardmote.operations.duty.selectors.levels import level_of_row


def people_of_step(activation: str, number: int) -> tuple[str, ...]:
    """Who takes part in an activation in the role of a step; everybody, where nobody has it."""
    step = ActivationStep.objects.filter(activation=activation, number=number).first()
    if step is None:
        return ()
    people = Participant.objects.filter(activation=activation).order_by("staff_id")
    of_role = people.filter(role=step.role)
    chosen = of_role if of_role.exists() else people
    return tuple(dict.fromkeys(chosen.values_list("staff_id", flat=True)))


def people_of_switch(switch: str, now_s: float) -> tuple[str, ...]:
    """Whom a switch of level concerns: who sees duty in its area, in a part of it or around it.

    Around it means the county, and as far as the level reaches: a province is not told of each
    village.
    """
    row = Switch.objects.filter(pk=switch).first()
    if row is None:
        return ()
    area = AreaId(row.area)
    county, reach = reached(Reach.COUNTY, area), reached(level_of_row(row).reach, area)
    widest = reach if area_contains(reach, county) else county
    return staff_with(Permission.DUTY_VIEW, area, now_s, within=widest)


def holds_still(switch: str) -> bool:
    """Whether the level of a switch is in force."""
    return Switch.objects.filter(pk=switch, state=SwitchState.IN_FORCE.value).exists()


def approval_of(switch: str) -> tuple[AreaId, str] | None:
    """For what area the right to approve a switch is needed, and who proposed it.

    None where there is none, or it was decided on by now.
    """
    row = Switch.objects.filter(pk=switch, state=SwitchState.PROPOSED.value).first()
    if row is None:
        return None
    return reached(level_of_row(row).reach, AreaId(row.area)), row.proposed_by


def is_offered(offer: str) -> bool:
    """Whether a plan is offered and nobody answered yet."""
    return Offer.objects.filter(pk=offer, state=OfferState.OFFERED.value).exists()
