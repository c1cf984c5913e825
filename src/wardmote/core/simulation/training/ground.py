"""The place of an exercise: spots of each class, roads to close, units near a spot."""

from __future__ import annotations

import datetime
import math
from dataclasses import dataclass

import numpy as np

from wardmote.core.domain.places import DivisionLevel, PlaceBook, PlaceClass
from wardmote.core.domain.text import Bilingual
from wardmote.core.simulation.people.drawn_calls import DrawnCalls
from wardmote.core.simulation.replay.place_classes import place_classifier
from wardmote.core.simulation.training.scenario import Where
from wardmote.core.travel.graph import INF_MS, RoadClass
from wardmote.core.travel.metric import both_directions
from wardmote.core.travel.travel_times import TravelTimes

METRES_PER_DEGREE = 111_195.0
NEAR_M = (40.0, 180.0)
"""How far apart two callers about one thing stand."""

ROADS_LOOKED_AT = 40
ROADS_WITHIN_M = 4_000.0
WORST_DETOUR_MS = 1_800_000
"""A road without a way round within this is not closed: half the place would be cut off."""

_FIRST_VILLAGE = 200
_KEY_KINDS = frozenset(
    {Where.SCHOOL, Where.HOSPITAL, Where.STATION, Where.MARKET, Where.GOVERNMENT}
)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place that a caller names."""

    lon: float
    lat: float
    place: Bilingual


class TrainingGround:
    """Built once for a place; the same random numbers choose the same spots."""

    def __init__(
        self,
        book: PlaceBook,
        travel: TravelTimes,
        street_names: list[Bilingual],
        zone: datetime.tzinfo,
    ) -> None:
        self.book = book
        self.travel = travel
        self.zone = zone
        self._streets = street_names
        self._class_of = place_classifier(book)

    def stream(self, factor: float) -> DrawnCalls:
        """The calls of the place's demand, `factor` times as many."""
        return DrawnCalls(self.book, self.travel, self._streets, self.zone, factor=factor)

    def spot(self, where: Where, rng: np.random.Generator) -> Spot:
        """A spot of a class; of any class where the place has none of it."""
        if where is Where.BRIDGE:
            lon, lat, _ = self._sources(Where.CENTRE)[0]
            edges = self.road_to_close(lon, lat)
            if edges:
                lon, lat = self.middle_of(edges[0])
                return self._named(lon, lat, Bilingual("", ""))
            where = Where.CENTRE
        sources = self._sources(where) or self._sources(Where.ANYWHERE)
        lon, lat, name = sources[int(rng.integers(len(sources)))]
        return self._named(*self._beside(lon, lat, rng), name)

    def near(self, spot: Spot, rng: np.random.Generator) -> Spot:
        """Another spot of the same thing: a street corner further."""
        lon, lat = self._beside(spot.lon, spot.lat, rng)
        return self._named(lon, lat, Bilingual("", ""))

    def away_from(self, spot: Spot, metres: float, rng: np.random.Generator) -> Spot:
        """Where somebody is who went `metres` from a spot in any direction."""
        lon, lat = _moved(spot.lon, spot.lat, metres, float(rng.uniform(0.0, 2 * math.pi)))
        return self._named(lon, lat, Bilingual("", ""))

    def road_to_close(self, lon: float, lat: float) -> tuple[int, ...]:
        """The main road near a point whose closing makes the longest detour; empty without one.

        Where a river is near this is its bridge. Only roads that can be driven round count.
        """
        graph = self.travel.graph
        middles = graph.line_xy[(graph.line_first[:-1] + graph.line_first[1:]) // 2]
        east = (middles[:, 0] - lon) * math.cos(math.radians(lat))
        metres = np.hypot(east, middles[:, 1] - lat) * METRES_PER_DEGREE
        main = np.flatnonzero(
            (graph.edge_class <= int(RoadClass.TERTIARY))
            & (metres <= ROADS_WITHIN_M)
            & (graph.edge_tail != graph.edge_head)
        )
        # The longest stretches without a crossing are the likeliest bridges.
        order = np.lexsort((main, -graph.edge_length_m[main]))
        best, best_ms = -1, 0
        for edge in main[order][:ROADS_LOOKED_AT].tolist():
            detour_ms = self._detour_ms(edge)
            if best_ms < detour_ms <= WORST_DETOUR_MS:
                best, best_ms = edge, detour_ms
        return () if best < 0 else (best,)

    def _detour_ms(self, edge: int) -> int:
        """How long it takes from one end of an edge to the other without it."""
        graph = self.travel.graph
        ends = [int(graph.edge_tail[edge]), int(graph.edge_head[edge])]
        closed = self.travel.closing(both_directions([edge]))
        places = self.travel.snap(graph.junction_lon[ends], graph.junction_lat[ends])
        if (places.edge < 0).any():
            return INF_MS
        return closed.drive_time(places.rows([0]), places.rows([1]))

    def middle_of(self, edge: int) -> tuple[float, float]:
        """The point (lon, lat) half way along an edge's line."""
        graph = self.travel.graph
        row = (int(graph.line_first[edge]) + int(graph.line_first[edge + 1])) // 2
        lon, lat = graph.line_xy[row]
        return float(lon), float(lat)

    def _sources(self, where: Where) -> list[tuple[float, float, Bilingual]]:
        """Where calls of a class come from: (lon, lat, name)."""
        if where in _KEY_KINDS:
            return [
                (one.lon, one.lat, one.name)
                for one in self.book.key_places
                if one.kind == where.value
            ]
        villages = [
            (one.lon, one.lat, one.name, int(one.code[9:]) < _FIRST_VILLAGE)
            for one in self.book.divisions
            if one.level is DivisionLevel.VILLAGE
        ]
        if where is Where.COMMUNITY:
            return [(lon, lat, name) for lon, lat, name, urban in villages if urban]
        if where is Where.VILLAGE:
            return [(lon, lat, name) for lon, lat, name, urban in villages if not urban]
        every = [(lon, lat, name) for lon, lat, name, _ in villages]
        every += [(one.lon, one.lat, one.name) for one in self.book.key_places]
        if where is Where.CENTRE:
            return [
                row for row in every if self._class_of(row[0], row[1]) is not PlaceClass.ELSEWHERE
            ] or every
        return every or [(post.lon, post.lat, post.name) for post in self.book.posts]

    def _beside(self, lon: float, lat: float, rng: np.random.Generator) -> tuple[float, float]:
        return _moved(lon, lat, float(rng.uniform(*NEAR_M)), float(rng.uniform(0.0, 2 * math.pi)))

    def _named(self, lon: float, lat: float, where: Bilingual) -> Spot:
        """A point moved onto the nearest street and described by it."""
        snapped = self.travel.snap([lon], [lat])
        edge = int(snapped.edge[0])
        if edge < 0:
            return Spot(lon, lat, where)
        street = int(self.travel.graph.edge_street[edge])
        road = self._streets[street] if street >= 0 else Bilingual("", "")
        place = Bilingual(
            zh=f"{where.zh}{road.zh}",
            en=", ".join(part for part in (road.en, where.en) if part),
        )
        return Spot(float(snapped.lon[0]), float(snapped.lat[0]), place)


def _moved(lon: float, lat: float, metres: float, angle: float) -> tuple[float, float]:
    north, east = metres * math.cos(angle), metres * math.sin(angle)
    wide = METRES_PER_DEGREE * math.cos(math.radians(lat))
    return lon + east / wide, lat + north / METRES_PER_DEGREE
