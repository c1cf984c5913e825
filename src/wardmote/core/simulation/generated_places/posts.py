"""Fast-response posts with their grids, vehicles and people; beats; the centre."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from wardmote.core.domain.ids import AreaId, BeatId, PersonId, PostId, UnitId
from wardmote.core.domain.places import Beat, PlaceClass, Post, StaffMember, UnitSpec, Zone
from wardmote.core.domain.text import Bilingual
from wardmote.core.simulation.generated_places.divisions import Tree, boundary_of, ground
from wardmote.core.simulation.generated_places.naming import Namer, ordinal_zh
from wardmote.core.simulation.generated_places.network import Network
from wardmote.core.simulation.generated_places.partition import (
    parts_by_weight,
    parts_of_three_or_four,
    seats_by_highest_average,
)
from wardmote.core.simulation.generated_places.plane import to_wgs84
from wardmote.core.simulation.generated_places.roads import middles
from wardmote.core.simulation.generated_places.scales import (
    ASSISTANTS_PER_POST,
    OFFICERS_PER_POST,
    VEHICLES_PER_POST,
    ScaleSpec,
)
from wardmote.core.simulation.generated_places.shapes import nearest
from wardmote.core.simulation.generated_places.territory import Territory
from wardmote.core.simulation.generated_places.town_streets import TownStreets
from wardmote.core.travel.graph import RoadClass

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]

ROLE_POST_OFFICER = "post_officer"
ROLE_POST_ASSISTANT = "post_assistant"
ROLE_COMMUNITY_OFFICER = "community_officer"
ROLE_VILLAGE_ASSISTANT = "village_assistant"
ROLE_DISPATCHER = "dispatcher"
ROLE_SUPERVISOR = "supervisor"

DISPATCHERS_PER_COUNTY = 6

_CENTRE_SHARE = 0.55
_RURAL_WEIGHT = 0.75
"""A resident of a village counts this much when posts are shared out."""
_SETBACK_M = 16.0
_KINDS: dict[str, tuple[str, tuple[str, ...], int]] = {
    "command_car": ("C", ("command_car", "patrol_car"), 4),
    "patrol_car": ("P", ("patrol_car",), 4),
    "motorcycle": ("M", ("motorcycle",), 2),
}
"""Letter of the call sign, capabilities, seats."""


def plan_posts(
    spec: ScaleSpec,
    territory: Territory,
    tree: Tree,
    network: Network,
    street_names: list[Bilingual],
) -> tuple[Post, ...]:
    """Posts in the settlements with most residents; their grids part all ground of a settlement."""
    sites = territory.sites
    settlements = len(territory.settlements)
    served = tree.residents * np.where(sites.urban, 1.0, _RURAL_WEIGHT)
    demand = np.bincount(sites.settlement, weights=served, minlength=settlements)
    room = np.bincount(sites.settlement, weights=sites.urban, minlength=settlements)
    shares = np.minimum(
        seats_by_highest_average(demand.astype(np.float64), spec.posts), room.astype(np.int64)
    )
    seats = [i for i, s in enumerate(territory.settlements) if s.is_seat]
    for seat in seats:  # every county has a post, if need be one of the largest settlement's
        if shares[seat] == 0:
            shares[int(np.argmax(shares))] -= 1
            shares[seat] = 1
    shares[int(np.argmax(room))] += spec.posts - int(shares.sum())
    main = (network.road_class <= RoadClass.TERTIARY) & (network.street >= 0)
    edge_middle = middles(network)
    posts: list[Post] = []
    taken: set[str] = set()
    for number in range(settlements):
        if shares[number] == 0:
            continue
        edges = np.flatnonzero(main & (network.settlement == number))
        for rows, centre in _grids(territory, tree, number, int(shares[number])):
            edge = int(edges[nearest(centre[None], edge_middle[edges])[0]])
            at = _beside(network.courses[edge], edge_middle[edge])
            ((lon, lat),) = to_wgs84(at[None]).tolist()
            label = _post_name(street_names[int(network.street[edge])], taken)
            home = int(rows[nearest(at[None], sites.xy[rows])[0]])
            posts.append(
                Post(
                    PostId(f"post-{len(posts) + 1:02d}"),
                    label,
                    AreaId(f"{tree.site_code[home][:9]}000"),
                    lon,
                    lat,
                    boundary_of(ground(territory, rows.tolist())),
                )
            )
    return tuple(posts)


def _grids(
    territory: Territory, tree: Tree, number: int, posts: int
) -> list[tuple[Int64, Float64]]:
    """Rows of each grid, and the middle of its residents in the streets."""
    sites = territory.sites
    rows = np.flatnonzero(sites.settlement == number)
    inner = rows[sites.urban[rows]]
    residents = tree.residents.astype(np.float64)
    parts = parts_by_weight(sites.xy[inner], residents[inner], posts)
    centres = np.array(
        [
            np.average(sites.xy[inner[part]], axis=0, weights=residents[inner[part]])
            for part in parts
        ]
    )
    part_of_inner = np.empty(len(inner), dtype=np.int64)
    for part, members in enumerate(parts):
        part_of_inner[members] = part
    part_of = part_of_inner[nearest(sites.xy[rows], sites.xy[inner])]
    return [(rows[part_of == part], centres[part]) for part in range(posts)]


def _beside(course: Float64, middle: Float64) -> Float64:
    """A point set back from the road."""
    step = course[-1] - course[0]
    length = max(float(np.hypot(*step)), 1.0)
    return np.round(middle + _SETBACK_M * np.array((-step[1], step[0])) / length, 2)


def _post_name(street: Bilingual, taken: set[str]) -> Bilingual:
    name = Bilingual(zh=f"{street.zh}快反点", en=f"{street.en} Post")
    number = 2
    while name.zh in taken:
        name = Bilingual(
            zh=f"{street.zh}第{ordinal_zh(number)}快反点", en=f"{street.en} Post {number}"
        )
        number += 1
    taken.add(name.zh)
    return name


def equip(posts: tuple[Post, ...]) -> tuple[UnitSpec, ...]:
    """Every post's vehicles, with call signs such as 07-M3: post 7, third motorcycle."""
    units = []
    for number, post in enumerate(posts, start=1):
        for kind, count in VEHICLES_PER_POST:
            letter, capabilities, seats = _KINDS[kind]
            for vehicle in range(1, count + 1):
                sign = f"{number:02d}-{letter}{vehicle}"
                unit = UnitId(f"unit-{sign.lower()}")
                units.append(
                    UnitSpec(unit, sign, kind, post.post_id, post.area, capabilities, seats)
                )
    return tuple(units)


