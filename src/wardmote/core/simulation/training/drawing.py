"""Draws the script of an exercise: the same scenario, seed and place give the same script."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np

from wardmote.core.domain.categories import CategoryTree
from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.plain import InvalidDataError
from wardmote.core.domain.text import Bilingual
from wardmote.core.simulation.people.words import say
from wardmote.core.simulation.training.ground import Spot, TrainingGround
from wardmote.core.simulation.training.scenario import (
    UNIT_TROUBLE,
    PlannedCall,
    PlannedTrouble,
    Scenario,
    Start,
    TroubleKind,
)
from wardmote.core.simulation.training.script import (
    FORMAT,
    Script,
    ScriptedCall,
    ScriptedTrouble,
)

DAY_S = 86_400.0
WEEK_S = 7 * DAY_S
_FIRST_DAY = datetime.date(2024, 1, 1)
"""A Monday."""


def begin_of(start: Start, zone: datetime.tzinfo, after_s: float) -> float:
    """The first moment at or after `after_s` (seconds UTC) that is the scenario's hour of the week.

    A local time that a clock change skips is taken as the zone's rules read it.
    """
    local = datetime.datetime.fromtimestamp(after_s, tz=zone)
    ahead = (start.weekday - local.weekday()) % 7
    day = local.date() + datetime.timedelta(days=ahead)
    for week in range(2):
        there = datetime.datetime.combine(
            day + datetime.timedelta(days=7 * week),
            datetime.time(start.hour, start.minute),
            tzinfo=zone,
        ).timestamp()
        if there >= after_s:
            return there
    raise ValueError("no such hour of the week")  # two weeks hold every hour of one


def draw_script(
    scenario: Scenario, ground: TrainingGround, categories: CategoryTree, begin_s: float
) -> Script:
    """The script of a scenario in a place.

    Raises:
        InvalidDataError: a scripted call's category is not one that calls can be put into.
    """
    for row, call in enumerate(scenario.calls):
        if call.category not in categories or not categories.get(call.category).selectable:
            raise InvalidDataError(f"calls[{row}].category", "not_allowed", found=call.category)
    seeds = np.random.SeedSequence(scenario.seed).spawn(4)
    stream_rng, place_rng, unit_rng, away_rng = (np.random.default_rng(seed) for seed in seeds)
    away = _away(scenario.away, ground, away_rng)
    spots: dict[str, Spot] = {}
    calls = [_placed(one, ground, spots, begin_s, place_rng) for one in scenario.calls]
    calls += _again(scenario, ground, spots, begin_s, place_rng)
    calls += _stream(scenario, ground, categories, begin_s, stream_rng)
    calls.sort(key=lambda drawn: drawn.call.rings_s)
    numbered = _numbered(calls)
    numbers = {call.ref: call.number for call in numbered if call.ref}
    trouble = [
        replace(
            _trouble(one, ground, spots, begin_s, away, unit_rng), call=numbers.get(one.call, 0)
        )
        for one in sorted(scenario.trouble, key=lambda one: one.at_s)
        if one.kind in UNIT_TROUBLE or one.kind is TroubleKind.ROAD_CLOSES
    ]
    return Script(
        format=FORMAT,
        scenario=scenario.code,
        name=scenario.name,
        story=scenario.story,
        seed=scenario.seed,
        begin_s=begin_s,
        end_s=begin_s + scenario.duration_s,
        calls=numbered,
        trouble=tuple(replace(one, number=row) for row, one in enumerate(trouble, start=1)),
        away=away,
    )


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A call before it has its number; `about` is the scenario's name of the call it is about."""

    call: ScriptedCall
    about: str = ""


def _numbered(calls: list[_Drawn]) -> tuple[ScriptedCall, ...]:
    numbers = {drawn.call.ref: row for row, drawn in enumerate(calls, start=1) if drawn.call.ref}
    return tuple(
        replace(drawn.call, number=row, about=numbers.get(drawn.about, 0))
        for row, drawn in enumerate(calls, start=1)
    )


