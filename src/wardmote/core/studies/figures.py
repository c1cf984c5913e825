"""What comes out of a trial: figures of plans under scenarios, and how sure they are.

Every figure is a mean over independent runs with its confidence interval (Student's t). Differences
are of the same runs of two plans (common random numbers), with the power that so many runs have.
The document (``wardmote-outcome/1``) is described in ``docs/reference/plan-file.md``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wardmote.core.domain.ids import AreaId, PostId
from wardmote.core.domain.places import MultiPolygon, PlaceClass
from wardmote.core.domain.plain import JsonValue
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.demand_account import DemandAccount
from wardmote.core.studies.documents import read, written

OUTCOME_FORMAT = "wardmote-outcome/1"
_WHAT = Bilingual("结果文件", "outcome")

CONFIDENCE = 0.95
BIN_S = 30.0
"""Width of a bin of the response histogram."""
BINS = 61
"""The last bin holds everything from half an hour on."""
FEWEST_CALLS = 20
"""Calls of an area in all runs together, below which (<) its share says too little to be shown."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean over runs; with probability 0.95 the true mean lies in low .. high.

    Where the figure is known in one run alone, low and high equal the mean: nothing is known about
    its error.
    """

    mean: float
    low: float
    high: float


class Settlement(StrEnum):
    """Town against village: what fairness is looked at by."""

    TOWN = "town"
    """Residents' committees (社区) and key places in them."""
    VILLAGE = "village"


@dataclass(frozen=True, slots=True)
class TierFigures:
    """Calls of one class of place.

    Attributes:
        target_s: the standard's target there; None where it measures no such calls.
        calls: a run, measured by the standard.
        in_time: share answered within the target (<=); None without calls or target.
        mean_s: response time of answered calls; None without any.
        p90_s: of all calls, unanswered ones slower than all others; None without calls, and where
            it lies beyond all answered ones in any run.
    """

    place_class: PlaceClass
    name: Bilingual
    target_s: float | None
    calls: float
    in_time: Interval | None
    mean_s: Interval | None
    p90_s: Interval | None


@dataclass(frozen=True, slots=True)
class SettlementFigures:
    """Calls of towns, or of villages; attributes as in `TierFigures`."""

    settlement: Settlement
    calls: float
    in_time: Interval | None
    mean_s: Interval | None
    p90_s: Interval | None


@dataclass(frozen=True, slots=True)
class ResponseFigures:
    """The distribution of the response time of all calls.

    Attributes:
        mean_s: of answered calls; None without any.
        p50_s, p75_s, p90_s, p95_s: of all calls, like `TierFigures.p90_s`.
        bin_s: width of a bin; the last one is open.
        share: of the answered calls in each bin, adding up to 1; `[k]` holds
            k * bin_s <= t < (k+1) * bin_s.
        within: of all calls, answered before (<) the end of each bin but the open last one.
    """

    mean_s: Interval | None
    p50_s: Interval | None
    p75_s: Interval | None
    p90_s: Interval | None
    p95_s: Interval | None
    bin_s: float
    share: tuple[float, ...]
    within: tuple[Interval, ...] = ()


@dataclass(frozen=True, slots=True)
class PostFigures:
    """What the units of a post had to do.

    Attributes:
        calls_a_day: answered by its units.
        busy_share: of its units' time on duty; None where none was on duty.
        km_a_day: driven by its units.
    """

    post: PostId
    name: Bilingual
    lon: float
    lat: float
    units: int
    calls_a_day: float
    busy_share: Interval | None
    km_a_day: float


@dataclass(frozen=True, slots=True)
class WorkloadFigures:
    """How work is spread over units.

    Attributes:
        busy_share: of the time on duty, all units together.
        busiest, idlest: of the busiest and the idlest unit, by run.
    """

    busy_share: Interval
    busiest: Interval
    idlest: Interval


@dataclass(frozen=True, slots=True)
class CostFigures:
    """What a plan takes.

    Attributes:
        unit_hours_a_week: on duty.
        km_a_day: driven in all; `km_to_posts_a_day` of them between calls and posts.
        moves_a_day: times that a unit was sent to another post than the one it had.
    """

    posts: int
    units: int
    unit_hours_a_week: Interval
    km_a_day: Interval
    km_to_posts_a_day: Interval
    moves_a_day: Interval


class AreaKind(StrEnum):
    """What the place is divided into for figures by area."""

    VILLAGE = "village"
    TOWN = "town"
    SQUARE = "square"


@dataclass(frozen=True, slots=True)
class Area:
    """A piece of the place that calls come from.

    Attributes:
        id: division code; of a square its column and row, such as ``3-12``.
        name: empty for squares.
        lon, lat: its middle, WGS-84 degrees.
        boundary: empty where only a point is known.
    """

    id: AreaId
    kind: AreaKind
    name: Bilingual
    lon: float
    lat: float
    boundary: MultiPolygon


@dataclass(frozen=True, slots=True)
class AreaFigures:
    """Calls of one area of `Outcome.areas`.

    Attributes:
        measured: calls that the standard measures, in all runs together.
        in_time: share of them answered within their target (<=), with the interval of
            `core.studies.pooling.pooled_share`; None without any.
        mean_s: response time of answered calls; None without any.
    """

    measured: int
    in_time: Interval | None
    mean_s: Interval | None

    @property
    def is_told(self) -> bool:
        """Whether there were calls enough (>= `FEWEST_CALLS`) for the share to say something."""
        return self.in_time is not None and self.measured >= FEWEST_CALLS


