"""Where calls come from by a place's own records: cells of ground with learnt rates.

Learnt from are calls of the public alone; every record states its origin, or is refused
(`core.planning.demand.origins`). A cell stands for its calls, never for anybody in it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from wardmote.core.domain.call_record import CallRecord
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.places import PlaceBook
from wardmote.core.domain.problem import Problem
from wardmote.core.planning.demand.learning import learn_demand
from wardmote.core.planning.demand.neighbours import neighbours_on_the_plane
from wardmote.core.planning.demand.origins import AdmittedCalls, CallOrigin, DemandCall, admit
from wardmote.core.planning.demand.series import CallSeries, count_calls
from wardmote.core.planning.demand.time_grid import (
    Calendar,
    TimeGrid,
    hourly_grid,
    no_calendar,
)
from wardmote.core.planning.demand.year import YEAR_DAYS, knows_festivals, year_ahead
from wardmote.core.simulation.generated_places.demand import HOURS_PER_WEEK
from wardmote.core.studies.demand_account import (
    CONFIDENCE,
    DemandAccount,
    DemandMethod,
    YearOfCalls,
    by_origin,
)
from wardmote.core.studies.demand_doubt import CERTAIN, DemandDoubt
from wardmote.core.studies.demand_points import (
    DemandPoints,
    classes_of,
    is_town,
    nearest_villages,
)
from wardmote.core.travel.building import METRES_PER_DEGREE
from wardmote.core.travel.graph import Float64, Int64
from wardmote.core.travel.snapping import Snaps
from wardmote.core.travel.travel_times import TravelTimes

CELL_M = 250.0
DAYS_A_YEAR = 365.25
MOST_CELLS = 4_000
LEARN_FROM_DAYS = 28
"""A shorter history tells only how many, where, and at what hour of the day."""
_BANDWIDTHS_M = (250.0, 600.0, 1_500.0)
_REACH_M = 3_000.0
_PRIORITIES = len(Priority)


@dataclass(frozen=True, slots=True, eq=False)
class RecordedDemand:
    """Points of a place's own records, and the account of what they were learnt from."""

    points: DemandPoints
    account: DemandAccount


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """What the calls say of P cells.

    Attributes:
        weekly: float64 [P] calls a week, as the year has them.
        shape: float64 [P or 1, 168] each cell's hours, adding up to 1.
        doubt: of the cells.
    """

    weekly: Float64
    shape: Float64
    doubt: DemandDoubt
    seasonal: bool
    festivals: bool


def points_of_records(
    calls: Sequence[CallRecord],
    origin_of: Callable[[CallRecord], CallOrigin],
    book: PlaceBook,
    travel: TravelTimes,
    zone: datetime.tzinfo,
    *,
    calendar: Calendar = no_calendar,
    cell_m: float = CELL_M,
    should_stop: Callable[[], bool] = lambda: False,
) -> RecordedDemand:
    """Points of a place with records.

    Args:
        origin_of: who began a call; there is no default.
        calendar: classes of the days of the history and of the year after it.
        cell_m: side of a cell; made larger until there are at most `MOST_CELLS`.

    Raises:
        Problem: no call of the public has a place, or those that have lie in too few weeks.
    """
    stated = [(call, origin_of(call)) for call in calls]
    admitted = admit(
        DemandCall(call.received_s, origin, *_position(call)) for call, origin in stated
    )
    _require_placed(admitted)
    taught = [call for call, origin in stated if origin in admitted.admitted]
    history, ahead = _grids(admitted, zone, calendar)
    series = count_calls(admitted, history)
    cell, lon, lat = _cells(admitted, cell_m)
    places = travel.snap(lon, lat)
    long = len(history.days) >= LEARN_FROM_DAYS
    told = (
        _learnt(admitted, series, ahead, cell, lon, lat, should_stop)
        if long
        else _counted(admitted, history, cell, len(lon))
    )
    kept = np.flatnonzero((places.edge >= 0) & (told.weekly > 0))
    points = _points_at(book, places.rows(kept), told, kept, _priorities(taught))
    unplaced = int((~np.isin(cell, kept)).sum())
    return RecordedDemand(points, _account(admitted, series, ahead, told, unplaced, long=long))


def _require_placed(admitted: AdmittedCalls) -> None:
    if not len(admitted) or not np.isfinite(admitted.lon).any():
        raise Problem(
            zh="记录中没有带位置的群众报警，无法得出需求；请检查来源说明与坐标列。",
            en="The records hold no call of the public with a place, so demand cannot be told; "
            "check the stated origins and the columns of coordinates.",
        )


def _points_at(
    book: PlaceBook, places: Snaps, told: _Told, kept: Int64, priorities: Float64
) -> DemandPoints:
    """Points at `places`, those of the cells `kept`; the calls of other cells are off the roads."""
    weekly = told.weekly
    area = nearest_villages(book)(places.lon, places.lat)
    rows = kept if len(told.shape) > 1 else np.zeros(1, dtype=np.int64)
    return DemandPoints(
        places.lon,
        places.lat,
        places,
        weekly[kept],
        np.minimum(np.arange(len(kept)), len(rows) - 1).astype(np.int64),
        told.shape[rows][:, None, :] * priorities[None, :, None],
        classes_of(book, places.lon, places.lat),
        np.array([is_town(code) for code in area], dtype=np.bool_),
        area,
        float(weekly.sum() - weekly[kept].sum()),
        told.doubt.rows(kept),
    )