def _away(share: float, ground: TrainingGround, rng: np.random.Generator) -> tuple[UnitId, ...]:
    """Units that stay away: the share rounded down, so that somebody always is there."""
    units = sorted(unit.unit_id for unit in ground.book.units)
    count = int(share * len(units))
    return tuple(sorted(units[int(row)] for row in rng.permutation(len(units))[:count]))


def _placed(
    planned: PlannedCall,
    ground: TrainingGround,
    spots: dict[str, Spot],
    begin_s: float,
    rng: np.random.Generator,
) -> _Drawn:
    near = spots.get(planned.near)
    spot = ground.spot(planned.where, rng) if near is None else ground.near(near, rng)
    spots[planned.call] = spot
    call = _call(spot, planned.category, begin_s + planned.at_s, planned.says)
    return _Drawn(replace(call, ref=planned.call))


def _again(
    scenario: Scenario,
    ground: TrainingGround,
    spots: dict[str, Spot],
    begin_s: float,
    rng: np.random.Generator,
) -> list[_Drawn]:
    """Calls about a call that there was before: the same thing, or the same caller elsewhere."""
    planned = {call.call: call for call in scenario.calls}
    found = []
    for one in scenario.trouble:
        if one.kind is TroubleKind.DUPLICATE_CALL:
            spot = ground.near(spots[one.call], rng)
        elif one.kind is TroubleKind.CALLER_MOVES:
            spot = ground.away_from(spots[one.call], one.metres, rng)
        else:
            continue
        says = again_says(one.kind, one.says, planned[one.call].category, rng)
        call = _call(spot, planned[one.call].category, begin_s + one.at_s, says)
        moved = one.kind is TroubleKind.CALLER_MOVES
        found.append(_Drawn(replace(call, moved=moved), one.call))
    return found


def again_says(
    kind: TroubleKind, says: Bilingual, category: str, rng: np.random.Generator
) -> Bilingual:
    """What is said in a call about a call that there was before, when the scenario is silent."""
    if says.zh or says.en:
        return says
    if kind is TroubleKind.CALLER_MOVES:
        return Bilingual(
            "我刚才报过警，现在不在原来的地方了",
            "I called a moment ago; I am no longer where I was",
        )
    return say(category, rng)


def _call(spot: Spot, category: str, rings_s: float, says: Bilingual) -> ScriptedCall:
    return ScriptedCall(
        number=0,
        rings_s=rings_s,
        category=category,
        lon=spot.lon,
        lat=spot.lat,
        place=spot.place,
        says=says,
    )


def _stream(
    scenario: Scenario,
    ground: TrainingGround,
    categories: CategoryTree,
    begin_s: float,
    rng: np.random.Generator,
) -> list[_Drawn]:
    """Calls of the place's demand, one after the other as they would come by chance."""
    source = ground.stream(scenario.stream.factor)
    found: list[_Drawn] = []
    at_s, end_s = begin_s, begin_s + scenario.duration_s
    while True:
        rate = source.rate_per_s(at_s)
        at_s += float(rng.exponential(1.0 / rate)) if rate > 0 else DAY_S
        if at_s >= end_s:
            return found
        drawn = source.draw(at_s, rng)
        at_trainee = bool(rng.random() < scenario.stream.at_trainee)
        says = say(drawn.category, rng)
        if drawn.category in categories and categories.get(drawn.category).selectable:
            call = _call(Spot(drawn.lon, drawn.lat, drawn.place), drawn.category, at_s, says)
            found.append(_Drawn(replace(call, at_trainee=at_trainee)))


def _trouble(
    planned: PlannedTrouble,
    ground: TrainingGround,
    spots: dict[str, Spot],
    begin_s: float,
    away: Collection[UnitId],
    rng: np.random.Generator,
) -> ScriptedTrouble:
    spot = spots.get(planned.call)
    one = ScriptedTrouble(0, planned.kind, begin_s + planned.at_s, lasts_s=planned.lasts_s)
    if planned.kind is TroubleKind.ROAD_CLOSES:
        here = ground.spot(planned.where, rng) if spot is None else spot
        return replace(one, edges=ground.road_to_close(here.lon, here.lat))
    if spot is not None:
        return one
    units = sorted(unit.unit_id for unit in ground.book.units if unit.unit_id not in away)
    return replace(one, unit=units[int(rng.integers(len(units)))])