@dataclass(frozen=True, slots=True)
class ReachBand:
    """Ground that is reached by road from the nearest manned post within (<=) a target."""

    target_s: float
    boundary: MultiPolygon


@dataclass(frozen=True, slots=True)
class TrialFigures:
    """A plan under a scenario.

    Attributes:
        calls: a run.
        in_time: share of the calls that the standard measures, all tiers together.
        tiers, settlements: by class of place, and town against village.
        fairness: in-time share of towns less that of villages; None where one has no calls.
        waited_share: of the calls, for which no unit was free at once, or ever.
        unanswered_share: of the calls, that nobody had reached when the run ended.
        areas: by area, in the order of `Outcome.areas`.
        reach: by target, shortest first; driving alone, at the usual pace.
    """

    plan: str
    plan_name: Bilingual
    scenario: str
    scenario_name: Bilingual
    calls: float
    in_time: Interval | None
    tiers: tuple[TierFigures, ...]
    settlements: tuple[SettlementFigures, ...]
    fairness: Interval | None
    response: ResponseFigures
    waited_share: Interval
    unanswered_share: Interval
    workload: WorkloadFigures
    posts: tuple[PostFigures, ...]
    cost: CostFigures
    areas: tuple[AreaFigures, ...] = ()
    reach: tuple[ReachBand, ...] = ()


class Figure(StrEnum):
    """A figure that plans are compared by. Tiers and settlements follow their names."""

    IN_TIME = "in_time"
    IN_TIME_KEY_PLACE = "in_time.key_place"
    IN_TIME_CENTRE = "in_time.centre"
    IN_TIME_ELSEWHERE = "in_time.elsewhere"
    IN_TIME_TOWN = "in_time.town"
    IN_TIME_VILLAGE = "in_time.village"
    MEAN_S = "mean_s"
    P90_S = "p90_s"
    UNANSWERED = "unanswered_share"
    BUSY_SHARE = "busy_share"
    KM_A_DAY = "km_a_day"
    MOVES_A_DAY = "moves_a_day"

    @property
    def more_is_better(self) -> bool:
        """Whether a greater value is the better one."""
        return self.value.startswith("in_time")

    @property
    def needs_same_unanswered(self) -> bool:
        """Whether plans can only be compared by it while both leave as many calls unanswered."""
        return self in (Figure.MEAN_S, Figure.P90_S)


@dataclass(frozen=True, slots=True)
class Difference:
    """A plan less another, run by run, under the same scenario and the same calls.

    Attributes:
        plan, against: codes of the plans; the other is the first plan of the trial.
        value: of the difference.
        better: code of the plan that is better for certain (the interval leaves out 0), or "". By
            response times no plan is better while the two leave different shares of the calls
            unanswered: a plan that lets the far ones go would win.
        power: probability that so many runs show a true difference of this size; None for one run,
            where there is no difference at all, or where none of the two can be better.
        seen_at_80: least true difference that so many runs show with probability 0.8; None for one
            run.
        runs_needed: to show this difference with probability 0.8; None where there is none, none of
            the two can be better, or more than 10,000 would be needed.
    """

    plan: str
    against: str
    scenario: str
    figure: Figure
    value: Interval
    better: str
    power: float | None
    seen_at_80: float | None
    runs_needed: int | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Plans x scenarios on the twin.

    Attributes:
        runs: finished for every plan and scenario; `runs_asked` were wanted.
        days: of simulated time in each run from Monday 00:00, beside a Sunday before it that is
            not counted.
        standard, standard_version, objective: what in-time means.
        demand_from: ``records`` or ``residents``.
        calls_a_week: expected, under no scenario.
        finished: whether all runs were done; else it was told to stop.
        not_modelled: what the figures leave out.
        areas: the pieces of the place that `TrialFigures.areas` is about, at most 400.
        demand: from which calls demand was learnt; None where residents told it.
    """

    seed: int
    runs: int
    runs_asked: int
    days: float
    standard: str
    standard_version: str
    objective: str
    demand_from: str
    calls_a_week: float
    finished: bool
    figures: tuple[TrialFigures, ...]
    differences: tuple[Difference, ...]
    not_modelled: tuple[Bilingual, ...]
    areas: tuple[Area, ...] = ()
    demand: DemandAccount | None = None

    def of(self, plan: str, scenario: str) -> TrialFigures | None:
        """Figures of a plan under a scenario; None where they are not there."""
        return next(
            (one for one in self.figures if one.plan == plan and one.scenario == scenario), None
        )


def outcome_document(outcome: Outcome) -> dict[str, JsonValue]:
    """The outcome as JSON-ready data."""
    return written(OUTCOME_FORMAT, outcome)


def read_outcome(data: JsonValue) -> Outcome:
    """The outcome that `outcome_document` wrote.

    Raises:
        Problem: the data are not an outcome of this format; the field is named.
    """
    return read(OUTCOME_FORMAT, Outcome, data, _WHAT)
