"""Patrol of an idle unit: streets by demand of place and time, with cover kept all the way.

A patrol never leaves the part of the network from which the unit still reaches, within the
standard, what its post covers: at every junction of the way at least `keep_share` of that demand.
A crew that is already driving needs no turnout, which is what makes room to move.

Where it goes is drawn by chance in proportion to demand, so that nobody can tell where it will be;
the same seed draws the same patrol. Demand is of the public's calls at places, never of persons,
and never of what patrols found. Random patrol in proportion to demand is the assumption of the
patrol car allocation model (Chaiken and Dormont, doi:10.1287/mnsc.24.12.1280).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wardmote.core.domain.plain import InvalidDataError, JsonValue, dump, load
from wardmote.core.policies.relocation_ground import Demand
from wardmote.core.travel.graph import INF_MS, Bool, Float64
from wardmote.core.travel.metric import both_directions
from wardmote.core.travel.searches import Direction, reach
from wardmote.core.travel.snapping import Snaps
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.core.travel.vehicle_model import VehicleModel

FORMAT = "wardmote-patrol/1"
MOST_WATCHED = 300
"""So many of the heaviest places that a post covers are watched; one search for each."""


@dataclass(frozen=True, slots=True)
class PatrolRule:
    """How patrols are drawn up.

    Attributes:
        lasts_s: at most so long (<=), stops included.
        keep_share: so much (>=) of the demand that the post covers stays in reach everywhere.
        pace: patrol driving time as a multiple of free flow.
        dwell_s: at a place with calls; `key_dwell_s` at a key place.
        most_stops: at most so many.
        apart_s: a place with calls this near (<=) to the last stop is seen from there.
        nearness_s: a place so far away is drawn about 0.37 times as often as one at hand.
    """

    lasts_s: float = 3_600.0
    keep_share: float = 0.8
    pace: float = 1.4
    dwell_s: float = 60.0
    key_dwell_s: float = 300.0
    most_stops: int = 20
    apart_s: float = 30.0
    nearness_s: float = 240.0


@dataclass(frozen=True, slots=True, eq=False)
class KeyPlaces:
    """Key places by id with their places on the road, one row each."""

    ids: tuple[str, ...]
    places: Snaps


@dataclass(frozen=True, slots=True)
class Stop:
    """A place to look in at: seconds from the beginning, and how long it stays.

    Attributes:
        key_place: id; empty at a place that calls come from.
        street: row of the street's name; -1 without a name.
    """

    lon: float
    lat: float
    at_s: float
    stays_s: float
    key_place: str = ""
    street: int = -1


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of one street in the order of driving: `street` -1 without a name."""

    street: int
    length_m: float


@dataclass(frozen=True, slots=True)
class Patrol:
    """A patrol from where the unit is, by its stops, to where it stands by.

    Attributes:
        line: (lon, lat) along the way, WGS-84 degrees.
        kept_share: least share of the post's demand in reach at any junction of the way.
    """

    seed: int
    lasts_s: float
    length_m: float
    kept_share: float
    line: tuple[tuple[float, ...], ...]
    stops: tuple[Stop, ...]
    streets: tuple[Stretch, ...]
    format: str = FORMAT


def dump_patrol(patrol: Patrol) -> JsonValue:
    """A patrol as JSON-ready data, ``wardmote-patrol/1``."""
    return dump(patrol)


def load_patrol(data: JsonValue) -> Patrol:
    """The patrol that `dump_patrol` wrote.

    Raises:
        InvalidDataError: naming the field that does not fit.
    """
    found = load(Patrol, data)
    if found.format != FORMAT:
        raise InvalidDataError("format", "not_allowed", found=found.format, allowed=[FORMAT])
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Beat:
    """Where a unit may patrol: the roads with everything else closed.

    - `share` float64 [nodes]: share of the post's demand in reach from each node.
    - `weight` float64 [n]: demand of the places watched, heaviest first.
    """

    roads: TravelTimes
    share: Float64
    watched: Snaps
    weight: Float64


