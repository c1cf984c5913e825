"""From calls to a demand model, with everything chosen by held-out likelihood: the usual way in."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wardmote.core.planning.demand.forecasting import Volumes, learn_volumes
from wardmote.core.planning.demand.model import DemandModel
from wardmote.core.planning.demand.neighbours import Neighbours
from wardmote.core.planning.demand.origins import AdmittedCalls
from wardmote.core.planning.demand.place_rates import learn_places, part_of_week
from wardmote.core.planning.demand.series import CallSeries, count_calls
from wardmote.core.planning.demand.time_grid import TimeGrid
from wardmote.core.planning.demand.tuning import choose_settings
from wardmote.core.travel.graph import Float64, Int64

PLACE_FOLDS = 4
"""Weeks are dealt in turn to so many stretches of time for choosing how places borrow."""


def learn_best_volumes(
    series: CallSeries, should_stop: Callable[[], bool] = lambda: False
) -> Volumes:
    """Volumes under the settings that held-out weeks prefer; the default forecast.

    Raises:
        ValueError: nothing was recorded.
    """
    return learn_volumes(series, choose_settings(series, should_stop).best.settings)


def learn_demand(
    calls: AdmittedCalls,
    grid: TimeGrid,
    place: Int64,
    neighbours: Neighbours,
    bandwidths: Sequence[float],
    size: Float64 | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    series: CallSeries | None = None,
) -> DemandModel:
    """Volumes in time and rates over places.

    Args:
        calls: of the public (`admit`).
        grid: hours of the history (`hourly_grid`), at least two weeks.
        place: int64 [n] row of the place of each call; -1 unknown.
        neighbours, bandwidths, size: as in `learn_places`.
        series: of these calls on this grid; counted when not given.

    Raises:
        ValueError: nothing was recorded, no call has a place, or places and calls do not match.
    """
    if place.shape != calls.at_s.shape:
        msg = f"{len(place)} places for {len(calls)} calls"
        raise ValueError(msg)
    counts = count_calls(calls, grid) if series is None else series
    volumes = learn_best_volumes(counts, should_stop)
    row = grid.locate(calls.at_s)
    inside = row >= 0
    week = (grid.day[row[inside]] - grid.day[0]) // 7
    part = part_of_week(grid.slot[row[inside]])
    places = learn_places(place[inside], week % PLACE_FOLDS, part, neighbours, bandwidths, size)
    return DemandModel(volumes, places, calls.admitted, calls.refused)
