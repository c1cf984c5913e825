"""Roads in the country: from seat to seat, to the towns, to every village, and within villages.

All of them follow the neighbourhoods of villages (a Delaunay triangulation): a road from one town
to another strings the villages on its way together. Where the ground is rugged the roads wind.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray

from wardmote.core.domain.text import Bilingual
from wardmote.core.simulation.generated_places.lines import UNNAMED, Line, StreetTable
from wardmote.core.simulation.generated_places.naming import Namer, with_kind
from wardmote.core.simulation.generated_places.shapes import wind
from wardmote.core.simulation.generated_places.territory import Territory
from wardmote.core.simulation.generated_places.town_streets import TownStreets
from wardmote.core.travel.graph import RoadClass

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]
Bool = NDArray[np.bool_]

_BRIDGE_COST_M = 6_000.0
_BRIDGE_SPACING_M = 7_500.0
_LONGEST_BRIDGE_ROAD_M = 4_000.0
_ABUTMENT_M = 12.0
_THROUGH_TOWN_COST = 25.0
_LOOP_SHARE = 0.3
_LEVELS = 4
_BUILT_SHARE = 0.35
"""A road that exists already costs this share of a new one: routes run together."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Pairs of places that a road may join directly.

    Hubs are numbered: settlements first, then the villages in the country.

    Attributes:
        xy: float64 [hubs, 2].
        a, b: int64 [pairs] hub numbers, a < b.
        start, end: float64 [pairs, 2], the course's ends: a gate where the hub is a settlement.
        cost: float64 [pairs] metres, more in the hills, over a river and through another town.
        bridges: bool [pairs] the straight course crosses a river.
    """

    xy: Float64
    a: Int64
    b: Int64
    start: Float64
    end: Float64
    cost: Float64
    bridges: Bool


def country_roads(
    territory: Territory,
    towns: list[TownStreets],
    stems: list[Bilingual],
    rng: np.random.Generator,
    namer: Namer,
    table: StreetTable,
) -> list[Line]:
    """Roads between settlements and villages. Every hub is joined to every other.

    `stems` names the settlements.
    """
    rural = np.flatnonzero(~territory.sites.urban)
    near = _neighbours(territory, towns, rural)
    classes, streets = _choose(territory, near, stems, rural, rng, namer, table)
    chosen = np.flatnonzero(classes >= 0)
    courses = _courses(territory, near, chosen, rng)
    water = shapely.union_all([shapely.buffer(r.water, _ABUTMENT_M) for r in territory.rivers])
    lines: list[Line] = []
    for pair, course in zip(chosen.tolist(), courses, strict=True):
        pieces = _at_the_banks(course, water) if near.bridges[pair] else [course]
        lines += [
            Line(piece, RoadClass(int(classes[pair])), int(streets[pair])) for piece in pieces
        ]
    return lines


def _at_the_banks(course: Float64, water: shapely.Geometry) -> list[Float64]:
    """A road over a river cut at the banks, so that only the bridge is a bridge."""
    start, end = course[0], course[-1]
    length = float(np.hypot(*(end - start)))
    over = shapely.get_coordinates(shapely.intersection(water, shapely.linestrings(course)))
    along = (over - start) @ (end - start) / length
    cuts = [at for at in (float(along.min()), float(along.max())) if 1.0 < at < length - 1.0]
    points = [start, *(np.round(start + (end - start) * at / length, 2) for at in cuts), end]
    return [np.array(pair) for pair in pairwise(points)]


def _neighbours(territory: Territory, towns: list[TownStreets], rural: Int64) -> Neighbours:
    centres = np.array([s.centre for s in territory.settlements])
    xy = np.concatenate((centres, territory.sites.xy[rural]))
    a, b = _delaunay(xy)
    water = shapely.union_all([r.water for r in territory.rivers])
    shapely.prepare(water)
    start = _gate_or_place(xy, a, b, towns, water)
    end = _gate_or_place(xy, b, a, towns, water)
    straight = shapely.linestrings(np.stack((start, end), axis=1))
    length = shapely.length(straight)
    bridges = shapely.intersects(water, straight)
    through = np.zeros(len(a), dtype=np.bool_)
    grown = [shapely.buffer(town.outline, 30.0) for town in towns]
    pair, number = shapely.STRtree(grown).query(straight, predicate="intersects")
    through[pair[(a[pair] != number) & (b[pair] != number)]] = True
    shapely.prepare(territory.region)
    outside = ~shapely.covers(territory.region, straight)
    rugged = territory.hills.ruggedness((start + end) / 2)
    cost = length * (1 + 1.2 * rugged) + _BRIDGE_COST_M * bridges
    cost *= np.where(through, _THROUGH_TOWN_COST, 1.0) * np.where(outside, 4.0, 1.0)
    return Neighbours(xy, a, b, start, end, np.round(cost, 2), bridges)


def _delaunay(xy: Float64) -> tuple[Int64, Int64]:
    edges = shapely.get_parts(shapely.delaunay_triangles(shapely.MultiPoint(xy), only_edges=True))
    ends = shapely.get_coordinates(edges).reshape(-1, 2, 2)
    row_of = {(x, y): row for row, (x, y) in enumerate(xy.tolist())}
    pairs = np.array([[row_of[x, y] for x, y in pair] for pair in ends.tolist()])
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    return pairs[:, 0], pairs[:, 1]


def _gate_or_place(
    xy: Float64, hubs: Int64, others: Int64, towns: list[TownStreets], water: shapely.Geometry
) -> Float64:
    """Where a road from each hub towards the other begins."""
    at = xy[hubs].copy()
    for number, town in enumerate(towns):
        rows = np.flatnonzero(hubs == number)
        if not len(rows) or not len(town.gates):
            continue
        target = xy[others[rows]]
        pairs = np.stack(np.broadcast_arrays(town.gates[None], target[:, None]), axis=2)
        ways = shapely.linestrings(pairs)
        cost = shapely.length(ways) + _BRIDGE_COST_M * shapely.intersects(water, ways)
        at[rows] = town.gates[np.argmin(cost, axis=1)]
    return at


def _choose(
    territory: Territory,
    near: Neighbours,
    stems: list[Bilingual],
    rural: Int64,
    rng: np.random.Generator,
    namer: Namer,
    table: StreetTable,
) -> tuple[Int64, Int64]:
    """Class and street of each pair; class -1 where no road is built."""
    classes = np.full(len(near.a), -1, dtype=np.int64)
    streets = np.full(len(near.a), UNNAMED, dtype=np.int64)
    cost = near.cost.copy()
    router = _Router(near)
    for road_class, joins in _highways(territory, near.xy, stems):
        for here, there in joins:
            row = table.add(_between(stems[here], stems[there], road_class), stems[here])
            for pair in router.way(here, there, cost):
                if classes[pair] < 0:
                    classes[pair], streets[pair] = road_class, row
                    cost[pair] *= _BUILT_SHARE
    built = classes >= 0
    order = np.lexsort((np.arange(len(cost)), cost))
    parents = list(range(len(near.xy)))
    for pair in [*np.flatnonzero(built).tolist(), *order.tolist()]:
        here, there = _root(parents, int(near.a[pair])), _root(parents, int(near.b[pair]))
        if here != there:
            parents[here] = there
            if classes[pair] < 0:
                classes[pair] = RoadClass.UNCLASSIFIED
    spare = np.flatnonzero((classes < 0) & ~near.bridges & (cost < 1.6 * np.median(cost)))
    extra = rng.choice(spare, size=int(_LOOP_SHARE * len(near.xy)) if len(spare) else 0)
    classes[np.unique(extra)] = RoadClass.UNCLASSIFIED
    for pair in _spaced_bridges(territory, near, classes):
        classes[pair] = RoadClass.UNCLASSIFIED
    settlements = len(territory.settlements)
    rows: dict[int, int] = {}
    for pair in np.flatnonzero(classes == RoadClass.UNCLASSIFIED).tolist():
        hub = int(max(near.a[pair], near.b[pair]))
        if hub >= settlements:
            site = int(rural[hub - settlements])
            if site not in rows:
                settlement = int(territory.sites.settlement[site])
                stem = namer.street(f"country {settlement}")
                rows[site] = table.add(with_kind(stem, "路", "Road"), stems[settlement])
            streets[pair] = rows[site]
    return classes, streets


def _spaced_bridges(territory: Territory, near: Neighbours, classes: Int64) -> list[int]:
    """The cheapest further bridges in the country, none nearer to another than a set distance."""
    middle = (near.start + near.end) / 2
    length = np.hypot(*(near.end - near.start).T)
    kept = [middle[pair] for pair in np.flatnonzero(near.bridges & (classes >= 0))]
    kept += [settlement.centre for settlement in territory.settlements if settlement.is_seat]
    added = []
    wanted = near.bridges & (classes < 0) & (length < _LONGEST_BRIDGE_ROAD_M)
    rows = np.flatnonzero(wanted)
    for pair in rows[np.lexsort((rows, near.cost[rows]))].tolist():
        gaps = np.hypot(*(np.array(kept) - middle[pair]).T)
        if gaps.min() >= _BRIDGE_SPACING_M:
            kept.append(middle[pair])
            added.append(pair)
    return added


def _highways(
    territory: Territory, xy: Float64, stems: list[Bilingual]
) -> list[tuple[RoadClass, list[tuple[int, int]]]]:
    """Which settlements a through road joins: seats to seats, towns to their seat, neighbours."""
    settlements = territory.settlements
    seats = [i for i, s in enumerate(settlements) if s.is_seat]
    seat_of = {settlements[i].county: i for i in seats}
    main, lesser, local = [], [], []
    for i in seats:
        by_distance = sorted((float(np.hypot(*(xy[i] - xy[j]))), j) for j in seats if j != i)
        main += [(i, j) for _, j in by_distance[:3]]
    for i, settlement in enumerate(settlements):
        if settlement.is_seat:
            continue
        lesser.append((i, seat_of[settlement.county]))
        by_distance = sorted(
            (float(np.hypot(*(xy[i] - xy[j]))), j)
            for j, other in enumerate(settlements)
            if j != i and not other.is_seat
        )
        local += [(i, j) for _, j in by_distance[:2]]
    return [
        (RoadClass.PRIMARY, _once(main)),
        (RoadClass.SECONDARY, _once(lesser)),
        (RoadClass.TERTIARY, _once(local)),
    ]


def _once(joins: list[tuple[int, int]]) -> list[tuple[int, int]]:
    return sorted({(min(pair), max(pair)) for pair in joins})


def _between(here: Bilingual, there: Bilingual, road_class: RoadClass) -> Bilingual:
    kind = ("公路", "Highway") if road_class is RoadClass.PRIMARY else ("路", "Road")
    return Bilingual(zh=f"{here.zh}{there.zh}{kind[0]}", en=f"{here.en}–{there.en} {kind[1]}")


def _root(parents: list[int], node: int) -> int:
    while parents[node] != node:
        parents[node] = parents[parents[node]]
        node = parents[node]
    return node


class _Router:
    """Cheapest ways over the pairs (Dijkstra, doi:10.1007/BF01386390)."""

    def __init__(self, near: Neighbours) -> None:
        self._out: list[list[tuple[int, int]]] = [[] for _ in near.xy]
        for pair, (a, b) in enumerate(zip(near.a.tolist(), near.b.tolist(), strict=True)):
            self._out[a].append((b, pair))
            self._out[b].append((a, pair))

    def way(self, start: int, goal: int, cost: Float64) -> list[int]:
        """The pairs along the way; empty when there is none."""
        best = {start: 0.0}
        came: dict[int, tuple[int, int]] = {}
        heap = [(0.0, start)]
        while heap:
            spent, hub = heapq.heappop(heap)
            if hub == goal:
                break
            if spent > best[hub]:
                continue
            for other, pair in self._out[hub]:
                total = spent + float(cost[pair])
                if total < best.get(other, np.inf):
                    best[other] = total
                    came[other] = (hub, pair)
                    heapq.heappush(heap, (total, other))
        way = []
        while goal in came:
            goal, pair = came[goal]
            way.append(pair)
        return way


def _courses(
    territory: Territory, near: Neighbours, chosen: Int64, rng: np.random.Generator
) -> list[Float64]:
    """Winding courses; one that would meet a river it does not bridge is drawn straighter."""
    start, end = near.start[chosen], near.end[chosen]
    rugged = territory.hills.ruggedness((start + end) / 2)
    courses = wind(start, end, 0.05 + 0.13 * rugged, _LEVELS, rng)
    calm = wind(start, end, np.full(len(chosen), 0.03), _LEVELS, rng)
    straight = np.stack((start, end), axis=1)
    # Anything nearer than this to the water is a crossing that the plan did not ask for.
    water = shapely.union_all([shapely.buffer(r.water, 15.0) for r in territory.rivers])
    shapely.prepare(water)
    meets = shapely.intersects(water, shapely.linestrings(courses))
    meets_calm = shapely.intersects(water, shapely.linestrings(calm))
    drawn: list[Float64] = []
    for row, pair in enumerate(chosen):
        if near.bridges[pair]:
            drawn.append(straight[row])
        elif not meets[row]:
            drawn.append(courses[row])
        else:
            drawn.append(straight[row] if meets_calm[row] else calm[row])
    return drawn