def plan_beats(territory: Territory, tree: Tree, network: Network) -> tuple[Beat, ...]:
    """Beats of three or four neighbouring villages of one town; the office is in the largest."""
    sites = territory.sites
    beats = []
    junctions = shapely.STRtree(shapely.points(network.xy))
    for town in tree.towns:
        for number, part in enumerate(parts_of_three_or_four(sites.xy[town.rows]), start=1):
            rows = town.rows[part]
            largest = int(rows[np.argmax(tree.residents[rows])])
            office = network.xy[int(junctions.nearest(shapely.Point(sites.xy[largest])))]
            ((lon, lat),) = to_wgs84(office[None]).tolist()
            name = Bilingual(
                zh=f"{town.stem.zh}第{ordinal_zh(number)}警务区", en=f"{town.stem.en} Beat {number}"
            )
            beats.append(
                Beat(
                    BeatId(f"beat-{town.code[:9]}-{number:02d}"),
                    name,
                    town.code,
                    tuple(tree.site_code[row] for row in rows.tolist()),
                    lon,
                    lat,
                    boundary_of(ground(territory, rows.tolist())),
                )
            )
    return tuple(beats)


def centre_zones(
    territory: Territory, towns: list[TownStreets], stems: list[Bilingual]
) -> tuple[Zone, ...]:
    """The centre of every seat: the inner part of its streets."""
    zones = []
    for settlement, town, stem in zip(territory.settlements, towns, stems, strict=True):
        if settlement.is_seat:
            shape: BaseGeometry = shapely.affinity.scale(town.outline, _CENTRE_SHARE, _CENTRE_SHARE)
            name = Bilingual(zh=f"{stem.zh}中心城区", en=f"{stem.en} Centre")
            zone = f"centre-{settlement.county + 1:02d}"
            zones.append(Zone(zone, name, PlaceClass.CENTRE, boundary_of(shape)))
    return tuple(zones)


def appoint(
    tree: Tree, posts: tuple[Post, ...], beats: tuple[Beat, ...], namer: Namer
) -> tuple[StaffMember, ...]:
    """Everybody who works here: posts, beats (one assistant a village), the command rooms."""
    staff: list[StaffMember] = []

    def add(
        role: str, area: AreaId, post: PostId | None = None, beat: BeatId | None = None
    ) -> None:
        person = PersonId(f"staff-{len(staff) + 1:05d}")
        staff.append(StaffMember(person, namer.person(), role, area, post, beat))

    for post in posts:
        for _ in range(OFFICERS_PER_POST):
            add(ROLE_POST_OFFICER, post.area, post=post.post_id)
        for _ in range(ASSISTANTS_PER_POST):
            add(ROLE_POST_ASSISTANT, post.area, post=post.post_id)
    for beat in beats:
        add(ROLE_COMMUNITY_OFFICER, beat.area, beat=beat.beat_id)
        for village in beat.villages:
            add(ROLE_VILLAGE_ASSISTANT, village, beat=beat.beat_id)
    for county in tree.county_code:
        for _ in range(DISPATCHERS_PER_COUNTY):
            add(ROLE_DISPATCHER, county)
        add(ROLE_SUPERVISOR, county)
    return tuple(staff)
