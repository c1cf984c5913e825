"""What a trial promised of a plan, and whether what followed keeps it."""

from __future__ import annotations

from dataclasses import dataclass

from wardmote.core.domain.areas import area_contains
from wardmote.core.domain.ids import AreaId
from wardmote.core.domain.permissions import Permission, Viewer
from wardmote.core.domain.plain import JsonValue, dump, load
from wardmote.core.domain.standards import Objective
from wardmote.core.measures.promises import (
    KeptTier,
    NoVerdict,
    Promise,
    PromisedTier,
    check_promise,
)
from wardmote.core.studies.figures import read_outcome
from wardmote.core.studies.scenario import AS_USUAL
from wardmote.operations.bulletins.selectors import measured_calls
from wardmote.operations.places.selectors import (
    location_index,
    standard_in_force,
    standard_of,
)
from wardmote.operations.studies.models import Adoption

MOST_DAYS = 90
"""Only the last so many days are looked at: what followed lately, and a page that opens."""
DAY_S = 86_400.0
WEEK_DAYS = 7.0


@dataclass(frozen=True, slots=True)
class PromiseSeen:
    """A promise against what followed.

    Attributes:
        start_s, end_s: the calls received in [start, end) were looked at.
        standard_changed: another standard, or version of it, is in force than was promised by; what
            followed is held to the one promised by all the same.
        tiers: empty where `why_not` says why there is no verdict.
    """

    start_s: float
    end_s: float
    standard_changed: bool
    tiers: tuple[KeptTier, ...]
    why_not: NoVerdict | None = None


def promise_of(outcome: JsonValue, plan: str) -> JsonValue | None:
    """What an outcome says of a plan under “as usual”, as JSON-ready data; None without that.

    Raises:
        Problem: the outcome is not of the format known here.
    """
    known = read_outcome(outcome)
    figures = known.of(plan, AS_USUAL.code)
    if figures is None:
        return None
    tiers = tuple(
        PromisedTier(
            tier.place_class,
            tier.name,
            tier.target_s,
            tier.in_time.mean,
            tier.in_time.low,
            tier.in_time.high,
            tier.calls / known.days * WEEK_DAYS,
        )
        for tier in figures.tiers
        if tier.target_s is not None and tier.in_time is not None
    )
    if not tiers:
        return None
    return dump(Promise(known.standard, known.standard_version, known.objective, tiers))


def promise_in(adoption: Adoption) -> Promise:
    """The promise that an adoption was made on."""
    return load(Promise, adoption.promise)


def promise_seen(viewer: Viewer, adoption: Adoption, *, now_s: float) -> PromiseSeen | None:
    """The promise against the calls since the plan took effect.

    None while it has not been in force, or for whoever may not see figures of the area.
    """
    if adoption.placed is None or not viewer.may(Permission.REPORT_VIEW, AreaId(adoption.area)):
        return None
    end_s = now_s if adoption.until_s is None else adoption.until_s
    start_s = max(adoption.from_s, end_s - MOST_DAYS * DAY_S)
    promise = promise_in(adoption)
    standard = standard_in_force(end_s)
    changed = (standard.code, standard.version) != (promise.standard, promise.version)
    whole, area = location_index().whole_area, AreaId(adoption.area)
    if not area_contains(area, whole):
        return PromiseSeen(start_s, end_s, changed, (), NoVerdict.PART_OF_PLACE)
    objective = _objective(promise)
    if objective is None:
        return PromiseSeen(start_s, end_s, changed, (), NoVerdict.STANDARD_UNKNOWN)
    calls = measured_calls([area], start_s, end_s)
    return PromiseSeen(start_s, end_s, changed, check_promise(promise, objective, calls))


def _objective(promise: Promise) -> Objective | None:
    """The objective of the promise, of the standard as it was then; None where it is not kept."""
    standard = standard_of(promise.standard, promise.version)
    for objective in () if standard is None else standard.objectives:
        if objective.code == promise.objective:
            return objective
    return None
