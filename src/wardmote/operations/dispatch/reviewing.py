"""Reading how past calls were decided: every recommendation, overrides, units taken off again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from wardmote.core.domain.assignment import AssignmentState
from wardmote.core.domain.ids import UnitId
from wardmote.operations.dispatch.models import Assignment, Override, Recommendation

WITHDRAWN = (AssignmentState.CANCELLED, AssignmentState.REFUSED, AssignmentState.PREEMPTED)


@dataclass(frozen=True, slots=True)
class AdviceGiven:
    """A recommendation as it was kept.

    Attributes:
        expected_s: from the order until arrival by unit, for those the roads connect.
    """

    made_s: float
    units: tuple[UnitId, ...]
    expected_s: Mapping[UnitId, float]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """How a call was decided.

    Attributes:
        advice: in the order in which it was given.
        override: the last reason given for sending others; empty without.
        withdrawn_s: when each unit was taken off last, seconds UTC.
    """

    advice: tuple[AdviceGiven, ...] = ()
    override: str = ""
    withdrawn_s: Mapping[UnitId, float] = field(default_factory=dict)


def reviewed(ids: Sequence[str]) -> dict[str, Reviewed]:
    """How each of the given calls was decided."""
    advice: dict[str, list[AdviceGiven]] = {}
    for row in Recommendation.objects.filter(incident_id__in=ids).order_by("made_s", "pk"):
        advice.setdefault(row.incident_id, []).append(
            AdviceGiven(
                row.made_s,
                tuple(UnitId(unit) for unit in row.units),
                {
                    UnitId(line["unit"]): line["travel_s"] + (line["turnout_s"] or 0.0)
                    for line in row.lines
                    if line["travel_s"] is not None
                },
            )
        )
    reasons: dict[str, str] = {}
    overrides = Override.objects.filter(recommendation__incident_id__in=ids).order_by("pk")
    for incident, reason in overrides.values_list("recommendation__incident_id", "reason"):
        reasons[incident] = reason
    withdrawn: dict[str, dict[UnitId, float]] = {}
    rows = Assignment.objects.filter(
        incident_id__in=ids, state__in=[state.value for state in WITHDRAWN]
    ).order_by("since_s")
    for incident, unit, since_s in rows.values_list("incident_id", "unit_id", "since_s"):
        withdrawn.setdefault(incident, {})[UnitId(unit)] = since_s
    return {
        one: Reviewed(tuple(advice.get(one, ())), reasons.get(one, ""), withdrawn.get(one, {}))
        for one in ids
    }
