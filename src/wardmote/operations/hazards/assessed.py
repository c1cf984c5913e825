"""Hazards as cases of an assessment, as they stood at a moment. Callers check rights."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from wardmote.core.domain.hazard import HazardAction, HazardState, PartAction
from wardmote.core.domain.ids import AreaId
from wardmote.operations.access.selectors import within
from wardmote.operations.hazards.models import Hazard, HazardStep

_JUDGED = [
    *(HazardAction.FILE.value, HazardAction.REJECT.value),
    *(HazardAction.MERGE.value, HazardAction.REOPEN.value),
]
_NOT_TAKEN_UP = (HazardAction.REJECT.value, HazardAction.MERGE.value)


@dataclass(frozen=True, slots=True)
class HazardCase:
    """What somebody did about a hazard.

    Attributes:
        met: of a report, that it was taken up; of a re-check, that it was made on the spot.
    """

    hazard: str
    person: str
    at_s: float
    met: bool


def hazards_reported(
    persons: Collection[str], from_s: float, to_s: float, as_of_s: float
) -> list[HazardCase]:
    """Hazards that these persons reported in [from_s, to_s), by what was known at `as_of_s`.

    One that was turned down, or joined to another, is not met; one that nobody had looked at yet is
    left out.
    """
    rows = Hazard.objects.filter(
        reported_by__in=sorted(persons), reported_s__gte=from_s, reported_s__lt=to_s
    )
    judged: dict[str, str] = {}
    steps = HazardStep.objects.filter(
        hazard__in=rows, about="hazard", action__in=_JUDGED, at_s__lte=as_of_s
    )
    for hazard, action in steps.order_by("pk").values_list("hazard_id", "action"):
        judged[hazard] = action
    return [
        HazardCase(row, person, at_s, judged[row] not in _NOT_TAKEN_UP)
        for row, person, at_s in rows.order_by("reported_s", "pk").values_list(
            "pk", "reported_by", "reported_s"
        )
        if row in judged
    ]


def hazards_rechecked(persons: Collection[str], from_s: float, to_s: float) -> list[HazardCase]:
    """Re-checks that these persons made in [from_s, to_s), each hazard once.

    Met: every one was made at the hazard's place, not from elsewhere with a reason.
    """
    steps = HazardStep.objects.filter(
        about="part",
        action__in=[PartAction.PASS.value, PartAction.RETURN.value],
        actor__in=sorted(persons),
        at_s__gte=from_s,
        at_s__lt=to_s,
    )
    found: dict[tuple[str, str], list[tuple[float, bool]]] = defaultdict(list)
    for hazard, person, at_s, away in steps.order_by("at_s", "pk").values_list(
        "hazard_id", "actor", "at_s", "away"
    ):
        found[(hazard, person)].append((at_s, not away))
    return [
        HazardCase(hazard, person, made[-1][0], all(spot for _at, spot in made))
        for (hazard, person), made in found.items()
    ]


def hazard_numbers(ids: Collection[str]) -> dict[str, str]:
    """The numbers under which these hazards are known. Callers check rights."""
    return dict(Hazard.objects.filter(pk__in=sorted(ids)).values_list("pk", "number"))


def hazards_closed(
    areas: Collection[AreaId], since_s: float, most: int
) -> list[tuple[str, str, float]]:
    """Id, number and end of hazards closed in these areas since a moment, the latest first."""
    if not areas:
        return []
    rows = Hazard.objects.filter(
        within(areas), state=HazardState.CLOSED.value, ended_s__gte=since_s
    ).order_by("-ended_s")
    return [
        (hazard, number, ended_s or 0.0)
        for hazard, number, ended_s in rows.values_list("pk", "number", "ended_s")[:most]
    ]
