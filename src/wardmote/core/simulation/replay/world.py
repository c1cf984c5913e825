"""Where the replay's units truly are: at home, driving, at a call, on the way back."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.positions import PositionBoard
from wardmote.core.simulation.people.drive import Drive
from wardmote.core.simulation.replay.fleet import ReplayUnit
from wardmote.core.travel.travel_times import TravelTimes


@dataclass(slots=True)
class _Way:
    """A drive that is worked out only when somebody asks where the unit is."""

    to: tuple[float, float]
    start_s: float
    duration_s: float | None
    drive: Drive | None = None


@dataclass(slots=True)
class UnitWorld:
    """One unit.

    Attributes:
        lon, lat: where it stands, or where its drive began.
        way: the drive it is on or was on last; None when it stands.
        on_duty: it is; `ends_duty` when it goes off as soon as it is free.
        job: number of its present sending; 0 when it has none.
    """

    unit: ReplayUnit
    lon: float
    lat: float
    way: _Way | None = None
    on_duty: bool = False
    ends_duty: bool = False
    job: int = 0


class World:
    """All units, by id in a fixed order."""

    def __init__(self, fleet: Sequence[ReplayUnit], travel: TravelTimes) -> None:
        self._travel = travel
        self.units: Mapping[UnitId, UnitWorld] = {
            unit.spec.unit_id: UnitWorld(unit, unit.lon, unit.lat) for unit in fleet
        }
        self.kinds: Mapping[UnitId, str] = {unit.spec.unit_id: unit.spec.kind for unit in fleet}

    def place(self, name: UnitId, now_s: float) -> tuple[float, float]:
        """Where a unit is at a moment, (lon, lat)."""
        unit = self.units[name]
        way = unit.way
        if way is None or now_s <= way.start_s:
            return unit.lon, unit.lat
        if way.duration_s is not None and now_s >= way.start_s + way.duration_s:
            return way.to
        if way.drive is None:
            way.drive = self._drive((unit.lon, unit.lat), way)
            way.duration_s = way.drive.end_s - way.start_s
        fix = way.drive.fix_at(now_s)
        return fix.lon, fix.lat

    def positions(self, now_s: float, kinds: Collection[str] | None = None) -> PositionBoard:
        """Fresh positions of the units on duty.

        Args:
            kinds: only free units of these kinds are worked out exactly: a policy looks at no
                others; the rest are shown where they last stood. None (for a map): all exactly.
        """
        on_duty = [name for name, unit in self.units.items() if unit.on_duty]
        places = np.array(
            [self._seen(name, now_s, kinds) for name in on_duty], dtype=np.float64
        ).reshape(len(on_duty), 2)
        return PositionBoard(
            tuple(on_duty),
            np.ascontiguousarray(places[:, 0]),
            np.ascontiguousarray(places[:, 1]),
            np.full(len(on_duty), np.nan),
            np.full(len(on_duty), now_s),
        )

    def _seen(
        self, name: UnitId, now_s: float, kinds: Collection[str] | None
    ) -> tuple[float, float]:
        unit = self.units[name]
        if kinds is not None and (unit.job or self.kinds[name] not in kinds):
            return unit.lon, unit.lat
        return self.place(name, now_s)

    def set_off(
        self, name: UnitId, to: tuple[float, float], start_s: float, duration_s: float | None
    ) -> None:
        """Let a unit drive the fastest way; in the free-flow time of that way if none is given."""
        self.stop(name, start_s)
        self.units[name].way = _Way(to, start_s, duration_s)

    def stop(self, name: UnitId, at_s: float) -> None:
        """Leave a unit standing where it is."""
        self.put(name, self.place(name, at_s))

    def put(self, name: UnitId, place: tuple[float, float]) -> None:
        """Put a unit at a place."""
        unit = self.units[name]
        unit.lon, unit.lat = place
        unit.way = None

    def _drive(self, start: tuple[float, float], way: _Way) -> Drive:
        route = self._travel.route(
            self._travel.snap([start[0]], [start[1]]), self._travel.snap([way.to[0]], [way.to[1]])
        )
        if route is None:
            # No way back by road: it is brought home at once rather than left stranded.
            line = np.array([way.to], dtype=np.float64)
            return Drive.along(line, way.start_s, 0.0)
        duration_s = route.ms / 1_000.0 if way.duration_s is None else way.duration_s
        return Drive.along(route.line, way.start_s, duration_s)
