"""Who is on duty in days that nobody has seen yet: the units of the days fitted on, as they were.

Units with a fixed home are there throughout, as far as the records show. Units without one come on
and go off duty as on a *model day*: each day ahead is staffed like one whole day of those fitted
on, the last one of the same day of the week; where there was none, the last one that is as much a
working day or a rest day; else the last day of all. Whole days are taken, never units one by one,
so that as many are there at each hour as really were on some day (names change between days, the
number on duty hardly does).

A unit that is rarely sent leaves long gaps although it is there. A gap is time off duty only if it
is longer than chance would leave in one case of twenty, judged by the middle gap of its kind.
A day that was itself observed is its own model.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from wardmote.core.domain.call_record import CallRecord
from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.places import Post
from wardmote.core.simulation.replay.fleet import (
    OFF_DUTY_GAP_S,
    SPELL_MARGIN_S,
    HomeFrom,
    ReplayUnit,
    UnitHint,
    infer_fleet,
)
from wardmote.core.simulation.validation.window import Window

DAY_S = 86_400.0
MARGIN_S = DAY_S
"""The fleet stands ready so long before the first call and after the last, as in the record."""

CHANCE_GAP = math.log(20) / math.log(2)
"""Waits between assignments that come by chance are longer than so many medians once in twenty."""

REST_DAYS = frozenset({5, 6})
"""Saturday and Sunday; holidays are not known here."""

Weekday = Callable[[float], int]
"""Seconds UTC -> day of the week on the place's clock, Monday 0 .. Sunday 6."""

Spells = tuple[tuple[float, float], ...]

_FIXED = frozenset({HomeFrom.UNITS_FILE, HomeFrom.SOURCE, HomeFrom.NAME})


@dataclass(frozen=True, slots=True)
class ModelDay:
    """A day ahead and the day whose duty it copies; both last 24 hours.

    Attributes:
        start_s, model_s: when they begin, seconds UTC.
        same_weekday: they are the same day of the week.
        same_sort: both are working days, or both are rest days.
    """

    start_s: float
    model_s: float
    same_weekday: bool
    same_sort: bool


def model_days(observed: Window, ahead: Window, weekday: Weekday) -> tuple[ModelDay, ...]:
    """The model of each day of `ahead` and of the margin around it.

    Days begin at the hour at which `observed` begins. Empty if less than a whole day was observed.
    """
    whole = int((observed.to_s - observed.from_s) // DAY_S)
    models = [observed.from_s + DAY_S * day for day in range(whole)]
    if not models:
        return ()
    first = math.floor((ahead.from_s - MARGIN_S - observed.from_s) / DAY_S)
    last = math.ceil((ahead.to_s + MARGIN_S - observed.from_s) / DAY_S)
    found = []
    for day in range(first, last):
        start_s = observed.from_s + DAY_S * day
        here = weekday(start_s + DAY_S / 2)
        ranked = [
            (
                model_s == start_s,
                there == here,
                (there in REST_DAYS) == (here in REST_DAYS),
                model_s,
            )
            for model_s in models
            for there in [weekday(model_s + DAY_S / 2)]
        ]
        _, same, sort, model_s = max(ranked)
        found.append(ModelDay(start_s, model_s, same, sort))
    return tuple(found)


def fleet_ahead(
    past: Sequence[CallRecord],
    posts: Sequence[Post],
    hints: Mapping[str, UnitHint],
    observed: Window,
    ahead: Window,
    weekday: Weekday,
) -> tuple[ReplayUnit, ...]:
    """The fleet of a window, told from the calls of an earlier one.

    Raises:
        ValueError: there are no posts.
    """
    fleet = infer_fleet(past, posts, hints)
    throughout: Spells = ((ahead.from_s - MARGIN_S, ahead.to_s + MARGIN_S),)
    days = model_days(observed, ahead, weekday)
    kinds = {unit.spec.unit_id: unit.spec.kind for unit in fleet}
    busy = _busy(past)
    gaps_s = _longest_gaps_s(busy, kinds)
    found = []
    for unit in fleet:
        name = unit.spec.unit_id
        if unit.home_from in _FIXED or not days or name not in busy:
            found.append(replace(unit, spells=throughout))
            continue
        gap_s = gaps_s[unit.spec.kind]
        spells = _copied(_spells(busy[name], gap_s), days, gap_s)
        if spells:
            found.append(replace(unit, spells=spells))
    return tuple(found)


def _busy(past: Sequence[CallRecord]) -> dict[UnitId, list[tuple[float, float]]]:
    """First and last stamp of each unit's assignments, in order."""
    found: dict[UnitId, list[tuple[float, float]]] = defaultdict(list)
    for call in past:
        for unit in call.units:
            known = [at_s for _, at_s in unit.stamps.pairs]
            if known:
                found[UnitId(unit.unit)].append((min(known), max(known)))
    return {name: sorted(rows) for name, rows in found.items()}


def _longest_gaps_s(
    busy: Mapping[UnitId, Sequence[tuple[float, float]]], kinds: Mapping[UnitId, str]
) -> dict[str, float]:
    """By kind: a unit without an assignment for longer (>) was off duty."""
    gaps: dict[str, list[float]] = defaultdict(list)
    for name, rows in busy.items():
        free_s = rows[0][1]
        for start_s, end_s in rows[1:]:
            if start_s > free_s:
                gaps[kinds[name]].append(start_s - free_s)
            free_s = max(free_s, end_s)
    return {
        kind: max(OFF_DUTY_GAP_S, CHANCE_GAP * statistics.median(gaps[kind]))
        if gaps[kind]
        else OFF_DUTY_GAP_S
        for kind in set(kinds.values())
    }


def _spells(busy: Sequence[tuple[float, float]], gap_s: float) -> Spells:
    padded = [(start_s - SPELL_MARGIN_S, end_s + SPELL_MARGIN_S) for start_s, end_s in busy]
    return _joined(padded, gap_s - 2 * SPELL_MARGIN_S)


def _copied(spells: Spells, days: Sequence[ModelDay], gap_s: float) -> Spells:
    """What of the spells falls on each model day, moved to the day that it is the model of."""
    moved = []
    for day in days:
        later_s = day.start_s - day.model_s
        for start_s, end_s in spells:
            cut = max(start_s, day.model_s), min(end_s, day.model_s + DAY_S)
            if cut[0] < cut[1]:
                moved.append((cut[0] + later_s, cut[1] + later_s))
    return _joined(moved, gap_s - 2 * SPELL_MARGIN_S)


def _joined(spells: Sequence[tuple[float, float]], gap_s: float) -> Spells:
    """In order, with gaps of at most (<=) so long closed."""
    found: list[tuple[float, float]] = []
    for start_s, end_s in sorted(spells):
        if found and start_s - found[-1][1] <= gap_s:
            found[-1] = (found[-1][0], max(found[-1][1], end_s))
        else:
            found.append((start_s, end_s))
    return tuple(found)