def _account(
    admitted: AdmittedCalls,
    series: CallSeries,
    ahead: TimeGrid,
    told: _Told,
    unplaced: int,
    *,
    long: bool,
) -> DemandAccount:
    calls = float(told.weekly.sum()) * DAYS_A_YEAR / 7
    low, high = told.doubt.level_interval(CONFIDENCE)
    year = YearOfCalls(
        calls,
        calls * low,
        calls * high,
        _date(ahead.days[0]),
        _date(ahead.days[-1]),
        told.seasonal,
        told.festivals,
    )
    days = series.grid.days
    return DemandAccount(
        DemandMethod.LEARNT if long else DemandMethod.COUNTED,
        by_origin(admitted.admitted),
        by_origin(admitted.refused),
        unplaced,
        _date(days[0]),
        _date(days[-1]),
        len(days),
        float(series.exposure.mean()),
        year,
    )


def _date(ordinal: int | np.int64) -> str:
    return datetime.date.fromordinal(int(ordinal)).isoformat()


def _position(call: CallRecord) -> tuple[float, float]:
    if call.lon is None or call.lat is None:
        return float("nan"), float("nan")
    return call.lon, call.lat


def _priorities(calls: Sequence[CallRecord]) -> Float64:
    """[4] share of each priority; calls without one count as routine."""
    row = [(call.priority or Priority.ROUTINE) - 1 for call in calls]
    count = np.bincount(np.array(row, dtype=np.int64), minlength=_PRIORITIES)
    return np.asarray(count / count.sum(), dtype=np.float64)


def _grids(
    calls: AdmittedCalls, zone: datetime.tzinfo, calendar: Calendar
) -> tuple[TimeGrid, TimeGrid]:
    """Hours of the history, and of the year after it."""
    first, last = (
        datetime.datetime.fromtimestamp(float(at_s), tz=zone).date()
        for at_s in (calls.at_s[0], calls.at_s[-1])
    )
    after, end = (last + datetime.timedelta(days=days) for days in (1, YEAR_DAYS))
    classes = calendar(first, end)
    return hourly_grid(first, last, zone, classes), hourly_grid(after, end, zone, classes)


def _cells(calls: AdmittedCalls, cell_m: float) -> tuple[Int64, Float64, Float64]:
    """Cell int64 [n] of each call (-1 unknown), and the mean place of the calls of each cell."""
    known = np.isfinite(calls.lon)
    lon, lat = calls.lon[known], calls.lat[known]
    x = (lon - lon.min()) * METRES_PER_DEGREE * np.cos(np.radians(lat.mean()))
    y = (lat - lat.min()) * METRES_PER_DEGREE
    while True:
        key = (y // cell_m).astype(np.int64) * 1_000_000 + (x // cell_m).astype(np.int64)
        cells, row = np.unique(key, return_inverse=True)
        if len(cells) <= MOST_CELLS:
            break
        cell_m *= 1.25
    count = np.bincount(row)
    cell = np.full(len(calls), -1, dtype=np.int64)
    cell[known] = row
    return cell, np.bincount(row, weights=lon) / count, np.bincount(row, weights=lat) / count


def _learnt(
    calls: AdmittedCalls,
    series: CallSeries,
    ahead: TimeGrid,
    cell: Int64,
    lon: Float64,
    lat: Float64,
    should_stop: Callable[[], bool],
) -> _Told:
    """The mean week of the year ahead: its seasons and festivals are in it by their days."""
    x = lon * METRES_PER_DEGREE * np.cos(np.radians(lat.mean()))
    near = neighbours_on_the_plane(x, lat * METRES_PER_DEGREE, _REACH_M)
    try:
        model = learn_demand(
            calls, series.grid, cell, near, _BANDWIDTHS_M, should_stop=should_stop, series=series
        )
    except ValueError as error:
        raise Problem(
            zh="带位置的群众报警集中在太少的几周里，无法得出各处的需求；请补齐记录或坐标。",
            en="The public's calls with a place lie in too few weeks to tell demand by place; "
            "complete the records or their coordinates.",
        ) from error
    year = year_ahead(model.volumes, series, ahead)
    hours = model.hours_of_week(ahead, year.mean)
    weekly = hours.sum(axis=1)
    pattern = model.volumes.pattern
    return _Told(
        weekly,
        hours / np.maximum(weekly, 1e-12)[:, None],
        DemandDoubt(year.level_shape, float(model.volumes.day_shape[0]), model.places.shape),
        year.seasonal,
        knows_festivals(pattern),
    )


def _counted(calls: AdmittedCalls, grid: TimeGrid, cell: Int64, cells: int) -> _Told:
    """The same by plain counts: one shape for all, and the doubt of counting alone."""
    weeks = len(grid) / HOURS_PER_WEEK
    slot = grid.slot[np.maximum(grid.locate(calls.at_s), 0)] % 24
    day = np.bincount(slot, minlength=24) + 0.5
    shape = np.tile(day / day.sum(), 7)[None, :] / 7
    count = np.bincount(cell[cell >= 0], minlength=cells).astype(np.float64)
    # Calls without a place happened all the same: they are spread like the others.
    weekly = count * (len(calls) / max(count.sum(), 1.0)) / weeks
    doubt = DemandDoubt(float(len(calls)), CERTAIN, np.maximum(count, 0.5))
    return _Told(weekly, shape, doubt, seasonal=False, festivals=False)
