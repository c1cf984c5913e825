"""The ground of relocation: what posts reach in time, and how far units are from posts.

Built from the roads and the demand of a place, seconds of work for a large one: away from where
calls are answered, and then swapped in whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wardmote.core.domain.ids import PostId
from wardmote.core.policies.relocation import cover_sets
from wardmote.core.policies.relocation_moves import CoverGround
from wardmote.core.policies.relocation_outlook import (
    OutlookGround,
    Plane,
    ahead_on,
    outlook_places,
)
from wardmote.core.policies.relocation_rule import RelocationMethod, RelocationRule
from wardmote.core.travel.graph import INF_MS, NONE, Float64, Int32
from wardmote.core.travel.places import departures
from wardmote.core.travel.searches import Direction, direct_times, reach
from wardmote.core.travel.snapping import Snaps
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.core.travel.vehicle_model import VehicleModel

DEFAULT_LIMIT_S = 300.0
"""Within which a unit should arrive where the standard has no target for arrival."""
AROUND_POSTS_MS = 1_800_000
"""Looking ahead knows of places from which a post is no farther (<=) than this by free flow."""
FARTHEST_MS = 2 * 3_600_000
"""Ways longer than this (>) by free flow are as good as none."""


@dataclass(frozen=True, slots=True, eq=False)
class Demand:
    """Where calls come from: places of the public's calls, never of what officers went to find.

    - `lon`, `lat` float64 [n], WGS-84 degrees.
    - `weight` float64 [n], calls, in any unit.
    - `limit_s` float64 [n], within which a unit must arrive, by the standard in force.
    """

    lon: Float64
    lat: Float64
    weight: Float64
    limit_s: Float64

    def __len__(self) -> int:
        return len(self.weight)


@dataclass(frozen=True, slots=True, eq=False)
class WaysToPosts:
    """Free-flow ms from every node to every post, int32 [P, nodes]; `INF_MS` beyond the limit.

    Four bytes a post and node: 33 posts in a city of 63,000 nodes are 8 MB.
    """

    travel: TravelTimes
    posts: Snaps
    ms: Int32

    def from_places(self, places: Snaps) -> Float64:
        """Free-flow seconds from places to posts, float64 [n, P]; inf where there is no way."""
        node, ms = departures(self.travel.graph, self.travel.metric, places)
        best = np.full((len(places), len(self.ms)), np.inf)
        for column in range(node.shape[1]):
            onward = self.ms[:, np.maximum(node[:, column], 0)].T.astype(np.float64)
            onward[onward >= INF_MS] = np.inf
            total = (onward + ms[:, column, None]) / 1000.0
            best = np.minimum(best, np.where(node[:, column, None] == NONE, np.inf, total))
        for row in np.flatnonzero(np.isin(places.edge, self.posts.edge)).tolist():
            direct = direct_times(self.travel.metric, places.rows([row]), self.posts)
            on_street = np.flatnonzero(direct < INF_MS)
            best[row, on_street] = np.minimum(best[row, on_street], direct[on_street] / 1000.0)
        return best


@dataclass(frozen=True, slots=True, eq=False)
class PostGround:
    """Everything relocation needs of a place at an hour.

    Attributes:
        uncovered_share: share of demand that no post reaches in time.
    """

    cover: CoverGround
    ways: WaysToPosts
    uncovered_share: float


def build_ground(
    travel: TravelTimes,
    posts: Sequence[tuple[PostId, float, float]],
    demand: Demand,
    model: VehicleModel,
    hour: int,
    *,
    with_turnout: bool = True,
    rule: RelocationRule | None = None,
) -> PostGround | None:
    """The ground; None without a post on the roads or without demand.

    Args:
        posts: (id, lon, lat) of each, WGS-84 degrees.
        hour: local hour of the day, for the vehicle model.
        with_turnout: whether the standard's clock runs before the unit drives.
        rule: the rule in force; what looking ahead needs is worked out only for one that does.
    """
    snaps = travel.snap([one[1] for one in posts], [one[2] for one in posts])
    placed = np.flatnonzero(snaps.edge >= 0)
    if not len(placed) or not len(demand) or not demand.weight.sum() > 0:
        return None
    snaps = snaps.rows(placed)
    wanted = travel.snap(demand.lon, demand.lat)
    turnout_s = float(model.typical_turnout_s(hour=hour)) if with_turnout else 0.0
    ms = travel.matrix(snaps, wanted, limit_ms=FARTHEST_MS).T
    flow_s = np.where(ms >= INF_MS, np.inf, ms / 1000.0)
    in_time = turnout_s + model.travel_s(flow_s, hour=hour) <= demand.limit_s[:, None]
    total = float(demand.weight.sum())
    sets = cover_sets([in_time], [demand.weight])
    ids = tuple(posts[row][0] for row in placed.tolist())
    ways = _ways(travel, snaps)
    outlook = None
    if rule is not None and rule.method is RelocationMethod.LOOK_AHEAD:
        outlook = _outlook(ways, demand, wanted, model, hour, turnout_s, rule)
    return PostGround(
        cover=CoverGround(ids, sets, total, outlook),
        ways=ways,
        uncovered_share=1.0 - float(sets.weight.sum()) / total,
    )


def _outlook(
    ways: WaysToPosts,
    demand: Demand,
    wanted: Snaps,
    model: VehicleModel,
    hour: int,
    turnout_s: float,
    rule: RelocationRule,
) -> OutlookGround | None:
    """Who would be in time from where, around the posts; None where no road leads to any."""
    travel, graph = ways.travel, ways.travel.graph
    near = np.flatnonzero(ways.ms.min(axis=0) <= AROUND_POSTS_MS)
    if not len(near):
        return None
    junction = graph.node_origin[near]
    lon = np.concatenate((graph.junction_lon[junction], ways.posts.lon))
    lat = np.concatenate((graph.junction_lat[junction], ways.posts.lat))
    plane = Plane(float(lon.mean()), float(lat.mean()))
    x_km, y_km = plane.km(lon, lat)
    cell_km, chosen = outlook_places(x_km, y_km)
    ms = travel.matrix(travel.snap(lon[chosen], lat[chosen]), wanted, limit_ms=FARTHEST_MS)
    flow_s = np.where(ms >= INF_MS, np.inf, ms / 1000.0)
    in_time = turnout_s + model.travel_s(flow_s, hour=hour) <= demand.limit_s
    demand_km = plane.km(demand.lon, demand.lat)
    return OutlookGround(
        plane=plane,
        ahead=ahead_on(x_km, y_km, cell_km, in_time, demand_km, demand.weight, rule),
        post_lon=ways.posts.lon,
        post_lat=ways.posts.lat,
        between_s=model.travel_s(ways.from_places(ways.posts), hour=hour),
    )


def _ways(travel: TravelTimes, posts: Snaps) -> WaysToPosts:
    nodes = travel.graph.nodes
    limit_ms = FARTHEST_MS
    kept = np.full((len(posts), nodes), INF_MS, dtype=np.int32)
    for row in range(len(posts)):
        found = reach(travel.graph, travel.metric, posts.rows([row]), limit_ms, Direction.TOWARDS)
        kept[row, found.node] = found.ms
    return WaysToPosts(travel, posts, kept)
