"""What callers can be found by: streets, crossings, key places, villages, posts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wardmote.core.domain.places import Division, DivisionLevel, Post
from wardmote.core.domain.text import Bilingual
from wardmote.core.gazetteer.kinds import KIND_WORDS
from wardmote.core.gazetteer.names import (
    NOWHERE,
    HouseNumber,
    NameEntry,
    NameKind,
    crossing_ref,
)
from wardmote.core.simulation.generated_places.key_places import PlannedPlace
from wardmote.core.simulation.generated_places.lines import StreetTable
from wardmote.core.simulation.generated_places.network import Network
from wardmote.core.simulation.generated_places.plane import to_wgs84
from wardmote.core.travel.graph import RoadClass

Float64 = NDArray[np.float64]

_HOUSE_SPACING_M = 60.0
_HOUSE_SETBACK_M = 9.0
_MOST_HOUSES = 200


def index_names(
    network: Network,
    table: StreetTable,
    divisions: tuple[Division, ...],
    key_places: tuple[PlannedPlace, ...],
    posts: tuple[Post, ...],
    stems: list[Bilingual],
) -> tuple[NameEntry, ...]:
    """Every name, in a fixed order."""
    return (
        *_streets(network, table),
        *_crossings(network, table),
        *(
            NameEntry(
                NameKind.KEY_PLACE,
                planned.place.name,
                planned.place.lon,
                planned.place.lat,
                rank=2,
                alternatives=KIND_WORDS.get(planned.place.kind, ()),
                context=stems[planned.settlement],
                ref=planned.place.place_id,
            )
            for planned in key_places
        ),
        *_settlements(divisions),
        *(
            NameEntry(
                NameKind.POST,
                post.name,
                post.lon,
                post.lat,
                rank=3,
                alternatives=KIND_WORDS["police"],
                ref=post.post_id,
            )
            for post in posts
        ),
    )


def _streets(network: Network, table: StreetTable) -> list[NameEntry]:
    entries = []
    for street, edges in sorted(_edges_of_streets(network).items()):
        road_class = min(int(network.road_class[edge]) for edge in edges)
        numbered = road_class <= RoadClass.TERTIARY and network.settlement[edges[0]] >= 0
        courses = [network.courses[edge] for edge in edges]
        longest = max(courses, key=len)
        ((lon, lat),) = to_wgs84(longest[len(longest) // 2][None]).tolist()
        entries.append(
            NameEntry(
                NameKind.STREET,
                table.names[street],
                lon,
                lat,
                rank=min(road_class, 9),
                context=table.places[street],
                ref=str(street),
                numbers=_houses(courses) if numbered else (),
            )
        )
    return entries


def _edges_of_streets(network: Network) -> dict[int, list[int]]:
    edges: dict[int, list[int]] = {}
    for edge in np.flatnonzero(network.street >= 0).tolist():
        edges.setdefault(int(network.street[edge]), []).append(edge)
    return edges


def _houses(courses: list[Float64]) -> tuple[HouseNumber, ...]:
    """Odd numbers on the left, even on the right, rising along the street's main direction."""
    middles = np.array([(course[0] + course[-1]) / 2 for course in courses])
    spread = np.ptp(middles, axis=0) if len(courses) > 1 else np.abs(courses[0][-1] - courses[0][0])
    axis = 0 if spread[0] >= spread[1] else 1
    spots = []
    for row in np.argsort(middles[:, axis], kind="stable").tolist():
        course = courses[row]
        if course[0, axis] > course[-1, axis]:
            course = course[::-1]
        spots.append(_both_sides(course))
    places = to_wgs84(np.concatenate(spots)[:_MOST_HOUSES]).tolist()
    return tuple(HouseNumber(number, lon, lat) for number, (lon, lat) in enumerate(places, start=1))


def _both_sides(course: Float64) -> Float64:
    """Houses along a course, left and right by turns, [n, 2]."""
    steps = np.diff(course, axis=0)
    lengths = np.hypot(steps[:, 0], steps[:, 1])
    along = np.concatenate(([0.0], np.cumsum(lengths)))
    at = np.arange(_HOUSE_SPACING_M / 2, along[-1], _HOUSE_SPACING_M)
    piece = np.searchsorted(along, at, side="right") - 1
    step = steps[piece] / lengths[piece, None]
    foot = course[piece] + step * (at - along[piece])[:, None]
    left = _HOUSE_SETBACK_M * np.stack((-step[:, 1], step[:, 0]), axis=1)
    return np.stack((foot + left, foot - left), axis=1).reshape(-1, 2)


def _crossings(network: Network, table: StreetTable) -> list[NameEntry]:
    """Where two named through streets meet; lanes, named after their street, have none."""
    wanted = (network.street >= 0) & (network.road_class <= RoadClass.TERTIARY)
    meeting: dict[int, set[int]] = {}
    for edge in np.flatnonzero(wanted).tolist():
        for junction in (int(network.tail[edge]), int(network.head[edge])):
            meeting.setdefault(junction, set()).add(int(network.street[edge]))
    found: dict[str, NameEntry] = {}
    places = to_wgs84(network.xy)
    for junction in sorted(meeting):
        streets = sorted(meeting[junction])
        for index, first in enumerate(streets):
            for second in streets[index + 1 :]:
                ref = crossing_ref(str(first), str(second))
                if ref in found:
                    continue
                a, b = table.names[first], table.names[second]
                lon, lat = places[junction].tolist()
                name = Bilingual(zh=f"{a.zh}与{b.zh}路口", en=f"{a.en} & {b.en}")
                found[ref] = NameEntry(
                    NameKind.CROSSING, name, lon, lat, rank=4, context=table.places[first], ref=ref
                )
    return list(found.values())


def _settlements(divisions: tuple[Division, ...]) -> list[NameEntry]:
    ranks = {DivisionLevel.COUNTY: 0, DivisionLevel.TOWN: 1, DivisionLevel.VILLAGE: 3}
    names = {division.code: division.name for division in divisions}
    return [
        NameEntry(
            NameKind.VILLAGE,
            division.name,
            division.lon,
            division.lat,
            rank=ranks[division.level],
            context=names[division.parent] if division.parent is not None else NOWHERE,
            ref=division.code,
        )
        for division in divisions
        if division.level in ranks and division.population is not None
    ]
