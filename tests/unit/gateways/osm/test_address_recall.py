"""Address search measured on a control room's own addresses."""

from __future__ import annotations

import csv
import gzip
import math
from pathlib import Path

import numpy as np
import pytest
import shapely

from wardmote.core.gazetteer.names import NameKind
from wardmote.core.gazetteer.search import Gazetteer, distance_between_m
from wardmote.core.travel.graph import RoadGraph
from wardmote.gateways.osm.name_index import crossing_entries, street_entries
from wardmote.gateways.osm.network import build_network
from wardmote.gateways.osm.roads import read_roads
from wardmote.gateways.osm.source import open_source

pytestmark = pytest.mark.data
NEAR_M = 100.0


class _Streets:
    """Distance from a point to the nearest piece of a street."""

    def __init__(self, graph: RoadGraph) -> None:
        self._squeeze = math.cos(math.radians(37.77))
        parts: dict[str, list[shapely.LineString]] = {}
        for edge in range(graph.edges):
            line = graph.line_xy[graph.line_first[edge] : graph.line_first[edge + 1]]
            shape = shapely.LineString(line * [self._squeeze, 1.0])
            parts.setdefault(str(graph.edge_street[edge]), []).append(shape)
        self._lines = {ref: shapely.MultiLineString(lines) for ref, lines in parts.items()}

    def distance_m(self, ref: str, lon: float, lat: float) -> float:
        point = shapely.Point(lon * self._squeeze, lat)
        return float(self._lines[ref].distance(point)) * 111_195


def test_the_addresses_of_san_francisco_find_their_street(shared_data: Path) -> None:
    folder = shared_data / "san_francisco"
    roads = read_roads(open_source(folder / "sf_roads.osm.pbf"))
    network = build_network(roads, roads.x / 1e7, roads.y / 1e7, "US")
    assert network is not None
    entries = street_entries(network.graph, roads.streets, roads.street_alternatives)
    gazetteer = Gazetteer([*entries, *crossing_entries(network.graph, roads.streets)])
    streets = _Streets(network.graph)
    with gzip.open(folder / "sffd_unit_responses_2018-01-13_24.csv.gz", "rt") as file:
        places = {
            row["address"]: (float(row["longitude"]), float(row["latitude"]))
            for row in csv.DictReader(file)
        }
    crossings_m: list[float] = []
    blocks_m: list[float] = []
    # Every second address: enough to measure, in half the time.
    for address, place in list(places.items())[::2]:
        hits = gazetteer.search(address, limit=1)
        if "/" in address:
            met = hits and hits[0].kind is NameKind.CROSSING
            crossings_m.append(
                distance_between_m((hits[0].lon, hits[0].lat), place) if met else math.inf
            )
        elif "Block of" in address:
            blocks_m.append(streets.distance_m(hits[0].entry.ref, *place) if hits else math.inf)
    # The first answer; two of a hundred are streets that the map of 2021 lacks or spells otherwise.
    assert len(crossings_m) > 390
    assert len(blocks_m) > 900
    assert np.mean(np.array(crossings_m) <= NEAR_M) >= 0.97
    assert np.mean(np.array(blocks_m) <= NEAR_M) >= 0.98
    assert np.median(crossings_m) < 3
    assert np.median(blocks_m) < 10
