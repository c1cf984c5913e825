"""The name index of a built city: streets, crossings, settlements, landmarks, posts."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray

from wardmote.core.domain.places import Post
from wardmote.core.domain.text import Bilingual
from wardmote.core.gazetteer.folding import fold
from wardmote.core.gazetteer.kinds import with_kind_words
from wardmote.core.gazetteer.names import (
    NOWHERE,
    HouseNumber,
    NameEntry,
    NameKind,
    crossing_ref,
)
from wardmote.core.travel.graph import RoadGraph
from wardmote.gateways.osm.features import AddressPoint, NamedThing

_CELL_DEGREES = 0.01
"""Pieces of a street in neighbouring cells (about 1 km) are one street; others are namesakes."""

_SAME_CROSSING_M = 80.0
"""Junctions of the same two streets closer than this (<=) are one crossing: dual carriageways."""

_SAME_THING_M = 120.0

_STANDS_FOR_ITS_KIND = {"bank": 6}
_STANDS_FOR_ANY_KIND = 5
"""Up to this rank (<=) a thing is found by the word for its kind: a station, but no bus stop."""

_METRES_PER_DEGREE = 111_195.0

Point = tuple[float, float]


def street_entries(
    graph: RoadGraph, streets: Sequence[Bilingual], alternatives: Sequence[tuple[str, ...]]
) -> list[NameEntry]:
    """One entry for each stretch of a named street, in the order of the street names."""
    edges_of: dict[int, list[int]] = {}
    for edge in np.flatnonzero(graph.edge_street >= 0).tolist():
        edges_of.setdefault(int(graph.edge_street[edge]), []).append(edge)
    entries = []
    for street in sorted(edges_of):
        for stretch in _stretches(graph, edges_of[street]):
            points = np.concatenate([_line(graph, edge) for edge in stretch])
            lon, lat = _most_central(points)
            rank = min(2 + int(graph.edge_class[stretch].min()), 9)
            entries.append(
                NameEntry(
                    kind=NameKind.STREET,
                    name=streets[street],
                    lon=lon,
                    lat=lat,
                    rank=rank,
                    alternatives=alternatives[street] if alternatives else (),
                    ref=str(street),
                )
            )
    return entries


def _line(graph: RoadGraph, edge: int) -> NDArray[np.float64]:
    return graph.line_xy[graph.line_first[edge] : graph.line_first[edge + 1]]


def _stretches(graph: RoadGraph, edges: list[int]) -> list[list[int]]:
    """Edges of one street, grouped where they lie together; in order of their first edge."""
    cells_of: dict[int, list[tuple[int, int]]] = {}
    edges_in: dict[tuple[int, int], list[int]] = {}
    for edge in edges:
        cells = np.unique(np.floor(_line(graph, edge) / _CELL_DEGREES).astype(int), axis=0)
        cells_of[edge] = [(int(x), int(y)) for x, y in cells]
        for cell in cells_of[edge]:
            edges_in.setdefault(cell, []).append(edge)
    unseen = dict.fromkeys(edges_in)
    stretches = []
    while unseen:
        waiting = [next(iter(unseen))]
        del unseen[waiting[0]]
        members: set[int] = set()
        while waiting:
            x, y = waiting.pop()
            near = [(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1)]
            for edge in edges_in[x, y]:
                if edge not in members:
                    members.add(edge)
                    near.extend(cells_of[edge])
            for cell in near:
                if cell in unseen:
                    del unseen[cell]
                    waiting.append(cell)
        stretches.append(sorted(members))
    return sorted(stretches)


def _most_central(points: NDArray[np.float64]) -> Point:
    """The point nearest to the mean of all; the first of equals."""
    offset = points - points.mean(axis=0)
    offset[:, 0] *= math.cos(math.radians(float(points[0, 1])))
    best = points[int(np.argmin((offset**2).sum(axis=1)))]
    return float(best[0]), float(best[1])


def crossing_entries(graph: RoadGraph, streets: Sequence[Bilingual]) -> list[NameEntry]:
    """One entry for each place where two named streets meet."""
    meeting: dict[int, set[int]] = {}
    named = np.flatnonzero(graph.edge_street >= 0)
    for ends in (graph.edge_tail, graph.edge_head):
        for junction, street in zip(
            ends[named].tolist(), graph.edge_street[named].tolist(), strict=True
        ):
            meeting.setdefault(junction, set()).add(street)
    places: dict[tuple[int, int], list[Point]] = {}
    for junction in sorted(meeting):
        found = sorted(meeting[junction])
        at = (float(graph.junction_lon[junction]), float(graph.junction_lat[junction]))
        for number, first in enumerate(found):
            for second in found[number + 1 :]:
                places.setdefault((first, second), []).append(at)
    return [
        NameEntry(
            kind=NameKind.CROSSING,
            name=_crossing_name(streets[first], streets[second]),
            lon=lon,
            lat=lat,
            rank=4,
            ref=crossing_ref(str(first), str(second)),
        )
        for (first, second), points in sorted(places.items())
        for lon, lat in _merged(points, _SAME_CROSSING_M)
    ]


def _crossing_name(first: Bilingual, second: Bilingual) -> Bilingual:
    zh = f"{first.zh}与{second.zh}路口" if first.zh and second.zh else ""
    en = ""
    if first.en or second.en or not zh:
        en = f"{first.in_language('en')} / {second.in_language('en')}"
    return Bilingual(zh=zh, en=en)


def _merged(points: list[Point], within_m: float) -> list[Point]:
    """Means of groups of points; a point joins the first group whose first point is near."""
    groups: list[list[Point]] = []
    for point in points:
        for group in groups:
            if _distance_m(group[0], point) <= within_m:
                group.append(point)
                break
        else:
            groups.append([point])
    return [
        (sum(lon for lon, _ in group) / len(group), sum(lat for _, lat in group) / len(group))
        for group in groups
    ]


def _distance_m(first: Point, second: Point) -> float:
    east = (second[0] - first[0]) * math.cos(math.radians(first[1]))
    return math.hypot(east, second[1] - first[1]) * _METRES_PER_DEGREE


def settlement_entries(settlements: Iterable[NamedThing]) -> list[NameEntry]:
    """Cities, towns, suburbs, villages."""
    return [_entry(NameKind.VILLAGE, thing) for thing in settlements]


def thing_entries(things: Iterable[NamedThing]) -> list[NameEntry]:
    """Key places and other landmarks; one mapped twice (as a point and an area) is named once."""
    kept: list[NamedThing] = []
    by_name: dict[tuple[Bilingual, str], list[NamedThing]] = {}
    for thing in things:
        same = by_name.setdefault((thing.name, thing.kind), [])
        at = (thing.lon, thing.lat)
        if all(_distance_m((other.lon, other.lat), at) > _SAME_THING_M for other in same):
            same.append(thing)
            kept.append(thing)
    return [
        _with_kind(_entry(NameKind.KEY_PLACE if thing.key_place else NameKind.POI, thing), thing)
        for thing in kept
    ]


def _with_kind(entry: NameEntry, thing: NamedThing) -> NameEntry:
    """The entry with the words for the thing's kind, unless it is a minor one of them."""
    if thing.rank > _STANDS_FOR_ITS_KIND.get(thing.kind, _STANDS_FOR_ANY_KIND):
        return entry
    return replace(entry, alternatives=with_kind_words(entry.alternatives, thing.kind))


