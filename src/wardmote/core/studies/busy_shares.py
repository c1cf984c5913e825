"""How busy the units of posts would be, measured on a plan by the hypercube approximation.

Expected cover needs the share of time for which units are busy. It may be given, one for all; or
measured on the plan, which then is placed anew for what was measured, until both agree.
"""

from __future__ import annotations

import numpy as np

from wardmote.core.planning.siting.answer import Siting
from wardmote.core.planning.staffing.approximation import approximate
from wardmote.core.planning.staffing.districts import DistrictAnswer, build_districts
from wardmote.core.studies.ground import Ground
from wardmote.core.studies.plan import BusyUsed
from wardmote.core.travel.graph import INF_MS, Float64, Int64
from wardmote.core.travel.snapping import Snaps

WEEK_S = 7 * 86_400.0
MOST_BUSY = 0.95
"""Beyond this the model says "always busy", which no plan can be made for."""
_NO_WAY_S = 86_400.0
"""Stands for a place that a post does not reach; it is asked last."""


def long_run(
    ground: Ground, places: Snaps, units: Int64, by_hour: float | None = None
) -> DistrictAnswer:
    """Who serves whom in the long run, when units at `places` serve the calls of a ground.

    Calls are those of a mean hour of the week, all to which a unit goes, and a call that asks for
    two units is counted as two. Every post has at least one unit.

    Args:
        by_hour: calls of an hour instead of the mean, as a multiple of it.

    Raises:
        Problem: there are no calls.
    """
    points, handling = ground.points, ground.handling
    sent = handling.units @ np.arange(1.0, handling.units.shape[1] + 1)
    calls = points.by_priority
    each = calls.sum(axis=1)
    rate = calls @ sent / WEEK_S * (1.0 if by_hour is None else by_hour)
    scene_s = (calls @ handling.busy_s) / np.maximum(calls @ sent, 1e-12)
    travel_ms = ground.travel.matrix(places, points.places)
    reached = (travel_ms < INF_MS).any(axis=0) & (each > 0)
    drive_s = np.where(travel_ms < INF_MS, travel_ms / 1_000.0 * handling.driving.factor, _NO_WAY_S)
    districts = build_districts(
        rate[reached],
        drive_s[:, reached],
        units,
        on_scene_s=scene_s[reached] + handling.before_driving_s,
    )
    return approximate(districts)


class BusyMeter:
    """Measures busy shares of plans, for `corrected_cover`.

    Args:
        candidate: int64 [s] candidate of each site; several sites may be one candidate's units.
    """

    def __init__(self, ground: Ground, candidate: Int64) -> None:
        self._ground = ground
        self._candidate = candidate

    def __call__(self, siting: Siting) -> Float64:
        """[s] busy share of a unit at each site; where none is, that of all units together."""
        units = np.bincount(
            self._candidate[list(siting.opened)],
            weights=np.array(siting.vehicles, dtype=np.float64),
            minlength=len(self._ground.candidates),
        ).astype(np.int64)
        used = np.flatnonzero(units)
        places = self._ground.candidates.places.rows(used)
        busy = long_run(self._ground, places, units[used]).utilisation
        mean = float(np.average(busy, weights=units[used]))
        share = np.full(len(units), mean)
        share[used] = busy
        return np.asarray(np.clip(share, 0.0, MOST_BUSY)[self._candidate], dtype=np.float64)

    def compared(self, siting: Siting, used: Float64, given: float) -> BusyUsed:
        """What a plan was made for, and how far that is from what it leads to.

        A search that was stopped before it measured anything made its plan for the `given` share.
        """
        measured = not np.allclose(used, given)
        if not siting.opened:
            return BusyUsed(measured, float(used.mean()), None)
        weight = np.array(siting.vehicles, dtype=np.float64)
        sites = list(siting.opened)
        apart = np.abs(self(siting)[sites] - used[sites]).max()
        return BusyUsed(measured, float(np.average(used[sites], weights=weight)), float(apart))
