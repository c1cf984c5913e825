"""Road graphs to measure on: a generated city of any size, and San Francisco."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import numpy as np

from benchmarks.registry import CannotRunError
from wardmote.core.travel.building import METRES_PER_DEGREE, build_road_graph
from wardmote.core.travel.graph import RoadClass, RoadGraph
from wardmote.gateways.osm.network import build_network
from wardmote.gateways.osm.roads import read_roads
from wardmote.gateways.osm.source import open_source

SEED = 20_260
_CITY_SIDE = 251


def shared_data() -> Path:
    """The folder of real data; `CannotRunError` where it is absent."""
    named = os.environ.get("WARDMOTE_SHARED_DATA")
    beside = Path(__file__).resolve().parent.parent.parent / "shared" / "data"
    folder = Path(named) if named else beside
    if not folder.is_dir():
        msg = f"the folder of real data is absent ({folder}); set WARDMOTE_SHARED_DATA"
        raise CannotRunError(msg)
    return folder


@cache
def san_francisco() -> RoadGraph:
    """The streets of San Francisco, read as `wardmote city build` reads them."""
    path = shared_data() / "san_francisco" / "sf_roads.osm.pbf"
    if not path.is_file():
        msg = f"the streets of San Francisco are absent ({path})"
        raise CannotRunError(msg)
    roads = read_roads(open_source(path))
    network = build_network(roads, roads.x / 1e7, roads.y / 1e7, "US")
    if network is None:
        msg = "no roads were read"
        raise CannotRunError(msg)
    return network.graph


@cache
def generated_city(side: int = _CITY_SIDE) -> RoadGraph:
    """A shaken grid of `side * side` junctions about 120 m apart.

    Every tenth line is a fast main street and every fiftieth an expressway; one edge in seven is
    missing, one street in five is one-way, streets bend. No turn restrictions, so that peers which
    know none answer the same question.
    """
    rng = np.random.default_rng(SEED)
    column, row = np.meshgrid(np.arange(side), np.arange(side))
    shake = rng.uniform(-0.3, 0.3, (2, side * side))
    lon = 113.0 + (column.ravel() + shake[0]) * 0.0012
    lat = 27.0 + (row.ravel() + shake[1]) * 0.0011
    number = np.arange(side * side).reshape(side, side)
    line = np.concatenate((row[:, :-1].ravel(), column[:-1].ravel()))
    tail = np.concatenate((number[:, :-1].ravel(), number[:-1].ravel()))
    head = np.concatenate((number[:, 1:].ravel(), number[1:].ravel()))
    kind = np.where(line % 50 == 0, 0, np.where(line % 10 == 0, 1, 2))
    keep = (rng.random(len(tail)) < 6 / 7) | (kind < 2)
    tail, head, kind = tail[keep], head[keep], kind[keep]
    edges = len(tail)
    bends = rng.integers(0, 4, edges)
    first = np.concatenate(([0], np.cumsum(bends)))
    owner = np.repeat(np.arange(edges), bends)
    share = (np.arange(len(owner)) - first[owner] + 1) / (bends[owner] + 1)
    bend = rng.uniform(-0.0001, 0.0001, (2, len(owner)))
    stretch = np.cos(np.radians(27.1))
    metres = np.hypot((lon[tail] - lon[head]) * stretch, lat[tail] - lat[head]) * METRES_PER_DEGREE
    speed = np.array([22.0, 14.0, 8.0])[kind] * rng.uniform(0.8, 1.2, edges)
    ms = np.maximum(np.rint(metres / speed * 1000), 1).astype(np.int64)
    classes = np.array([RoadClass.TRUNK, RoadClass.SECONDARY, RoadClass.RESIDENTIAL])[kind]
    oneway = (rng.random(edges) < 0.2) & (kind == 2)
    return build_road_graph(
        lon,
        lat,
        edge_tail=tail,
        edge_head=head,
        forward_ms=ms,
        backward_ms=np.where(oneway, -1, ms),
        road_class=classes,
        shape_first=first,
        shape_lon=lon[tail[owner]] + share * (lon[head] - lon[tail])[owner] + bend[0],
        shape_lat=lat[tail[owner]] + share * (lat[head] - lat[tail])[owner] + bend[1],
    )
