"""Whether a promise of in-time shares was kept: the promised interval against what was measured.

The promise is a mean over simulated runs with its interval; what was measured is a share with its
Wilson interval. A promise counts as missed only when even the upper end of what was measured lies
below the lower end of what was promised, and as surpassed the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.places import PlaceClass
from wardmote.core.domain.standards import Objective
from wardmote.core.domain.text import Bilingual
from wardmote.core.measures.distributions import Share, wilson
from wardmote.core.measures.intervals import MeasuredCall, Span, interval_s

LEAST_CALLS = 30
"""Fewer (<) calls than this say nothing about a share."""


class NoVerdict(StrEnum):
    """Why nothing can be said of a promise as a whole."""

    PART_OF_PLACE = "part_of_place"
    """It is one for the whole place, and the plan was put in force in a part of it."""
    STANDARD_UNKNOWN = "standard_unknown"
    """The standard that it was made by is not kept here."""


class Verdict(StrEnum):
    """What can be said of a promise now."""

    TOO_EARLY = "too_early"
    KEPT = "kept"
    MISSED = "missed"
    SURPASSED = "surpassed"


@dataclass(frozen=True, slots=True)
class PromisedTier:
    """What a trial said of a class of place.

    Attributes:
        target_s: of an urgent call there, for show; each call is held to its own priority's.
        mean, low, high: in-time share promised, 0 .. 1, with its interval.
        calls_a_week: expected.
    """

    place_class: PlaceClass
    name: Bilingual
    target_s: float
    mean: float
    low: float
    high: float
    calls_a_week: float


@dataclass(frozen=True, slots=True)
class Promise:
    """What a trial said of a plan under “as usual”.

    Attributes:
        standard, version, objective: what in time means.
    """

    standard: str
    version: str
    objective: str
    tiers: tuple[PromisedTier, ...]


@dataclass(frozen=True, slots=True)
class KeptTier:
    """A promised tier and what followed.

    Attributes:
        unknown: calls whose response time is not known; in neither share.
    """

    promised: PromisedTier
    measured: Share
    unknown: int
    verdict: Verdict


def check_promise(
    promise: Promise, objective: Objective, calls: Iterable[MeasuredCall]
) -> tuple[KeptTier, ...]:
    """Each promised tier against the calls that followed.

    In time means within (<=) the target of the call's class of place and priority, as in the trial,
    which knows neither category nor kind of unit. Calls that the objective does not measure, that
    are not valid or got no unit are left out.

    Args:
        objective: of the standard that the promise was made by.
    """
    span = Span(objective.start, objective.stop)
    met: dict[PlaceClass, int] = {}
    known: dict[PlaceClass, int] = {}
    unknown: dict[PlaceClass, int] = {}
    promised = {tier.place_class for tier in promise.tiers}
    for call in calls:
        if not call.valid or not call.responses or call.place_class not in promised:
            continue
        tier = objective.tier_for(call.place_class, call.priority, "", None)
        if tier is None:
            continue
        seconds = interval_s(call.stamps, span)
        if seconds is None or seconds < 0:
            unknown[call.place_class] = unknown.get(call.place_class, 0) + 1
            continue
        known[call.place_class] = known.get(call.place_class, 0) + 1
        in_time = seconds <= tier.target_s
        met[call.place_class] = met.get(call.place_class, 0) + int(in_time)
    return tuple(
        _kept(
            tier,
            wilson(met.get(tier.place_class, 0), known.get(tier.place_class, 0)),
            unknown.get(tier.place_class, 0),
        )
        for tier in promise.tiers
    )


def verdict_of(tier: PromisedTier, measured: Share) -> Verdict:
    """What a measured share says of a promise."""
    if measured.of < LEAST_CALLS or measured.low is None or measured.high is None:
        return Verdict.TOO_EARLY
    if measured.high < tier.low:
        return Verdict.MISSED
    if measured.low > tier.high:
        return Verdict.SURPASSED
    return Verdict.KEPT


def _kept(tier: PromisedTier, measured: Share, unknown: int) -> KeptTier:
    return KeptTier(tier, measured, unknown, verdict_of(tier, measured))
