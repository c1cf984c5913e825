"""Which units can be considered for a call at all, and why the others cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wardmote.core.domain.assignment import ON_SCENE_STATES
from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.picture import (
    KnownAssignment,
    KnownIncident,
    KnownUnit,
    OperationalPicture,
)
from wardmote.core.domain.reasons import Reason, because
from wardmote.core.domain.run_cards import Requirement
from wardmote.core.policies.filling import EMPTY
from wardmote.core.policies.filling import fill as fill_places


@dataclass(frozen=True, slots=True)
class Rejected:
    """A unit that cannot go, with the reason and the age of its position."""

    unit: KnownUnit
    reason: Reason
    age_s: float | None


def sort_units(
    picture: OperationalPicture,
    incident: KnownIncident,
    requirements: tuple[Requirement, ...],
    ages_s: Mapping[UnitId, float],
    unusable_after_s: float,
) -> tuple[list[KnownUnit], list[Rejected]]:
    """Units that could go and those that could not, both by id.

    Args:
        ages_s: age of each unit's position; absent when it was never seen.
        unusable_after_s: an older position (>) is not used.
    """
    asked_for = {one for requirement in requirements for one in requirement.any_of}
    free: list[KnownUnit] = []
    rejected: list[Rejected] = []
    for key, unit in sorted(picture.units.items()):
        age_s = ages_s.get(key) if unit.on_duty else None
        reason = _objection(picture, incident, unit, asked_for, age_s, unusable_after_s)
        if reason is None:
            free.append(unit)
        else:
            rejected.append(Rejected(unit, reason, age_s))
    return free, rejected


def _objection(
    picture: OperationalPicture,
    incident: KnownIncident,
    unit: KnownUnit,
    asked_for: set[str],
    age_s: float | None,
    unusable_after_s: float,
) -> Reason | None:
    if not unit.on_duty:
        return because("off_duty")
    if unit.active is not None:
        return _occupation(picture.assignments[unit.active], incident)
    if not unit.available:
        return because("unavailable", reason=unit.reason)
    if asked_for.isdisjoint(unit.capabilities):
        return because("kind_not_asked_for", kind=unit.kind)
    return _objection_to_position(age_s, unusable_after_s)


def _occupation(active: KnownAssignment, incident: KnownIncident) -> Reason:
    if active.incident == incident.incident:
        return because("already_sent", state=active.state.value)
    if active.state in ON_SCENE_STATES:
        return because("on_scene", incident=active.incident)
    return because("busy", state=active.state.value, incident=active.incident)


def _objection_to_position(age_s: float | None, unusable_after_s: float) -> Reason | None:
    if age_s is None:
        return because("position_unknown")
    if age_s > unusable_after_s:
        return because("position_too_old", age_s=round(age_s), limit_s=unusable_after_s)
    return None


def still_needed(
    picture: OperationalPicture, incident: KnownIncident, requirements: tuple[Requirement, ...]
) -> tuple[Requirement, ...]:
    """What remains of the requirements after the units that are already active on the call."""
    places = [one for requirement in requirements for one in (requirement,) * requirement.number]
    sent = [
        picture.units[assignment.unit]
        for assignment in picture.assignments_of(incident.incident)
        if assignment.active
    ]
    if not sent:
        return requirements
    costs = [[cost_of_kind(place, unit, 1.0) for unit in sent] for place in places]
    filled = fill_places(costs)
    left: dict[tuple[str, ...], int] = {}
    for place, column in zip(places, filled, strict=True):
        if column == EMPTY:
            left[place.any_of] = left.get(place.any_of, 0) + 1
    return tuple(Requirement(any_of, number) for any_of, number in left.items())


def cost_of_kind(requirement: Requirement, unit: KnownUnit, step: float) -> float:
    """`step` for each place of preference below the first; infinite if the unit cannot fill it."""
    for preference, capability in enumerate(requirement.any_of):
        if capability in unit.capabilities:
            return preference * step
    return float("inf")


def capability_used(requirement: Requirement, unit: KnownUnit) -> str:
    """The preferred capability with which a unit that can fill the requirement does."""
    return next(one for one in requirement.any_of if one in unit.capabilities)