def beat_around(
    travel: TravelTimes,
    post: Snaps,
    demand: Demand,
    model: VehicleModel,
    hour: int,
    rule: PatrolRule,
) -> Beat | None:
    """Where a unit of a post (one row) may patrol; None when the post covers nothing.

    Args:
        hour: local hour of the day, for the vehicle model.
    """
    demand = _merged(demand)
    places = travel.snap(demand.lon, demand.lat)
    ms = travel.drive_times(post, places)
    flow_s = np.where(ms >= INF_MS, np.inf, ms / 1000.0)
    turnout_s = float(model.typical_turnout_s(hour=hour))
    covered = np.flatnonzero(turnout_s + model.travel_s(flow_s, hour=hour) <= demand.limit_s)
    if not len(covered):
        return None
    heavy = covered[np.argsort(-demand.weight[covered], kind="stable")][:MOST_WATCHED]
    watched, weight = places.rows(heavy), demand.weight[heavy]
    limits = {
        limit_s: flow_limit_ms(model, limit_s, hour)
        for limit_s in np.unique(demand.limit_s[heavy]).tolist()
    }
    share = np.zeros(travel.graph.nodes)
    for row, limit_s in enumerate(demand.limit_s[heavy].tolist()):
        one = watched.rows([row])
        near = reach(travel.graph, travel.metric, one, limits[limit_s], Direction.TOWARDS)
        share[near.node] += weight[row]
    share /= weight.sum()
    return Beat(_within(travel, share >= rule.keep_share, post), share, watched, weight)


def _merged(demand: Demand) -> Demand:
    """The same demand with one row for each place and limit."""
    rows = np.column_stack((demand.lon, demand.lat, demand.limit_s))
    places, where = np.unique(rows, axis=0, return_inverse=True)
    lon, lat, limit_s = (np.ascontiguousarray(column) for column in places.T)
    weight = np.bincount(where.ravel(), weights=demand.weight).astype(np.float64)
    return Demand(lon, lat, weight, limit_s)


def flow_limit_ms(model: VehicleModel, limit_s: float, hour: int) -> int:
    """The longest free-flow time that the model lets a unit drive within `limit_s`; -1 for none."""
    low, high = -1, 8 * 3_600_000
    while high - low > 1:
        middle = (low + high) // 2
        if float(model.travel_s(middle / 1000.0, hour=hour)) <= limit_s:
            low = middle
        else:
            high = middle
    return low


def _within(travel: TravelTimes, allowed: Bool, post: Snaps) -> TravelTimes:
    """The roads with every edge closed that does not join two allowed junctions.

    The post's own edge stays open: a unit may always leave its post and come back.
    """
    graph = travel.graph
    junction = allowed[graph.junction_node]
    shut = ~(junction[graph.edge_tail] & junction[graph.edge_head])
    shut[post.edge] = False
    already = np.flatnonzero(travel.metric.passing_ms != travel.metric.open_ms)
    return travel.closing(np.union1d(both_directions(np.flatnonzero(shut).tolist()), already))


def draw_patrol(
    beat: Beat,
    start: Snaps,
    post: Snaps,
    key_places: KeyPlaces,
    rule: PatrolRule,
    seed: int,
) -> Patrol | None:
    """A patrol from `start` to `post` (one row each); None when there is nowhere to go.

    A unit outside its beat begins at its post.
    """
    if int(beat.roads.drive_times(start, post)[0]) >= INF_MS:
        start = post
    drawing = _Drawing(beat, post, key_places, rule, np.random.default_rng(seed))
    stops = drawing.stops(start)
    if not stops:
        return None
    return _patrol(beat, drawing, start, post, stops, rule, seed)


