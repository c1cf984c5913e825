"""The roads as the policy sees them: where units are on the network, and how long each takes.

Units are snapped when they move, not when a call comes in. Used by the worker's thread alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.picture import OperationalPicture
from wardmote.core.domain.positions import PositionBoard as Snapshot
from wardmote.core.policies.expected_times import ExpectedTimes
from wardmote.core.policies.travel_view import RoadTime, Uncovers
from wardmote.core.travel.graph import Bool, Int32
from wardmote.core.travel.metric import Metric
from wardmote.core.travel.nearest import nearest_units_to_each
from wardmote.core.travel.snapping import Snaps
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.core.travel.unit_index import UnitIndex
from wardmote.core.travel.vehicle_model import VehicleModel
from wardmote.operations.dispatch.cover import Cover
from wardmote.operations.dispatch.positions import PositionBoard

FARTHEST_MS = 2 * 3_600_000
"""A unit further away than this (>) by free flow is as good as unreachable."""

_COVERING_UNITS = 6
_FIRST_ROWS = 256


@dataclass(frozen=True, slots=True)
class CoveredPlaces:
    """Places that should keep a unit within `limit_s`; `weight` float64 [n], as calls an hour."""

    places: Snaps
    weight: np.ndarray[tuple[int], np.dtype[np.float64]]
    limit_s: float


@dataclass(slots=True)
class _Asked:
    """A place on the roads, and ms from units to it by row, as far as they were worked out."""

    lon: float
    lat: float
    seen: int
    metric: Metric | None
    place: Snaps
    ms: dict[int, int]


class LiveRoads:
    """Units on the network, moved as they report."""

    def __init__(
        self,
        travel: Callable[[], TravelTimes],
        positions: PositionBoard,
        model: VehicleModel,
        hour_of: Callable[[float], int],
        covered: CoveredPlaces | None = None,
    ) -> None:
        """`travel` gives the driving times of the moment; `hour_of` the local hour of a time."""
        self._travel = travel
        self._positions = positions
        self._model = model
        self._hour_of = hour_of
        self._covered = covered
        self._row_of: dict[UnitId, int] = {}
        self._unit_of: list[UnitId] = []
        self._seen = -1
        self._metric: Metric | None = None
        self._edge = np.full(_FIRST_ROWS, -1, dtype=np.int32)
        self._place = np.full((_FIRST_ROWS, 3), np.nan)
        self._index: UnitIndex | None = None
        self._cover: Cover | None = None
        self._expected = ExpectedTimes(model)
        self._asked: _Asked | None = None

    def refresh(self) -> int:
        """Snap what moved since the last time; returns how many units are on duty."""
        travel = self._travel()
        self._seen, moved = self._positions.changes_since(self._seen)
        if len(moved.units):
            self._move(travel, moved)
        if self._index is None:
            self._index = travel.index_units(self._snaps(slice(None)))
        elif self._metric is not travel.metric:
            self._index = self._index.under(travel.metric)
        self._metric = travel.metric
        return self._positions.count

    def _move(self, travel: TravelTimes, moved: Snapshot) -> None:
        for unit in moved.units:
            if unit not in self._row_of:
                self._row_of[unit] = len(self._unit_of)
                self._unit_of.append(unit)
        if len(self._row_of) > len(self._edge):
            more = max(len(self._edge), len(self._row_of) - len(self._edge))
            self._edge = np.concatenate((self._edge, np.full(more, -1, dtype=np.int32)))
            self._place = np.concatenate((self._place, np.full((more, 3), np.nan)))
            self._index = None
        rows = np.array([self._row_of[unit] for unit in moved.units], dtype=np.int64)
        snaps = travel.snap(moved.lon, moved.lat)
        self._edge[rows] = snaps.edge
        self._place[rows] = np.column_stack((snaps.fraction, snaps.lon, snaps.lat))
        if self._index is not None:
            self._index.move(rows, snaps)

    def _snaps(self, rows: slice | np.ndarray[tuple[int], np.dtype[np.int64]]) -> Snaps:
        place = self._place[rows]
        edge: Int32 = np.ascontiguousarray(self._edge[rows])
        fraction, lon, lat = (np.ascontiguousarray(place[:, column]) for column in range(3))
        return Snaps(edge, fraction, lon, lat, np.zeros(len(edge), dtype=np.float32))

    def view(self, units: Iterable[UnitId], picture: OperationalPicture) -> RoadView:
        """The roads at this moment, for a policy that looks at these units."""
        return RoadView(self, self._positions.snapshot_of(units), picture)

    def nearest(
        self, lon: float, lat: float, k: int, wanted: Sequence[UnitId] | None = None
    ) -> list[UnitId]:
        """The k nearest units by road, nearest first; only `wanted` ones if those are given."""
        assert self._index is not None, "refresh() comes first"
        eligible: Bool | None = None
        if wanted is not None:
            eligible = np.zeros(self._index.units, dtype=np.bool_)
            eligible[[self._row_of[unit] for unit in wanted if unit in self._row_of]] = True
        found = self._nearest(self._place_at(lon, lat), k, eligible)
        return [self._unit_of[row] for row in found]

    def _place_at(self, lon: float, lat: float) -> _Asked:
        """A place that is asked about, with the times to it that are known already.

        A recommendation asks for the nearest units and then for their times: those were found
        with them, and stay true until a unit has moved or a road was closed.
        """
        travel = self._travel()
        asked = self._asked
        if asked is None or (asked.lon, asked.lat, asked.seen, asked.metric) != (
            lon,
            lat,
            self._seen,
            self._metric,
        ):
            place = travel.snap(lon, lat)
            asked = self._asked = _Asked(lon, lat, self._seen, self._metric, place, {})
        return asked

    def _nearest(self, asked: _Asked, k: int, eligible: Bool | None) -> list[int]:
        assert self._index is not None, "refresh() comes first"
        found = self._travel().nearest(
            self._index, asked.place, k, limit_ms=FARTHEST_MS, eligible=eligible
        )
        rows: list[int] = found.unit.tolist()
        asked.ms.update(zip(rows, found.ms.tolist(), strict=True))
        return rows

    def times(
        self,
        units: Sequence[UnitId],
        kinds: Mapping[UnitId, str],
        lon: float,
        lat: float,
        now_s: float,
    ) -> dict[UnitId, RoadTime]:
        """How long each unit takes to a place; a unit that cannot get there is absent."""
        known = [unit for unit in units if unit in self._row_of]
        if not known:
            return {}
        assert self._index is not None, "refresh() comes first"
        asked = self._place_at(lon, lat)
        rows = [self._row_of[unit] for unit in known]
        unknown = [row for row in rows if row not in asked.ms]
        if unknown:
            # A search that stops at the last of them, not at the edge of what can be reached.
            eligible = np.zeros(self._index.units, dtype=np.bool_)
            eligible[unknown] = True
            self._nearest(asked, len(unknown), eligible)
        free_flow_s = np.array([asked.ms.get(row, np.inf) for row in rows]) / 1000.0
        times = self._expected.of(
            free_flow_s, [kinds.get(unit, "") for unit in known], self._hour_of(now_s)
        )
        return {unit: one for unit, one in zip(known, times, strict=True) if one is not None}

    def uncovers(self, unit: UnitId, staying: frozenset[UnitId]) -> Uncovers | None:
        """Places that only this unit would reach in time while `staying` remain."""
        covered = self._covered
        if covered is None or self._cover is None:
            return None
        rows = [
            row
            for row in self._cover.rows_of(unit)
            if staying.isdisjoint(self._cover.others(row, unit))
        ]
        return Uncovers(len(rows), float(covered.weight[rows].sum()))

    def renew_cover(self, now_s: float, places: int) -> bool:
        """Work out again which units reach the next few places; returns whether a round is done.

        Called while no call waits, so that none waits for it.
        """
        covered = self._covered
        if covered is None or self._index is None:
            return True
        if self._cover is None:
            self._cover = Cover(len(covered.weight))
        rows = self._cover.next_rows(places)
        hour = self._hour_of(now_s)
        turnout_s = float(self._model.typical_turnout_s(hour=hour))
        answers = nearest_units_to_each(
            self._index, covered.places.rows(rows), _COVERING_UNITS, limit_ms=FARTHEST_MS
        )
        for row, answer in zip(rows, answers, strict=True):
            arrival_s = turnout_s + self._model.travel_s(answer.ms / 1000.0, hour=hour)
            in_time = answer.unit[arrival_s <= covered.limit_s].tolist()
            self._cover.put(row, frozenset(self._unit_of[one] for one in in_time))
        return self._cover.round_is_done


class RoadView:
    """What a policy may ask about the roads at one moment (`TravelView`)."""

    def __init__(self, roads: LiveRoads, seen: Snapshot, picture: OperationalPicture) -> None:
        self._roads = roads
        self._seen = seen
        self._picture = picture

    @property
    def positions(self) -> Snapshot:
        """Where units were last seen."""
        return self._seen

    def road_times(
        self, units: Sequence[UnitId], lon: float, lat: float, now_s: float
    ) -> Mapping[UnitId, RoadTime]:
        """Times to a place (WGS-84 degrees); a unit that cannot get there is absent."""
        known = self._picture.units
        kinds = {unit: known[unit].kind for unit in units if unit in known}
        return self._roads.times(units, kinds, lon, lat, now_s)

    def uncovers(self, unit: UnitId, staying: Sequence[UnitId], now_s: float) -> Uncovers | None:
        """What the unit's leaving uncovers while `staying` remain; None when not known."""
        return self._roads.uncovers(unit, frozenset(staying))
