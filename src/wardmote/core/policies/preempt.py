"""Pre-emption: taking a unit off a less urgent call for a more urgent one.

Never a unit on scene, never for a call below URGENT, only from a call at least one priority
lower, and only when it gains enough time over the best free unit. What it leaves behind (the
call, how long its caller has waited) is part of the answer; a person confirms.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wardmote.core.domain.assignment import ON_SCENE_STATES, AssignmentState
from wardmote.core.domain.ids import AssignmentId, IncidentId, UnitId
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.picture import KnownAssignment, KnownIncident, OperationalPicture
from wardmote.core.domain.reasons import Reason, because
from wardmote.core.domain.run_cards import Requirement
from wardmote.core.policies.ageing import waiting_since_s
from wardmote.core.policies.eligibility import cost_of_kind, still_needed
from wardmote.core.policies.recommendation import Recommendation
from wardmote.core.policies.travel_view import RoadTime, TravelView

_CAN_BE_TAKEN = frozenset(
    {AssignmentState.ASSIGNED, AssignmentState.ACKNOWLEDGED, AssignmentState.EN_ROUTE}
)
assert not _CAN_BE_TAKEN & ON_SCENE_STATES


@dataclass(frozen=True, slots=True)
class Preemption:
    """When a unit may be taken.

    Attributes:
        at_least: the least urgent priority that may pre-empt.
        steps: how many priorities lower the other call must be, >= 1.
        gain_s: how much earlier (>=) the unit must arrive than the best free unit.
    """

    version: str = "preempt/1"
    at_least: Priority = Priority.URGENT
    steps: int = 1
    gain_s: float = 60.0

    def __post_init__(self) -> None:
        if self.steps < 1 or not self.gain_s >= 0:
            msg = f"steps must be >= 1 and gain_s >= 0, not {self.steps} and {self.gain_s}"
            raise ValueError(msg)


SHIPPED = Preemption()
"""The rule by which the room is advised, and trials of plans with it."""


@dataclass(frozen=True, slots=True)
class Taking:
    """A unit that could be taken.

    Attributes:
        time: how long it takes to the more urgent call; it drives already, so no turnout when
            en route.
        gain_s: seconds saved over the best free unit; None when there is none.
        reasons: why, with what the call left behind has waited.
    """

    unit: UnitId
    assignment: AssignmentId
    left_behind: IncidentId
    time: RoadTime
    gain_s: float | None
    reasons: tuple[Reason, ...]


def units_to_take(
    rules: Preemption,
    picture: OperationalPicture,
    incident: KnownIncident,
    requirement: Requirement,
    best_free_s: float | None,
    now_s: float,
    travel: TravelView,
) -> tuple[Taking, ...]:
    """Units that could be taken for a requirement of `incident`, the best first.

    Args:
        best_free_s: seconds until the best free unit would arrive; None when there is none.

    Returns:
        those that qualify, by gain, then by how low the other call's priority is, then by id;
        empty when the call may not pre-empt or has no place.
    """
    if incident.priority > rules.at_least or incident.lon is None or incident.lat is None:
        return ()
    takeable = [
        assignment
        for _, assignment in sorted(picture.assignments.items())
        if _may_take(rules, picture, incident, requirement, assignment)
        and travel.positions.place(assignment.unit) is not None
    ]
    times = travel.road_times(
        [assignment.unit for assignment in takeable], incident.lon, incident.lat, now_s
    )
    found: list[tuple[tuple[float, int, str], Taking]] = []
    for assignment in takeable:
        time = times.get(assignment.unit)
        if time is None:
            continue
        if assignment.state is AssignmentState.EN_ROUTE:
            time = RoadTime(time.drive_s, 0.0, time.error_s)
        gain_s = None if best_free_s is None else best_free_s - time.arrival_s
        if gain_s is not None and gain_s < rules.gain_s:
            continue
        other = picture.incidents[assignment.incident]
        taking = Taking(
            assignment.unit,
            assignment.assignment,
            assignment.incident,
            time,
            gain_s,
            _reasons(incident, other, gain_s, now_s),
        )
        found.append(((time.arrival_s, -other.priority, assignment.unit), taking))
    return tuple(taking for _, taking in sorted(found, key=lambda pair: pair[0]))


def best_free_s(
    picture: OperationalPicture,
    incident: KnownIncident,
    made: Recommendation,
    requirements: Sequence[Requirement],
) -> dict[tuple[str, ...], float | None]:
    """When free units would have filled what each requirement still needs, those first that come
    first; None where they are too few. Units recommended for other places are left to them.

    Args:
        made: the recommendation for the call.
        requirements: of its run card; those that are filled by units already sent are left out.

    Returns:
        seconds from now by the kinds that a requirement asks for.
    """
    found: dict[tuple[str, ...], float | None] = {}
    for need in still_needed(picture, incident, tuple(requirements)):
        arrivals = sorted(
            line.travel_s + line.turnout_s
            for line in made.lines
            if line.rank is not None
            and line.travel_s is not None
            and line.turnout_s is not None
            and (line.fills is None or line.fills in need.any_of)
            and cost_of_kind(need, picture.units[line.unit], 0.0) == 0.0
        )
        found[need.any_of] = arrivals[need.number - 1] if need.number <= len(arrivals) else None
    return found


def _may_take(
    rules: Preemption,
    picture: OperationalPicture,
    incident: KnownIncident,
    requirement: Requirement,
    assignment: KnownAssignment,
) -> bool:
    if assignment.state not in _CAN_BE_TAKEN or assignment.incident == incident.incident:
        return False
    other = picture.incidents[assignment.incident]
    unit = picture.units[assignment.unit]
    return (
        other.priority - incident.priority >= rules.steps
        and cost_of_kind(requirement, unit, 0.0) == 0.0
    )


def _reasons(
    incident: KnownIncident, other: KnownIncident, gain_s: float | None, now_s: float
) -> tuple[Reason, ...]:
    waited_s = round(max(0.0, now_s - waiting_since_s(other)))
    return (
        because("more_urgent", priority=int(incident.priority), other_priority=int(other.priority)),
        because("nobody_free") if gain_s is None else because("gains", gain_s=round(gain_s, 1)),
        because("leaves_waiting", incident=other.incident, waited_s=waited_s),
    )
