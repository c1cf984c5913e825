"""Calls drawn for a trial: the same from the same seed, whatever plan meets them."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from wardmote.core.simulation.generated_places.demand import HOURS_PER_WEEK
from wardmote.core.simulation.twin import columns as c
from wardmote.core.studies.arrivals import drawn_by_priority
from wardmote.core.studies.demand_points import DemandPoints
from wardmote.core.studies.handling import MOST_UNITS, Handling, drawn
from wardmote.core.studies.scenario import Failures, Festival, Scenario
from wardmote.core.studies.service import drawn_groups
from wardmote.core.studies.transport import Transport
from wardmote.core.travel.building import METRES_PER_DEGREE
from wardmote.core.travel.graph import Bool, Float64, Int32, Int64

HOUR_S = 3_600.0
DAY_S = 86_400.0
WARM_UP_DAYS = 1.0
"""The first day of a run fills the place with work and is not counted."""
FIRST_HOUR = HOURS_PER_WEEK - int(24 * WARM_UP_DAYS)
"""Hour of the week at which a run begins: counted days begin with Monday, after a Sunday."""

_CALLS, _FESTIVAL, _THINNING, _HANDLING, _DOUBT, _FAILURES, _REFUSALS = range(7)
_LEVELS = 4_096


@dataclass(frozen=True, slots=True, eq=False)
class DrawnDemand:
    """Calls of one run, by arrival. A call that asks for several units has a row for each.

    Attributes:
        point: int64 [n] row of the demand point.
        calls_f: float64 [n, 7], calls_i: int32 [n, 4] as the twin takes them, `PLACE_NODE` and
            `PLACE_KM` left for the roads of the trial.
        first: int64 [n] row of the call's first unit; its own for the first.
        group: int64 [n] group of categories, of `Service`; 0 where there is none.
        number: calls, rows of further units left out.
    """

    point: Int64
    calls_f: Float64
    calls_i: Int32
    first: Int64
    group: Int64

    @property
    def number(self) -> int:
        """Calls, rows of further units left out."""
        return int((self.first == np.arange(len(self.first))).sum())


def hours_of_week(hours: int) -> Int64:
    """int64 [hours] hour of the week (0 is Monday 00:00) of each hour of a run."""
    return np.asarray((FIRST_HOUR + np.arange(hours)) % HOURS_PER_WEEK, dtype=np.int64)


def is_counted(festival: Festival, days: float) -> bool:
    """Whether any hour of a festival falls on a counted day of a run."""
    counted = hours_of_week(round((days + WARM_UP_DAYS) * 24))[int(24 * WARM_UP_DAYS) :]
    return bool(festival_hours(festival)[counted].any())


def draw_demand(
    points: DemandPoints, handling: Handling, scenario: Scenario, seed: int, days: float
) -> DrawnDemand:
    """Calls of a warm-up day, a Sunday, and of `days` more from Monday 00:00.

    What is not known about demand (its level, the days that are off together, thin places) is drawn
    anew for each seed, and is the same whatever plan and scenario meet it.
    """
    hours = round((days + WARM_UP_DAYS) * 24)
    usual, by_hour = points, np.ones(hours)
    if points.doubt is not None:
        rng = np.random.default_rng([seed, _DOUBT])
        drawn_days = points.doubt.drawn(points.calls_a_week, -(-hours // 24), rng)
        usual = points.times(drawn_days.point)
        by_hour = np.repeat(drawn_days.day, 24)[:hours]
    usual = usual.times(np.full(len(points), scenario.demand_factor))
    at_s, point, priority = _draw(usual, by_hour, np.random.default_rng([seed, _CALLS]))
    for row, festival in enumerate(scenario.festivals):
        there, when = festival_area(points, festival), festival_hours(festival)
        if festival.factor >= 1:
            more = usual.times(np.where(there, festival.factor - 1.0, 0.0))
            rng = np.random.default_rng([seed, _FESTIVAL, row])
            extra = _draw(more, by_hour, rng, when)
            at_s, point, priority = (
                np.concatenate(pair) for pair in zip((at_s, point, priority), extra, strict=True)
            )
        else:
            rng = np.random.default_rng([seed, _THINNING, row])
            hour = hours_of_week(hours)[(at_s // HOUR_S).astype(np.int64)]
            meant = there[point] & when[hour]
            kept = ~meant | (rng.random(len(at_s)) < festival.factor)
            at_s, point, priority = at_s[kept], point[kept], priority[kept]
    order = np.argsort(at_s, kind="stable")
    rng = np.random.default_rng([seed, _HANDLING])
    return handled(at_s[order], point[order], priority[order], handling, rng)


def _draw(
    points: DemandPoints, by_hour: Float64, rng: np.random.Generator, when: Bool | None = None
) -> tuple[Float64, Int64, Int64]:
    """Moments, points and priorities (from 1) of calls; `when` bool [168] leaves out hours.

    `by_hour` float64 [h]: calls of each hour of the run as a multiple of those expected.
    """
    hours = len(by_hour)
    per_kind = np.bincount(points.kind, weights=points.calls_a_week, minlength=len(points.pattern))
    rate = per_kind[:, None, None] * points.pattern
    if when is not None:
        rate = rate * when
    total = rate.sum(axis=(0, 1))
    hour_of_week = hours_of_week(hours)
    count = rng.poisson(total[hour_of_week] * by_hour)
    slot = np.repeat(np.arange(hours), count)
    at_s = (slot + rng.random(len(slot))) * HOUR_S
    level = rng.random((2, len(slot)))
    row = np.zeros(len(slot), dtype=np.int64)
    of_week = hour_of_week[slot]
    for hour in range(HOURS_PER_WEEK):
        here = np.flatnonzero(of_week == hour)
        if len(here):
            sums = np.cumsum(rate[:, :, hour].ravel())
            found = np.searchsorted(sums, level[0, here] * sums[-1], side="right")
            row[here] = np.minimum(found, len(sums) - 1)
    kind, priority = np.divmod(row, points.pattern.shape[1])
    return at_s, _points_of(points, kind, level[1]), priority + 1


def _points_of(points: DemandPoints, kind: Int64, level: Float64) -> Int64:
    """A point of each kind, by calls."""
    order = np.argsort(points.kind, kind="stable")
    sums = np.concatenate(([0.0], np.cumsum(points.calls_a_week[order])))
    first = np.searchsorted(points.kind[order], np.arange(len(points.pattern)))
    end = np.searchsorted(points.kind[order], np.arange(len(points.pattern)), side="right")
    wanted = sums[first[kind]] + level * (sums[end[kind]] - sums[first[kind]])
    found = np.searchsorted(sums, wanted, side="right") - 1
    found = np.clip(found, first[kind], np.maximum(end[kind] - 1, first[kind]))
    return np.asarray(order[np.minimum(found, len(order) - 1)], dtype=np.int64)


def handled(
    at_s: Float64, point: Int64, priority: Int64, handling: Handling, rng: np.random.Generator
) -> DrawnDemand:
    """The rows of calls with their durations; one row per unit that is asked for.

    Args:
        at_s, point, priority: of the calls, by arrival; priorities from 1.
    """
    calls = len(at_s)
    level = rng.random((MOST_UNITS, 3, calls))
    delay_s = _delay_s(handling, priority, rng.random(calls))
    of_units = rng.random(calls)
    group = np.zeros(calls, dtype=np.int64)
    units_of, scene_of = handling.units[:, None, :], handling.scene_s[:, None, :]
    if handling.service is not None:
        hour = np.asarray((at_s // HOUR_S) % 24, dtype=np.int64)
        group = drawn_groups(handling.service, priority, hour, rng.random(calls))
        units_of, scene_of = handling.service.units, handling.service.scene_s
    shares = np.cumsum(units_of, axis=2)[priority - 1, group]
    units = 1 + (of_units[:, None] >= shares[:, :-1]).sum(axis=1)
    call = np.repeat(np.arange(calls), units)
    first = np.concatenate(([0], np.cumsum(units)))[:-1]
    nth = np.arange(len(call)) - first[call]
    calls_f = np.ones((len(call), c.CALL_F))
    calls_f[:, c.ARRIVAL_S] = at_s[call]
    calls_f[:, c.DECISION_S] = at_s[call] + delay_s[call]
    calls_f[:, c.HANDOVER_S] = 0.0
    calls_f[:, c.PLACE_KM] = 0.0
    calls_f[:, [c.TURNOUT_FACTOR, c.DRIVE_FACTOR]] = _factors(handling, priority, level, call, nth)
    for each, of_groups in enumerate(scene_of):
        for one, curve in enumerate(of_groups):
            rows = np.flatnonzero((priority[call] == each + 1) & (group[call] == one))
            calls_f[rows, c.SCENE_S] = drawn(curve, level[nth[rows], 0, call[rows]])
    calls_i = np.zeros((len(call), c.CALL_I), dtype=np.int32)
    calls_i[:, c.PRIORITY] = priority[call] - 1
    calls_i[:, c.HOSPITAL] = c.NO_HOSPITAL
    calls_i[:, c.KINDS] = 1
    if handling.transport is not None:
        _transported(handling.transport, priority[call], calls_f, calls_i, rng)
    return DrawnDemand(point[call], calls_f, calls_i, first[call].astype(np.int64), group[call])


def _transported(
    transport: Transport,
    priority: Int64,
    calls_f: Float64,
    calls_i: Int32,
    rng: np.random.Generator,
) -> None:
    """Let some units take somebody to a hospital, which is left for the roads of the trial."""
    level = rng.random((3, len(priority)))
    rows = np.flatnonzero(level[0] < transport.share[priority - 1])
    calls_f[rows, c.SCENE_S] = drawn(transport.scene_s, level[1, rows])
    calls_f[rows, c.HANDOVER_S] = drawn(transport.handover_s, level[2, rows])
    calls_i[rows, c.HOSPITAL] = c.NEAREST_HOSPITAL


def _delay_s(handling: Handling, priority: Int64, level: Float64) -> Float64:
    if handling.arrivals is None:
        return drawn(handling.delay_s, level)
    return drawn_by_priority(handling.arrivals.delay_s, priority, level)


def _factors(
    handling: Handling, priority: Int64, level: Float64, call: Int64, nth: Int64
) -> Float64:
    """[n, 2] what really happens over what is expected, before driving and on the road.

    Where first arrivals are known by priority, what they took beside the drive is the same for all
    units of the call, and the drive is as expected. Else what every drive adds however short, which
    the twin counts before driving, errs as the drive does.
    """
    if handling.arrivals is not None:
        beside_s = drawn_by_priority(handling.arrivals.beside_s, priority, level[0, 2])[call]
        return np.column_stack((beside_s / handling.before_driving_s, np.ones(len(call))))
    turnout = drawn(handling.turnout_error, level[nth, 1, call])
    drive = drawn(handling.driving.error, level[nth, 2, call])
    access_s = handling.driving.access_s
    if access_s > 0:
        before_s = handling.turnout_s * turnout + access_s * drive
        turnout = before_s / handling.before_driving_s
    return np.column_stack((turnout, drive))


def draw_refusals(scenario: Scenario, seed: int) -> Float64 | None:
    """Levels below which crews refuse advice; None where they never do."""
    if not scenario.refused_share:
        return None
    return np.random.default_rng([seed, _REFUSALS]).random(_LEVELS)


def draw_failures(failures: Failures, unit: tuple[str, int], seed: int, hours: int) -> Float64:
    """float64 [k, 2] when a unit fails and when it is back, in seconds of the run.

    Args:
        unit: the post it belongs to and its number there: the same unit fails at the same times in
            every plan that has it.
    """
    post, number = unit
    rng = np.random.default_rng([seed, _FAILURES, zlib.crc32(post.encode()), number])
    end_s = hours * HOUR_S
    spells: list[tuple[float, float]] = []
    at_s = 0.0
    while True:
        fails_s = at_s + rng.exponential(failures.days_between * DAY_S)
        at_s = fails_s + rng.exponential(failures.repair_h * HOUR_S)
        if fails_s >= end_s:
            return np.array(spells, dtype=np.float64).reshape(-1, 2)
        spells.append((fails_s, min(at_s, end_s)))


def festival_area(points: DemandPoints, festival: Festival) -> Bool:
    """bool [n] points within its radius (<=)."""
    east = (points.lon - festival.lon) * np.cos(np.radians(festival.lat))
    distance = np.hypot(east, points.lat - festival.lat) * METRES_PER_DEGREE
    return np.asarray(distance <= festival.radius_m, dtype=np.bool_)


def festival_hours(festival: Festival) -> Bool:
    """bool [168] hours of the week at which it is on."""
    when = np.zeros(HOURS_PER_WEEK, dtype=np.bool_)
    when[(festival.from_hour + np.arange(festival.hours)) % HOURS_PER_WEEK] = True
    return when
