"""Asking the policy about a call, with a bound on how many units it looks at.

In a place of up to `RANK_ALL` units on duty every unit is ranked. In a larger one the policy gets
the units that could matter: for each requirement of the run card the nearest `NEAREST` that can
fill it and are free, the nearest of any kind, and those already sent. A unit outside could only be
chosen if all `NEAREST` nearer ones were passed over. The answer says how many were left out.

Units that could be taken off lesser calls are named beside it, where they gain enough over the free
units or there are too few of these; a person decides. In a larger place, as long as there are free
units, only the nearest `LOOKED_AT` are looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from wardmote.core.domain.ids import IncidentId, UnitId
from wardmote.core.domain.incident import IncidentState
from wardmote.core.domain.persistent import PersistentMap
from wardmote.core.domain.picture import (
    KnownIncident,
    KnownUnit,
    OperationalPicture,
    with_unavailable,
)
from wardmote.core.domain.run_cards import Requirement, RunCards
from wardmote.core.policies.preempt import SHIPPED, Preemption, best_free_s, units_to_take
from wardmote.core.policies.recommend import RecommendationPolicy
from wardmote.core.policies.recommendation import Recommendation
from wardmote.operations.dispatch.roads import LiveRoads, RoadView

RANK_ALL = 250
NEAREST = 40
NEAREST_OF_ANY_KIND = 24
LOOKED_AT = 240
"""So many of the nearest units are looked at first; only if too few of them fit, all are."""
MOST_TAKINGS = 3
"""So many units that could be taken are named for each requirement of the run card."""
_WANTS_ADVICE = frozenset({IncidentState.ENTERED, IncidentState.ROUTED, IncidentState.IN_PROGRESS})
_RECORD_ONLY = "record_only"


@dataclass(frozen=True, slots=True)
class Advice:
    """A recommendation, and what the screen may want besides.

    Attributes:
        left_out: units on duty that were not looked at because many nearer ones were.
        takings: units that could be taken off less urgent calls; JSON-ready.
    """

    recommendation: Recommendation
    left_out: int
    takings: tuple[dict[str, Any], ...] = ()


def wants_advice(call: KnownIncident) -> bool:
    """Whether a recommendation is of use for a call."""
    return call.state in _WANTS_ADVICE and not any(
        one.kind == _RECORD_ONLY for one in call.destinations
    )


class Adviser:
    """The policy with the roads under it."""

    def __init__(
        self,
        policy: RecommendationPolicy,
        cards: RunCards,
        roads: LiveRoads,
        preemption: Preemption | None = None,
        among_few: RecommendationPolicy | None = None,
    ) -> None:
        """`among_few` answers where only a part of many units is looked at; else `policy` does."""
        self._policy = policy
        self._among_few = among_few or policy
        self._cards = cards
        self._roads = roads
        self._preemption = preemption or SHIPPED

    def advise(
        self,
        picture: OperationalPicture,
        call: KnownIncident,
        refused: frozenset[UnitId],
        now_s: float,
    ) -> Advice:
        """The policy's answer for a call at its alarm level; who refused it is not asked again."""
        on_duty = self._roads.refresh()
        considered = self._considered(picture, call, on_duty)
        left_out = on_duty - sum(unit.on_duty for unit in considered.units.values())
        busy = {assignment.unit for assignment in picture.assignments.values()}
        view = self._roads.view(busy.union(considered.units), picture)
        # The shipped policy draws nothing; another one draws the same for the same call.
        rng = np.random.default_rng(picture.seq)
        policy = self._policy if left_out <= 0 else self._among_few
        made = policy.recommend(
            with_unavailable(considered, refused, "refused_this_call"),
            call,
            now_s,
            view,
            rng,
            alarm_level=call.alarm_level,
        )
        takings = self._takings(picture, call, made, view, now_s, on_duty)
        return Advice(made, max(left_out, 0), takings)

    def look_around(self, now_s: float, places: int) -> bool:
        """See again what units cover at a few places; returns whether all were seen."""
        self._roads.refresh()
        return self._roads.renew_cover(now_s, places)

    def _considered(
        self, picture: OperationalPicture, call: KnownIncident, on_duty: int
    ) -> OperationalPicture:
        if call.lon is None or call.lat is None or on_duty <= RANK_ALL:
            every = ((key, unit) for key, unit in picture.units.items() if unit.on_duty)
            return replace(picture, units=PersistentMap(every))
        card = self._cards.card_for(call.category, call.priority)
        kept: set[UnitId] = {picture.assignments[one].unit for one in call.assignments}
        around = self._roads.nearest(call.lon, call.lat, LOOKED_AT)
        known = map(picture.units.get, around)
        near = [unit for unit in known if unit is not None and unit.on_duty]
        kept.update(unit.unit for unit in near[:NEAREST_OF_ANY_KIND])
        for requirement in card.requirements(call.alarm_level):
            asked_for = frozenset(requirement.any_of)
            able = [unit.unit for unit in near if _is_free_for(asked_for, unit)]
            if len(able) < NEAREST and len(around) == LOOKED_AT:
                everywhere = [
                    unit.unit for unit in picture.units.values() if _is_free_for(asked_for, unit)
                ]
                able = self._roads.nearest(call.lon, call.lat, NEAREST, everywhere)
            kept.update(able[:NEAREST])
        return replace(
            picture, units=PersistentMap((key, picture.units[key]) for key in sorted(kept))
        )

    def _takings(
        self,
        picture: OperationalPicture,
        call: KnownIncident,
        made: Recommendation,
        view: RoadView,
        now_s: float,
        on_duty: int,
    ) -> tuple[dict[str, Any], ...]:
        if call.priority > self._preemption.at_least or call.lon is None or call.lat is None:
            return ()
        card = self._cards.card_for(call.category, call.priority)
        needs = best_free_s(picture, call, made, card.requirements(call.alarm_level))
        if on_duty > RANK_ALL and None not in needs.values():
            near = set(self._roads.nearest(call.lon, call.lat, LOOKED_AT))
            busy = ((key, one) for key, one in picture.assignments.items() if one.unit in near)
            picture = replace(picture, assignments=PersistentMap(busy))
        found: dict[UnitId, dict[str, Any]] = {}
        for any_of, free_s in needs.items():
            for taking in units_to_take(
                self._preemption, picture, call, Requirement(any_of), free_s, now_s, view
            )[:MOST_TAKINGS]:
                found.setdefault(
                    taking.unit,
                    {
                        "unit": taking.unit,
                        "assignment": taking.assignment,
                        "left_behind": taking.left_behind,
                        "travel_s": taking.time.drive_s,
                        "reasons": [reason.as_json() for reason in taking.reasons],
                    },
                )
        return tuple(found.values())


def _is_free_for(any_of: frozenset[str], unit: KnownUnit) -> bool:
    return (
        unit.on_duty
        and unit.available
        and unit.active is None
        and not any_of.isdisjoint(unit.capabilities)
    )


def waiting_calls(picture: OperationalPicture) -> list[IncidentId]:
    """Calls for which no unit is active and a recommendation is of use, by id."""
    return [
        key
        for key in sorted(picture.incidents)
        if wants_advice(picture.incidents[key])
        and not any(one.active for one in picture.assignments_of(key))
    ]