def _entry(kind: NameKind, thing: NamedThing) -> NameEntry:
    return NameEntry(
        kind=kind,
        name=thing.name,
        lon=thing.lon,
        lat=thing.lat,
        rank=thing.rank,
        alternatives=thing.alternatives,
        ref=thing.ref,
    )


def post_entries(posts: Iterable[Post]) -> list[NameEntry]:
    """The posts, by name."""
    return [
        NameEntry(
            kind=NameKind.POST,
            name=post.name,
            lon=post.lon,
            lat=post.lat,
            rank=1,
            ref=str(post.post_id),
        )
        for post in posts
    ]


def with_numbers(
    entries: Sequence[NameEntry], addresses: Iterable[AddressPoint]
) -> list[NameEntry]:
    """Street entries with the house numbers found for them; other entries unchanged.

    A number goes to the nearest stretch of its street by the middle of the stretch. Of several
    points with one number the first in the file counts.
    """
    rows_of: dict[str, list[int]] = {}
    for row, entry in enumerate(entries):
        if entry.kind is NameKind.STREET:
            for name in {fold(entry.name.zh), fold(entry.name.en)} - {""}:
                rows_of.setdefault(name, []).append(row)
    numbers: dict[int, dict[int, HouseNumber]] = {}
    for address in addresses:
        rows = rows_of.get(fold(address.street))
        if rows:
            at = (address.lon, address.lat)
            row = min(rows, key=lambda r: _distance_m((entries[r].lon, entries[r].lat), at))
            house = HouseNumber(address.number, address.lon, address.lat)
            numbers.setdefault(row, {}).setdefault(address.number, house)
    return [
        replace(entry, numbers=tuple(found for _, found in sorted(numbers[row].items())))
        if row in numbers
        else entry
        for row, entry in enumerate(entries)
    ]


def with_context(
    entries: Sequence[NameEntry], settlements: Sequence[NamedThing]
) -> list[NameEntry]:
    """Entries with the name of the nearest settlement (not of a hamlet, nor of themselves)."""
    towns = [thing for thing in settlements if thing.kind != "hamlet"]
    if not towns or not entries:
        return list(entries)
    squeeze = math.cos(math.radians(towns[0].lat))
    tree = shapely.STRtree([shapely.Point(t.lon * squeeze, t.lat) for t in towns])
    at = [shapely.Point(entry.lon * squeeze, entry.lat) for entry in entries]
    nearest = tree.nearest(at)
    return [
        replace(entry, context=NOWHERE if towns[row].ref == entry.ref else towns[row].name)
        for entry, row in zip(entries, nearest.tolist(), strict=True)
    ]
