"""The roads as the replay sees them: free-flow search plus the fitted emergency-vehicle model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.positions import PositionBoard
from wardmote.core.policies.expected_times import ExpectedTimes
from wardmote.core.policies.travel_view import RoadTime, Uncovers
from wardmote.core.simulation.replay.demand import Job
from wardmote.core.simulation.replay.outcome import ReplayedCall
from wardmote.core.travel.graph import INF_MS, Float64
from wardmote.core.travel.snapping import Snaps
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.core.travel.vehicle_model import VehicleModel

LocalHour = Callable[[float], int]
"""Seconds UTC -> hour of the day 0 .. 23 on the place's clock."""


class RoadModel:
    """Driving and turnout times of units: typical, expected and drawn at random."""

    def __init__(self, travel: TravelTimes, model: VehicleModel, local_hour: LocalHour) -> None:
        self.travel = travel
        self.model = model
        self.local_hour = local_hour
        self._expected = ExpectedTimes(model)

    def freeflow_s(self, lon: Float64, lat: Float64, place: Snaps) -> Float64:
        """Free-flow seconds from each point to one place; inf where there is no way."""
        milliseconds = self.travel.drive_times_to(self.travel.snap(lon, lat), place)
        return np.where(milliseconds == INF_MS, np.inf, milliseconds / 1_000.0)

    def expected(
        self, freeflow_s: Float64, kinds: Sequence[str], now_s: float
    ) -> list[RoadTime | None]:
        """Expected times with their standard errors; None where there is no way."""
        return self._expected.of(freeflow_s, kinds, self.local_hour(now_s))

    def drawn(
        self, freeflow_s: float, kind: str, now_s: float, rng: np.random.Generator
    ) -> tuple[float, float]:
        """Turnout and driving seconds as they might really come out."""
        row, hour = self._expected.kind_row(kind), self.local_hour(now_s)
        levels = np.linspace(0.0, 1.0, len(self.model.travel_error))
        travel = float(np.interp(rng.random(), levels, self.model.travel_error))
        turnout = float(np.interp(rng.random(), levels, self.model.turnout_error))
        return (
            float(self.model.typical_turnout_s(row, hour)) * turnout,
            float(self.model.travel_s(freeflow_s, row, hour)) * travel,
        )

    def sent(
        self,
        call: ReplayedCall,
        job: Job,
        freeflow_s: float,
        kind: str,
        now_s: float,
        rng: np.random.Generator,
    ) -> tuple[float, float]:
        """Turnout and driving seconds of a unit sent to a call; a fitted room knows more of it."""
        del call, job
        return self.drawn(freeflow_s, kind, now_s, rng)


class ReplayView:
    """A `TravelView` of the replay at one moment.

    What a unit's leaving uncovers is not asked: in the record nobody knew it either, and the
    comparison is about who is nearest by road.
    """

    def __init__(
        self, roads: RoadModel, positions: PositionBoard, kinds: Mapping[UnitId, str]
    ) -> None:
        self._roads = roads
        self._positions = positions
        self._kinds = kinds
        self.freeflow_s: dict[UnitId, float] = {}
        """Free-flow seconds of the units last asked about."""

    @property
    def positions(self) -> PositionBoard:
        """Where units are."""
        return self._positions

    def road_times(
        self, units: Sequence[UnitId], lon: float, lat: float, now_s: float
    ) -> Mapping[UnitId, RoadTime]:
        """Times to a place; a unit that cannot get there is absent."""
        rows = [self._positions.row_of[unit] for unit in units]
        place = self._roads.travel.snap([lon], [lat])
        if not rows or place.edge[0] < 0:
            return {}
        free_s = self._roads.freeflow_s(self._positions.lon[rows], self._positions.lat[rows], place)
        self.freeflow_s.update(zip(units, free_s.tolist(), strict=True))
        times = self._roads.expected(free_s, [self._kinds[unit] for unit in units], now_s)
        return {unit: time for unit, time in zip(units, times, strict=True) if time is not None}

    def uncovers(self, unit: UnitId, staying: Sequence[UnitId], now_s: float) -> Uncovers | None:
        """Not known."""
        del unit, staying, now_s
        return None
