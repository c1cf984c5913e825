"""Which units should go: every unit ranked by road time, each chosen or rejected with its reasons.

Ranked by expected arrival by road plus what counts against the unit (a stale position, leaving
places uncovered), in seconds and bounded, so that no unit is passed over for one that arrives
more than those bounds later. Straight-line distance is never used; a unit that the roads do not
connect is unreachable, not zero seconds away.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.incident import FieldTime, Priority
from wardmote.core.domain.picture import KnownIncident, KnownUnit, OperationalPicture
from wardmote.core.domain.positions import STALE_AFTER_S
from wardmote.core.domain.reasons import Reason, because
from wardmote.core.domain.run_cards import Requirement, RunCards
from wardmote.core.domain.standards import Objective, ResponseStandard
from wardmote.core.policies.eligibility import (
    Rejected,
    capability_used,
    cost_of_kind,
    sort_units,
    still_needed,
)
from wardmote.core.policies.filling import EMPTY, fill
from wardmote.core.policies.recommendation import Line, Recommendation, Shortfall
from wardmote.core.policies.travel_view import (
    RoadTime,
    TravelView,
    Uncovers,
    probability_within,
)

_ORDER = tuple(FieldTime)


class RecommendationPolicy(Protocol):
    """Anything that answers which units should go."""

    @property
    def version(self) -> str:
        """Changes whenever the same question may get another answer."""

    def recommend(
        self,
        picture: OperationalPicture,
        incident: KnownIncident,
        now_s: float,
        travel: TravelView,
        rng: np.random.Generator,
        *,
        alarm_level: int = 1,
    ) -> Recommendation:
        """The ranking for a call at a moment."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts against a unit, in seconds.

    Attributes:
        stale_after_s: a position older than this (>) is stale.
        unusable_after_s: one older than this (>) is not used at all.
        stale_s: added for a stale position.
        substitute_s: added for each step down a requirement's order of preference.
        coverage_s: added per unit of weight uncovered, up to the bound for the priority.
        coverage_bound_s: the most that coverage may add, by priority 1 to 4.
        coverage_lines: for how many of the fastest units coverage is asked.
    """

    stale_after_s: float = STALE_AFTER_S
    unusable_after_s: float = 900.0
    stale_s: float = 60.0
    substitute_s: float = 30.0
    coverage_s: float = 30.0
    coverage_bound_s: tuple[float, ...] = (0.0, 30.0, 120.0, 300.0)
    coverage_lines: int = 8


@dataclass(frozen=True, slots=True)
class Candidate:
    """A unit that could go, and its cost: seconds to arrival plus what counts against it."""

    unit: KnownUnit
    time: RoadTime
    age_s: float | None
    cost_s: float
    uncovers: Uncovers | None = None
    notes: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class NearestByRoad:
    """The policy that is shipped."""

    standard: ResponseStandard
    cards: RunCards
    weights: Weights = field(default_factory=Weights)

    @property
    def version(self) -> str:
        """Versions of the code, the standard and the run cards."""
        return f"nearest-by-road/1+{self.standard.version}+{self.cards.version}"

    def recommend(
        self,
        picture: OperationalPicture,
        incident: KnownIncident,
        now_s: float,
        travel: TravelView,
        rng: np.random.Generator,
        *,
        alarm_level: int = 1,
    ) -> Recommendation:
        """The ranking for a call at a moment. `rng` is not used: ties go to the smaller id."""
        card = self.cards.card_for(incident.category, incident.priority)
        asked = card.requirements(alarm_level)
        ages_s = travel.positions.ages_s(now_s)
        free, rejected = sort_units(picture, incident, asked, ages_s, self.weights.unusable_after_s)
        answer = Recommendation(
            incident=incident.incident,
            policy_version=self.version,
            made_s=now_s,
            card=card.card_id,
            target_s=target_s(self.standard.arrival, incident, None),
            lines=(),
            shortfall=(),
        )
        if incident.lon is None or incident.lat is None:
            problem = because("place_unknown")
            rejected += [Rejected(unit, problem, None) for unit in free]
            return replace(answer, lines=_rejected_lines(rejected), problem=problem)
        times = travel.road_times([unit.unit for unit in free], incident.lon, incident.lat, now_s)
        ranked: list[Candidate] = []
        for unit in free:
            age_s = ages_s.get(unit.unit)
            if unit.unit in times:
                ranked.append(_first_look(unit, times[unit.unit], age_s, self.weights))
            else:
                rejected.append(Rejected(unit, because("unreachable"), age_s))
        ranked = _with_coverage(ranked, incident.priority, travel, now_s, self.weights)
        needs = still_needed(picture, incident, asked)
        chosen = choose(needs, ranked, self.weights.substitute_s)
        return replace(
            answer,
            lines=(
                *_ranked_lines(self.standard.arrival, incident, now_s, ranked, chosen, needs),
                *_rejected_lines(rejected),
            ),
            shortfall=_shortfall(needs, chosen, rejected),
        )


def target_s(
    objective: Objective | None, incident: KnownIncident, kind: str | None
) -> float | None:
    """The arrival target of a call for a kind of unit; None when the standard has none."""
    if objective is None:
        return None
    tier = objective.tier_for(incident.place_class, incident.priority, incident.category, kind)
    return None if tier is None else tier.target_s


@dataclass(frozen=True, slots=True)
class Chance:
    """How a kind of unit can meet the standard from now on.

    Attributes:
        limit_s: how long it may take.
        drives_only: only the driving counts; otherwise turnout counts too.
    """

    limit_s: float
    drives_only: bool

    def of(self, time: RoadTime) -> float:
        """Probability that a unit sent now arrives within the standard."""
        expected_s = time.drive_s if self.drives_only else time.arrival_s
        return probability_within(expected_s, time.error_s, self.limit_s)


def chance(
    objective: Objective | None, incident: KnownIncident, kind: str, now_s: float
) -> Chance | None:
    """What a unit of a kind sent now has to do to meet the standard; None when that is not known.

    The clock of the standard may be running already (from receipt, or from the first
    assignment), may start with the order now, or only when the unit drives.
    """
    target = target_s(objective, incident, kind)
    if objective is None or target is None:
        return None
    started_s = incident.stamps.get(objective.start)
    if started_s is not None:
        return Chance(target - (now_s - started_s), drives_only=False)
    if _ORDER.index(objective.start) < _ORDER.index(FieldTime.ASSIGNED):
        return None
    return Chance(target, drives_only=objective.start is FieldTime.EN_ROUTE)


def choose(
    needs: Sequence[Requirement], ranked: Sequence[Candidate], substitute_s: float
) -> dict[UnitId, Requirement]:
    """The best filling of the requirements: unit -> what it fills.

    Optimal over all candidates: for each requirement only as many of its cheapest candidates
    as there are places in all can matter, so only those enter the assignment problem.
    """
    places = [need for need in needs for _ in range(need.number)]
    shortlist: set[int] = set()
    for need in needs:
        costs = (
            (candidate.cost_s + cost_of_kind(need, candidate.unit, substitute_s), row)
            for row, candidate in enumerate(ranked)
        )
        able = heapq.nsmallest(len(places), (cost for cost in costs if math.isfinite(cost[0])))
        shortlist.update(row for _, row in able)
    columns = [ranked[row] for row in sorted(shortlist)]
    filled = fill(
        [
            [one.cost_s + cost_of_kind(place, one.unit, substitute_s) for one in columns]
            for place in places
        ]
    )
    return {
        columns[column].unit.unit: place
        for place, column in zip(places, filled, strict=True)
        if column != EMPTY
    }


def _first_look(
    unit: KnownUnit, time: RoadTime, age_s: float | None, weights: Weights
) -> Candidate:
    if age_s is not None and age_s > weights.stale_after_s:
        note = because("position_stale", age_s=round(age_s), counted_s=weights.stale_s)
        return Candidate(unit, time, age_s, time.arrival_s + weights.stale_s, None, (note,))
    return Candidate(unit, time, age_s, time.arrival_s)


def _with_coverage(
    ranked: list[Candidate],
    priority: Priority,
    travel: TravelView,
    now_s: float,
    weights: Weights,
) -> list[Candidate]:
    """Candidates in order of cost, the fastest charged for what they uncover.

    The rest are charged as much as the dearest of those: they were slower already, and must not
    overtake only because nobody asked what they uncover.
    """
    ranked = sorted(ranked, key=_by_cost)
    bound_s = weights.coverage_bound_s[priority - 1]
    staying = [candidate.unit.unit for candidate in ranked]
    asked: list[Candidate] = []
    dearest_s = 0.0
    for candidate in ranked[: weights.coverage_lines]:
        others = [unit for unit in staying if unit != candidate.unit.unit]
        left = travel.uncovers(candidate.unit.unit, others, now_s)
        counted_s = 0.0
        notes = candidate.notes
        if left is not None and left.places > 0:
            counted_s = min(bound_s, left.weight * weights.coverage_s)
            note = because("leaves_uncovered", places=left.places, counted_s=round(counted_s, 1))
            notes = (*notes, note)
        dearest_s = max(dearest_s, counted_s)
        asked.append(
            replace(candidate, cost_s=candidate.cost_s + counted_s, uncovers=left, notes=notes)
        )
    rest = ranked[weights.coverage_lines :]
    if dearest_s > 0:
        rest = [replace(one, cost_s=one.cost_s + dearest_s) for one in rest]
    return sorted((*asked, *rest), key=_by_cost)


def _by_cost(candidate: Candidate) -> tuple[float, UnitId]:
    return (candidate.cost_s, candidate.unit.unit)


def _ranked_lines(
    objective: Objective | None,
    incident: KnownIncident,
    now_s: float,
    ranked: Sequence[Candidate],
    chosen: dict[UnitId, Requirement],
    needs: Sequence[Requirement],
) -> list[Line]:
    slowest_s = max((one.time.arrival_s for one in ranked if one.unit.unit in chosen), default=None)
    kinds = {candidate.unit.kind for candidate in ranked}
    chances = {kind: chance(objective, incident, kind, now_s) for kind in kinds}
    lines: list[Line] = []
    for rank, candidate in enumerate(ranked, start=1):
        unit, time = candidate.unit, candidate.time
        place = chosen.get(unit.unit)
        fills = None if place is None else capability_used(place, unit)
        likely = chances[unit.kind]
        lines.append(
            Line(
                unit=unit.unit,
                rank=rank,
                chosen=place is not None,
                fills=fills,
                travel_s=time.drive_s,
                turnout_s=time.turnout_s,
                probability=None if likely is None else likely.of(time),
                age_s=candidate.age_s,
                uncovers=candidate.uncovers,
                reasons=(_verdict(candidate, fills, slowest_s, bool(needs)), *candidate.notes),
            )
        )
    return lines


def _verdict(
    candidate: Candidate, fills: str | None, slowest_s: float | None, is_needed: bool
) -> Reason:
    arrival_s = candidate.time.arrival_s
    if fills is not None:
        return because("chosen_for", capability=fills, arrival_s=round(arrival_s, 1))
    if not is_needed:
        return because("enough_units_sent")
    if slowest_s is None:
        return because("kind_not_needed", kind=candidate.unit.kind)
    later_s = round(arrival_s - slowest_s, 1)
    if later_s < 0:
        return because("sooner_but_held_back", sooner_s=-later_s)
    return because("others_serve_better", later_s=later_s)


def _rejected_lines(rejected: Sequence[Rejected]) -> tuple[Line, ...]:
    return tuple(
        Line(
            unit=one.unit.unit,
            rank=None,
            chosen=False,
            fills=None,
            travel_s=None,
            turnout_s=None,
            probability=None,
            age_s=one.age_s,
            uncovers=None,
            reasons=(one.reason,),
        )
        for one in sorted(rejected, key=lambda one: one.unit.unit)
    )


def _shortfall(
    needs: Sequence[Requirement], chosen: dict[UnitId, Requirement], rejected: Sequence[Rejected]
) -> tuple[Shortfall, ...]:
    short: list[Shortfall] = []
    for need in needs:
        found = sum(place.any_of == need.any_of for place in chosen.values())
        if found == need.number:
            continue
        counts: dict[str, int] = {}
        for one in rejected:
            if not math.isinf(cost_of_kind(need, one.unit, 0.0)):
                counts[one.reason.code] = counts.get(one.reason.code, 0) + 1
        reasons = tuple(because(code, units=counts[code]) for code in sorted(counts))
        short.append(
            Shortfall(
                need.any_of, need.number, found, reasons or (because("no_such_unit", units=0),)
            )
        )
    return tuple(short)