class _Drawing:
    """The candidates of one patrol and their ways home."""

    def __init__(
        self,
        beat: Beat,
        post: Snaps,
        key_places: KeyPlaces,
        rule: PatrolRule,
        rng: np.random.Generator,
    ) -> None:
        self.beat = beat
        self.rule = rule
        self.rng = rng
        self.ids = ("",) * len(beat.watched) + key_places.ids
        self.places = _joined(beat.watched, key_places.places)
        self.is_key = np.array([bool(one) for one in self.ids])
        self.stay_s = np.where(self.is_key, rule.key_dwell_s, rule.dwell_s)
        mean = float(beat.weight.mean())
        self.weight = np.concatenate((beat.weight, np.full(len(key_places.ids), mean)))
        self.home_s = self._seconds(beat.roads.drive_times_to(self.places, post))

    def _seconds(self, ms: np.ndarray[tuple[int], np.dtype[np.int32]]) -> Float64:
        return np.where(ms >= INF_MS, np.inf, ms / 1000.0 * self.rule.pace)

    def stops(self, start: Snaps) -> list[tuple[int, float]]:
        """(row of a candidate, drive to it) in order; every third a key place where one fits."""
        left_s = self.rule.lasts_s
        here = start
        open_rows = np.ones(len(self.ids), dtype=np.bool_)
        found: list[tuple[int, float]] = []
        while len(found) < self.rule.most_stops:
            there_s = self._seconds(self.beat.roads.drive_times(here, self.places))
            fits = open_rows & (there_s + self.stay_s + self.home_s <= left_s)
            fits &= self.is_key | (there_s > self.rule.apart_s)
            wanted = fits & self.is_key if len(found) % 3 == 2 else fits & ~self.is_key
            rows = np.flatnonzero(wanted if wanted.any() else fits)
            if not len(rows):
                break
            odds = self.weight[rows] * np.exp(-there_s[rows] / self.rule.nearness_s)
            row = int(self.rng.choice(rows, p=odds / odds.sum()))
            found.append((row, float(there_s[row])))
            open_rows[row] = False
            left_s -= float(there_s[row] + self.stay_s[row])
            here = self.places.rows([row])
        return found


def _patrol(
    beat: Beat,
    drawing: _Drawing,
    start: Snaps,
    post: Snaps,
    rows: Sequence[tuple[int, float]],
    rule: PatrolRule,
    seed: int,
) -> Patrol | None:
    line: list[tuple[float, float]] = []
    streets: list[Stretch] = []
    stops: list[Stop] = []
    kept, length_m, now_s, here = 1.0, 0.0, 0.0, start
    for row, _ in [*rows, (-1, 0.0)]:
        there = post if row < 0 else drawing.places.rows([row])
        route = beat.roads.route(here, there)
        if route is None:
            return None
        line += [(round(x, 6), round(y, 6)) for x, y in route.line.tolist()]
        streets += [Stretch(part.street, round(part.length_m, 1)) for part in route.streets]
        kept = min(kept, _least_share(beat, route.half_edge.tolist()))
        length_m += route.length_m
        now_s += route.ms / 1000.0 * rule.pace
        if row >= 0:
            lon, lat = float(there.lon[0]), float(there.lat[0])
            stay_s = float(drawing.stay_s[row])
            street = int(beat.roads.graph.edge_street[there.edge[0]])
            stops.append(Stop(lon, lat, round(now_s, 1), stay_s, drawing.ids[row], street))
            now_s += stay_s
        here = there
    return Patrol(
        seed=seed,
        lasts_s=round(now_s, 1),
        length_m=round(length_m, 1),
        kept_share=round(kept, 4),
        line=tuple(line),
        stops=tuple(stops),
        streets=_runs(streets),
    )


def _least_share(beat: Beat, half_edges: Sequence[int]) -> float:
    """The least share in reach at the junctions between the half-edges of a way; 1 without any."""
    graph = beat.roads.graph
    ends = [
        int(graph.edge_head[one // 2] if one % 2 == 0 else graph.edge_tail[one // 2])
        for one in half_edges[:-1]
    ]
    shares: list[float] = beat.share[graph.junction_node[ends]].tolist() if ends else []
    return min(shares, default=1.0)


def _runs(streets: Sequence[Stretch]) -> tuple[Stretch, ...]:
    """Neighbours of the same street joined."""
    joined: list[Stretch] = []
    for one in streets:
        if joined and joined[-1].street == one.street:
            joined[-1] = Stretch(one.street, round(joined[-1].length_m + one.length_m, 1))
        else:
            joined.append(one)
    return tuple(joined)


def _joined(one: Snaps, other: Snaps) -> Snaps:
    return Snaps(
        *(
            np.concatenate((getattr(one, name), getattr(other, name)))
            for name in ("edge", "fraction", "lon", "lat", "offset_m")
        )
    )
