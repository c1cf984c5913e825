"""The replay's findings as plain numbers: everything counted, nothing rounded away.

The schema is ``wardmote-replay/1``: names and units of the keys do not change within it; keys may
be added. Shares are 0 .. 1, durations seconds, unknown is null.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from wardmote.core.domain.call_record import RecordFlag, RecordTime
from wardmote.core.domain.incident import FieldTime
from wardmote.core.domain.standards import Objective, ResponseStandard
from wardmote.core.simulation.replay.calibration import Calibration
from wardmote.core.simulation.replay.fleet import ReplayUnit
from wardmote.core.simulation.replay.outcome import Fate, ReplayedCall
from wardmote.core.simulation.replay.stations import StationComparison

FORMAT = "wardmote-replay/1"
LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)

Json = dict[str, Any]


def replay_report(
    outcomes: Sequence[ReplayedCall],
    fleet: Sequence[ReplayUnit],
    calibration: Calibration,
    stations: StationComparison | None,
    standard: ResponseStandard,
    about: Mapping[str, Any],
) -> Json:
    """The whole report, ready for JSON; the same replay gives the same report.

    Args:
        about: names, digests, seed and options of the run, written as they are.
    """
    return {
        "format": FORMAT,
        "about": dict(about),
        "calls": _calls(outcomes),
        "fleet": _fleet(fleet),
        "vehicle_model": _vehicle_model(calibration),
        "stations": None if stations is None else asdict(stations),
        "agreement": agreement(outcomes, fleet),
        "durations": {
            "recorded": _durations(outcomes, recorded_time),
            "replayed": _durations(outcomes, replayed_time),
        },
        "compliance": [_compliance(outcomes, objective) for objective in standard.objectives],
        "queueing": _queueing(outcomes),
    }


def _calls(outcomes: Sequence[ReplayedCall]) -> Json:
    fates = Counter(outcome.fate for outcome in outcomes)
    flags = Counter(flag.flag for outcome in outcomes for flag in outcome.record.flags)
    flags.update(flag.flag for o in outcomes for unit in o.record.units for flag in unit.flags)
    return {
        "processed": len(outcomes),
        "by_fate": {fate.value: fates[fate] for fate in Fate},
        "without_units_in_record": sum(1 for o in outcomes if not o.record.units),
        "without_arrival_in_record": sum(
            1 for o in outcomes if recorded_time(o, FieldTime.ARRIVED) is None
        ),
        "category_assumed": sum(1 for o in outcomes if o.category_assumed),
        "priority_assumed": sum(1 for o in outcomes if o.priority_assumed),
        "flags": {flag.value: flags[flag] for flag in RecordFlag if flags[flag]},
    }


def _fleet(fleet: Sequence[ReplayUnit]) -> Json:
    return {
        "units": len(fleet),
        "by_kind": dict(sorted(Counter(unit.spec.kind for unit in fleet).items())),
        "home_from": dict(sorted(Counter(unit.home_from.value for unit in fleet).items())),
    }


def _vehicle_model(calibration: Calibration) -> Json:
    found = calibration
    return {
        "fitted": found.fitted,
        "runs": found.runs,
        "runs_from_home": found.from_home,
        "usable_runs": found.usable,
        "split_s": found.split_s,
        "parameters": found.model.to_dict(),
        "first_half": None if found.first_half is None else asdict(found.first_half),
        "second_half": None if found.second_half is None else asdict(found.second_half),
        "freeflow_second_half": (
            None if found.freeflow_second_half is None else asdict(found.freeflow_second_half)
        ),
    }


# --- agreement ------------------------------------------------------------------------------


def agreement(outcomes: Sequence[ReplayedCall], fleet: Sequence[ReplayUnit]) -> Json:
    """Recommended against actual first unit, in all and by the kind of the actual one."""
    home = {unit.spec.unit_id: unit.spec.post for unit in fleet}
    kind = {unit.spec.unit_id: unit.spec.kind for unit in fleet}
    compared = [
        o for o in outcomes if o.actual_first is not None and o.recommended_first is not None
    ]
    by_kind: dict[str, list[ReplayedCall]] = {}
    for outcome in compared:
        if outcome.actual_first is not None:
            by_kind.setdefault(kind.get(outcome.actual_first, ""), []).append(outcome)

    def shares(some: Sequence[ReplayedCall]) -> Json:
        exact = sum(1 for o in some if o.recommended_first == o.actual_first)
        station = sum(
            1
            for o in some
            if o.recommended_first is not None
            and o.actual_first is not None
            and home.get(o.recommended_first) == home.get(o.actual_first)
        )
        standing = Counter(o.actual_standing or "not_in_fleet" for o in some)
        behind = [
            o.actual_behind_s
            for o in some
            if o.recommended_first != o.actual_first and o.actual_behind_s is not None
        ]
        return {
            "compared": len(some),
            "exact_unit": exact,
            "same_station": station,
            "exact_share": _share(exact, len(some)),
            "same_station_share": _share(station, len(some)),
            "actual_unit": dict(sorted(standing.items())),
            "actual_unit_later_s": quantiles(behind),
        }

    return {
        "not_compared": len(outcomes) - len(compared),
        "all": shares(compared),
        "by_kind": {name: shares(some) for name, some in sorted(by_kind.items())},
    }


# --- durations ------------------------------------------------------------------------------

TimeOf = Callable[[ReplayedCall, FieldTime], float | None]

_INTERVALS: tuple[tuple[str, FieldTime, FieldTime], ...] = (
    ("handling", FieldTime.RECEIVED, FieldTime.ASSIGNED),
    ("turnout", FieldTime.ASSIGNED, FieldTime.EN_ROUTE),
    ("travel", FieldTime.EN_ROUTE, FieldTime.ARRIVED),
    ("assigned_to_arrival", FieldTime.ASSIGNED, FieldTime.ARRIVED),
    ("response", FieldTime.RECEIVED, FieldTime.ARRIVED),
)


def recorded_time(outcome: ReplayedCall, stamp: FieldTime) -> float | None:
    """A stamp of the first unit that the record says arrived (of any unit for ASSIGNED)."""
    record = outcome.record
    if stamp is FieldTime.RECEIVED:
        return record.received_s
    wanted = RecordTime(stamp.value)
    if not record.units:
        return record.stamps.at(wanted)
    arrived = [
        (at_s, unit.unit, unit)
        for unit in record.units
        if (at_s := unit.stamps.at(RecordTime.ARRIVED)) is not None
    ]
    if arrived:
        return min(arrived, key=lambda row: row[:2])[2].stamps.at(wanted)
    if stamp is FieldTime.ASSIGNED:
        return min(
            (at_s for u in record.units if (at_s := u.stamps.at(wanted)) is not None), default=None
        )
    return None


def replayed_time(outcome: ReplayedCall, stamp: FieldTime) -> float | None:
    """The same stamp in the replay."""
    if stamp is FieldTime.RECEIVED:
        return outcome.record.received_s
    first = outcome.first_arrival
    if first is None:
        return outcome.first_assigned_s if stamp is FieldTime.ASSIGNED else None
    times: Mapping[FieldTime, float | None] = {
        FieldTime.ASSIGNED: first.assigned_s,
        FieldTime.EN_ROUTE: first.en_route_s,
        FieldTime.ARRIVED: first.arrived_s,
        FieldTime.CLEARED: first.cleared_s,
    }
    return times.get(stamp)


def _durations(outcomes: Sequence[ReplayedCall], time_of: TimeOf) -> Json:
    found: Json = {}
    for name, start, stop in _INTERVALS:
        lengths = [_interval(outcome, start, stop, time_of) for outcome in outcomes]
        known = [length for length in lengths if length is not None]
        found[name] = {
            **quantiles([length for length in known if length >= 0]),
            "unknown": len(lengths) - len(known),
            "negative": sum(1 for length in known if length < 0),
        }
    return found


def _interval(
    outcome: ReplayedCall, start: FieldTime, stop: FieldTime, time_of: TimeOf
) -> float | None:
    from_s, to_s = time_of(outcome, start), time_of(outcome, stop)
    return None if from_s is None or to_s is None else to_s - from_s


def quantiles(values: Sequence[float]) -> Json:
    """Count, mean and quantiles of durations; null when there are none."""
    if not values:
        return {"count": 0, "mean_s": None, **{_level(level): None for level in LEVELS}}
    array = np.asarray(values, dtype=np.float64)
    points = np.quantile(array, LEVELS).tolist()
    named = {_level(level): point for level, point in zip(LEVELS, points, strict=True)}
    return {"count": len(values), "mean_s": float(array.mean()), **named}


def _level(level: float) -> str:
    return f"p{level * 100:.0f}_s"


# --- compliance and queueing ----------------------------------------------------------------


def _compliance(outcomes: Sequence[ReplayedCall], objective: Objective) -> Json:
    return {
        "objective": objective.code,
        "start": objective.start.value,
        "stop": objective.stop.value,
        "percentile": objective.percentile,
        "recorded": _met(outcomes, objective, recorded_time, _recorded_kind),
        "replayed": _met(outcomes, objective, replayed_time, _replayed_kind),
    }


def _met(
    outcomes: Sequence[ReplayedCall],
    objective: Objective,
    time_of: TimeOf,
    kind_of: Callable[[ReplayedCall], str | None],
) -> Json:
    """Durations `<=` their tier's target; negative ones are wrong stamps and count as unknown."""
    tiers: dict[str, list[bool]] = {tier.name.en: [] for tier in objective.tiers}
    unknown = untiered = 0
    for outcome in outcomes:
        tier = objective.tier_for(
            outcome.place_class, outcome.priority, outcome.category, kind_of(outcome)
        )
        length = _interval(outcome, objective.start, objective.stop, time_of)
        if tier is None:
            untiered += 1
        elif length is None or length < 0:
            unknown += 1
        else:
            tiers[tier.name.en].append(length <= tier.target_s)
    measured = [met for some in tiers.values() for met in some]
    share = _share(sum(measured), len(measured))
    return {
        "measured": len(measured),
        "met": sum(measured),
        "share": share,
        "meets_objective": None if share is None else share * 100 >= objective.percentile,
        "unknown": unknown,
        "without_tier": untiered,
        "tiers": [
            {
                "name": tier.name.en,
                "target_s": tier.target_s,
                "measured": len(tiers[tier.name.en]),
                "met": sum(tiers[tier.name.en]),
            }
            for tier in objective.tiers
        ],
    }


def _recorded_kind(outcome: ReplayedCall) -> str | None:
    arrived = [
        (at_s, unit.unit, unit.kind)
        for unit in outcome.record.units
        if (at_s := unit.stamps.at(RecordTime.ARRIVED)) is not None
    ]
    return min(arrived)[2] if arrived else None


def _replayed_kind(outcome: ReplayedCall) -> str | None:
    first = outcome.first_arrival
    return None if first is None else first.kind


def _queueing(outcomes: Sequence[ReplayedCall]) -> Json:
    waited = [
        first_s - outcome.ordered_s
        for outcome in outcomes
        if outcome.waited and (first_s := outcome.first_assigned_s) is not None
    ]
    served = [outcome for outcome in outcomes if outcome.units]
    return {
        "calls_that_waited": sum(1 for outcome in outcomes if outcome.waited),
        "waited_s": quantiles(waited),
        "served": len(served),
        "units_asked": sum(outcome.asked for outcome in outcomes),
        "units_sent": sum(len(outcome.units) for outcome in outcomes),
        "units_never_filled": sum(outcome.never_filled for outcome in outcomes),
    }


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
