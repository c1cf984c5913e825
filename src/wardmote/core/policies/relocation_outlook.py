"""Looking ahead in the room: what is expected of every unit, and what a move is worth by that.

The measure is `relocation_lookahead`'s, the same as in the twin. What a picture says is enough for
it: units drive to their posts as the crow flies, evenly, as long as the roads need; busy ones will
be free where their call is, after what calls typically take.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from wardmote.core.domain.assignment import AssignmentState
from wardmote.core.domain.ids import UnitId
from wardmote.core.domain.picture import KnownUnit, OperationalPicture
from wardmote.core.policies.relocation_lookahead import (
    CELL_KM,
    GROUP_KM,
    Ahead,
    Float32,
    exchange_ahead,
    lay_out,
    look_ahead,
)
from wardmote.core.policies.relocation_rule import RelocationRule
from wardmote.core.travel.graph import Bool, Float64

KM_PER_DEGREE = 111.32
MOST_PLACES = 600
MOST_GROUPS = 500
FAR_S = 86_400.0
"""A drive without a way counts as this long: the unit stays where it is."""
TYPICAL_DRIVE_S = 300.0
"""What a unit that is on its way to a call still has to drive, as long as nobody knows better."""


@dataclass(frozen=True, slots=True)
class Plane:
    """Kilometres east and north of a point: good enough for a place."""

    lon: float
    lat: float

    def km(self, lon: Float64, lat: Float64) -> tuple[Float64, Float64]:
        """East and north of places, WGS-84 degrees."""
        scale = KM_PER_DEGREE * np.cos(np.radians(self.lat))
        return (np.asarray(lon) - self.lon) * scale, (np.asarray(lat) - self.lat) * KM_PER_DEGREE


@dataclass(frozen=True, slots=True, eq=False)
class OutlookGround:
    """What looking ahead needs of a place at an hour.

    Attributes:
        post_lon, post_lat: float64 [P], WGS-84 degrees.
        between_s: float64 [P, P], drive from post to post; inf where there is no way.
    """

    plane: Plane
    ahead: Ahead
    post_lon: Float64
    post_lat: Float64
    between_s: Float64


def coarse_enough(x_km: Float64, y_km: Float64, first_km: float, most: int) -> float:
    """The least side of squares, doubled as often as needed, that leaves at most so many in use."""
    side_km = first_km
    while True:
        cells = np.stack((np.floor(x_km / side_km), np.floor(y_km / side_km)), axis=1)
        if len(np.unique(cells, axis=0)) <= most:
            return side_km
        side_km *= 2


def outlook_places(x_km: Float64, y_km: Float64) -> tuple[float, np.ndarray]:
    """Side of the squares over a network, and rows of the nodes that stand for them."""
    cell_km = coarse_enough(x_km, y_km, CELL_KM, MOST_PLACES)
    return cell_km, lay_out(x_km, y_km, cell_km)[1]


def ahead_on(
    x_km: Float64,
    y_km: Float64,
    cell_km: float,
    in_time: Bool,
    demand_km: tuple[Float64, Float64],
    weight: Float64,
    rule: RelocationRule,
) -> Ahead:
    """Looking ahead, from who is in time where.

    Args:
        x_km, y_km, cell_km: nodes, and the squares that `outlook_places` chose for them.
        in_time: bool [K, n], whether a unit that turns out at such a place is in time at a demand.
        weight: float64 [n], calls, in any unit.
    """
    layout, _ = lay_out(x_km, y_km, cell_km)
    side_km = coarse_enough(*demand_km, GROUP_KM, MOST_GROUPS)
    keys = np.stack((np.floor(demand_km[0] / side_km), np.floor(demand_km[1] / side_km)), axis=1)
    groups, found = np.unique(keys, axis=0, return_inverse=True)
    member = np.zeros((len(weight), len(groups)))
    member[np.arange(len(weight)), found.ravel()] = weight
    total = member.sum(axis=0)
    reached: Float32 = (in_time.astype(np.float64) @ member / np.maximum(total, 1e-300)).astype(
        np.float32
    )
    return look_ahead(
        layout, reached, total / weight.sum(), scene_s=max(rule.on_call_s, 1.0),
        free_share=1.0 - max(rule.busy_share, 1e-6),
    )  # fmt: skip


def gains_ahead(
    ground: OutlookGround,
    picture: OperationalPicture,
    stands: Mapping[UnitId, int],
    seen: Mapping[UnitId, tuple[float, float]],
    drive_s: Mapping[UnitId, Float64],
    busy: Sequence[KnownUnit],
    asked: UnitId | None,
) -> Float64:
    """Share of all calls gained when a unit of a row's post goes to a column's, float64 [P, P].

    Args:
        stands: row of the post at which each free unit stands or to which it drives.
        seen: where units are now, WGS-84 degrees; those left out are taken to be at their posts.
        drive_s: float64 [P], drives to posts of the units seen.
        busy: units with a call.
        asked: a unit that has become free: its post's row is from where it is; the others are 0.
    """
    posts = len(ground.post_lon)
    x_km, y_km = ground.plane.km(ground.post_lon, ground.post_lat)
    at_post = np.stack((x_km, y_km), axis=1)
    ways = _free_ways(ground, at_post, stands, seen, drive_s)
    rows = sorted(set(stands.values()) if asked is None else {stands[asked]})
    now = np.zeros((len(rows), 7))
    options = np.zeros((len(rows), posts, 7))
    options[:, :, 2:4] = at_post
    if asked is not None:
        now[0] = ways.pop(asked)
        between_s = drive_s[asked][None] if asked in drive_s else ground.between_s[rows]
    else:
        # A row of a post is a unit that stands there, in the place of the one nearest to it.
        now[:, :2] = now[:, 2:4] = at_post[rows]
        between_s = ground.between_s[rows]
        for row in rows:
            own = [unit for unit, post in stands.items() if post == row]
            del ways[min(own, key=lambda unit: ways[unit][4])]
    options[:, :, :2] = now[:, None, :2]
    options[:, :, 4] = np.where(np.isfinite(between_s), between_s, FAR_S)
    others = [*ways.values(), *_busy_ways(ground, picture, busy)]
    found = np.zeros((len(rows), posts))
    scratch = np.zeros((2, len(ground.ahead.at_s), len(ground.ahead.weight)))
    others_now = np.array(others, dtype=np.float64).reshape(-1, 7)
    exchange_ahead(ground.ahead, others_now, now, options, scratch, found)
    gains = np.zeros((posts, posts))
    gains[rows] = found
    np.fill_diagonal(gains, 0.0)
    return gains


def _free_ways(
    ground: OutlookGround,
    at_post: Float64,
    stands: Mapping[UnitId, int],
    seen: Mapping[UnitId, tuple[float, float]],
    drive_s: Mapping[UnitId, Float64],
) -> dict[UnitId, list[float]]:
    """The way of each free unit to its post: from where it was seen, else it stands there."""
    ways: dict[UnitId, list[float]] = {}
    for unit, post in stands.items():
        goal: list[float] = at_post[post].tolist()
        here, left_s = goal, 0.0
        if unit in seen and unit in drive_s and np.isfinite(drive_s[unit][post]):
            east, north = ground.plane.km(np.array(seen[unit][0]), np.array(seen[unit][1]))
            here, left_s = [float(east), float(north)], float(drive_s[unit][post])
        ways[unit] = [*here, *goal, left_s, 0.0, 0.0]
    return ways


def _busy_ways(
    ground: OutlookGround, picture: OperationalPicture, busy: Sequence[KnownUnit]
) -> list[list[float]]:
    """Where busy units will be free, and after how long; those nobody knows about are left out."""
    found = []
    for unit in busy:
        assignment = None if unit.active is None else picture.assignments.get(unit.active)
        call = None if assignment is None else picture.incidents.get(assignment.incident)
        if assignment is None or call is None or call.lon is None or call.lat is None:
            continue
        east, north = ground.plane.km(np.array(call.lon), np.array(call.lat))
        there = assignment.state in (AssignmentState.ON_SCENE, AssignmentState.FEEDBACK)
        here = [float(east), float(north)]
        left_s = 0.0 if there else TYPICAL_DRIVE_S
        found.append([*here, *here, 0.0, left_s, ground.ahead.scene_s])
    return found
