"""Lanes of villages: hamlets around the village office, each on its own winding lane."""

from __future__ import annotations

import numpy as np
import shapely
from numpy.typing import NDArray

from wardmote.core.simulation.generated_places.lines import UNNAMED, Line
from wardmote.core.simulation.generated_places.shapes import CENTIMETRE, wind
from wardmote.core.simulation.generated_places.territory import Territory
from wardmote.core.simulation.generated_places.town_streets import TownStreets
from wardmote.core.travel.graph import RoadClass

Float64 = NDArray[np.float64]
Int64 = NDArray[np.int64]

_HAMLETS = 6
_REACH = (0.22, 0.72)
_LEVELS = 3
_LANES_PER_HAMLET = 6
_LANE_M = (35.0, 130.0)


def village_lanes(
    territory: Territory, towns: list[TownStreets], rng: np.random.Generator
) -> tuple[list[Line], Float64]:
    """Lanes of all villages in the country, and where their hamlets are [n, 2]."""
    villages = np.flatnonzero(~territory.sites.urban)
    start, end, rugged = _hamlet_roads(territory, towns, villages, rng)
    roads = wind(start, end, 0.06 + 0.12 * rugged, _LEVELS, rng)
    barrier = shapely.union_all([shapely.buffer(r.water, 30.0) for r in territory.rivers])
    shapely.prepare(barrier)
    dry = ~shapely.intersects(barrier, shapely.linestrings(roads))
    roads, end = roads[dry], end[dry]
    lines = [Line(road, RoadClass.RESIDENTIAL, UNNAMED) for road in roads]
    stubs = _stubs(roads, rng)
    dry = ~shapely.intersects(barrier, shapely.linestrings(stubs))
    kinds = np.where(rng.random(len(stubs)) < 0.3, RoadClass.TRACK, RoadClass.SERVICE)
    lines += [
        Line(stub, RoadClass(int(kind)), UNNAMED)
        for stub, kind in zip(stubs[dry], kinds[dry], strict=True)
    ]
    return lines, end


def _hamlet_roads(
    territory: Territory, towns: list[TownStreets], villages: Int64, rng: np.random.Generator
) -> tuple[Float64, Float64, Float64]:
    """From the nearer of the village office and an earlier hamlet to each hamlet."""
    sites = territory.sites
    cells = np.array(sites.cells, dtype=object)[villages]
    centre = sites.xy[villages]
    radius = np.sqrt(shapely.area(cells) / np.pi)
    shape = (len(villages), _HAMLETS)
    angle = rng.uniform(0, 2 * np.pi, size=shape)
    reach = rng.uniform(*_REACH, size=shape) * radius[:, None]
    hamlets = centre[:, None] + reach[..., None] * np.stack((np.cos(angle), np.sin(angle)), axis=2)
    hamlets = np.round(hamlets, CENTIMETRE)
    kept = shapely.contains_xy(cells[:, None], hamlets[..., 0], hamlets[..., 1])
    built = shapely.union_all([shapely.buffer(town.outline, 150.0) for town in towns])
    shapely.prepare(built)
    kept &= ~shapely.contains_xy(built, hamlets[..., 0], hamlets[..., 1])

    joins = np.concatenate((centre[:, None], hamlets), axis=1)
    usable = np.concatenate((np.ones((len(villages), 1), dtype=np.bool_), kept), axis=1)
    starts, ends = [], []
    for hamlet in range(_HAMLETS):
        gap = np.hypot(*np.moveaxis(joins[:, : hamlet + 1] - hamlets[:, None, hamlet], 2, 0))
        gap = np.where(usable[:, : hamlet + 1], gap, np.inf)
        first = joins[np.arange(len(villages)), np.argmin(gap, axis=1)]
        far_enough = kept[:, hamlet] & (gap.min(axis=1) > 120.0)
        usable[:, hamlet + 1] &= far_enough
        kept[:, hamlet] &= far_enough
        starts.append(first[kept[:, hamlet]])
        ends.append(hamlets[kept[:, hamlet], hamlet])
    start, end = np.concatenate(starts), np.concatenate(ends)
    return start, end, territory.hills.ruggedness(end)


def _stubs(roads: Float64, rng: np.random.Generator) -> Float64:
    """Short lanes off the hamlet end of each road, [n, 3, 2]; they begin at its own points."""
    points = roads.shape[1]
    at = rng.integers(points // 2, points - 1, size=(len(roads), _LANES_PER_HAMLET))
    at[:, 0] = points - 1
    rows = np.arange(len(roads))[:, None]
    foot = roads[rows, at]
    along = roads[rows, at] - roads[rows, at - 1]
    length = np.maximum(np.hypot(along[..., 0], along[..., 1]), 1.0)
    side = np.where(rng.random(at.shape) < 0.5, 1.0, -1.0)
    across = np.stack((-along[..., 1], along[..., 0]), axis=2) * (side / length)[..., None]
    lean = along / length[..., None] * rng.normal(0, 0.35, size=at.shape)[..., None]
    reach = rng.uniform(*_LANE_M, size=at.shape)[..., None]
    bend = foot + (across + lean) * reach * 0.55
    tip = foot + (across + 1.8 * lean) * reach
    stubs = np.stack((foot, bend, tip), axis=2).reshape(-1, 3, 2)
    return np.round(stubs, CENTIMETRE)
