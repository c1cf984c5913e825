from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from wardmote.gateways.datums import Datum, from_wgs84
from wardmote.gateways.osm.features import MapReading, read_map
from wardmote.gateways.osm.map_tags import area_min_zoom, building_height, poi_kind
from wardmote.gateways.osm.source import open_source

OsmFile = Callable[..., Path]
SQUARE: dict[int, tuple[float, float]] = {
    1: (111.0, 27.0),
    2: (111.01, 27.0),
    3: (111.01, 27.01),
    4: (111.0, 27.01),
}


def square(osm_file: OsmFile, tags: Mapping[str, str]) -> MapReading:
    path = osm_file(SQUARE, [(1, [1, 2, 3, 4, 1], tags)])
    return read_map(open_source(path), Datum.WGS84)


def line(osm_file: OsmFile, tags: Mapping[str, str]) -> MapReading:
    return read_map(open_source(osm_file(SQUARE, [(1, [1, 2, 3], tags)])), Datum.WGS84)


def node(osm_file: OsmFile, tags: Mapping[str, str]) -> MapReading:
    return read_map(open_source(osm_file({1: (111.0, 27.0, tags)})), Datum.WGS84)


@pytest.mark.parametrize(
    ("tags", "layer", "expected"),
    [
        ({"natural": "water"}, "water", {"kind": "water"}),
        ({"natural": "water", "water": "lake", "name": "东湖"}, "water", {"kind": "lake"}),
        ({"waterway": "riverbank"}, "water", {"kind": "river"}),
        ({"landuse": "reservoir"}, "water", {"kind": "reservoir"}),
        ({"leisure": "park", "name": "Park"}, "landuse", {"kind": "park"}),
        ({"landuse": "forest"}, "landuse", {"kind": "wood"}),
        ({"landuse": "farmland"}, "landuse", {"kind": "farmland"}),
        ({"amenity": "hospital", "name": "医院"}, "landuse", {"kind": "medical"}),
        ({"building": "yes"}, "buildings", {}),
        ({"building": "yes", "height": "12.5 m"}, "buildings", {"height": 12.5}),
        ({"building": "yes", "building:levels": "3"}, "buildings", {"height": 9.0}),
        (
            {"boundary": "administrative", "admin_level": "8", "name": "镇"},
            "boundaries",
            {"admin_level": 8},
        ),
    ],
)
def test_areas_go_to_their_layers(
    osm_file: OsmFile, tags: dict[str, str], layer: str, expected: dict[str, Any]
) -> None:
    layers = square(osm_file, tags).layers
    assert expected.items() <= layers[layer][-1].properties.items()


@pytest.mark.parametrize(
    ("tags", "layer", "expected"),
    [
        ({"waterway": "river", "name": "资江"}, "waterways", {"kind": "river", "name": "资江"}),
        ({"waterway": "drain"}, "waterways", {"kind": "ditch"}),
        ({"railway": "subway", "tunnel": "yes"}, "rail", {"kind": "subway", "tunnel": 1}),
        ({"highway": "footway"}, "roads", {"class": "path", "link": 0}),
        ({"highway": "motorway_link"}, "roads", {"class": "motorway", "link": 1}),
        (
            {"highway": "primary", "oneway": "yes", "bridge": "yes"},
            "roads",
            {"oneway": 1, "bridge": 1},
        ),
        (
            {"highway": "residential", "name": "解放路", "name:en": "Jiefang Road"},
            "roads",
            {"name": "解放路", "name:zh": "解放路", "name:en": "Jiefang Road", "oneway": 0},
        ),
        (
            {"boundary": "administrative", "admin_level": "6"},
            "boundaries",
            {"admin_level": 6},
        ),
    ],
)
def test_lines_go_to_their_layers(
    osm_file: OsmFile, tags: dict[str, str], layer: str, expected: dict[str, Any]
) -> None:
    found = line(osm_file, tags).layers[layer]
    assert len(found) == 1
    assert expected.items() <= found[0].properties.items()


def test_a_one_way_line_is_turned_to_run_with_the_traffic(osm_file: OsmFile) -> None:
    found = line(osm_file, {"highway": "primary", "oneway": "-1"}).layers["roads"][0]
    assert found.properties["oneway"] == 1
    assert found.geometry.coords[0] == SQUARE[3]


@pytest.mark.parametrize("tags", [{"highway": "construction"}, {"power": "line"}, {"fixme": "x"}])
def test_what_is_not_on_the_map_is_left_out(osm_file: OsmFile, tags: dict[str, str]) -> None:
    assert not any(line(osm_file, tags).layers.values())


def test_settlements_and_landmarks_are_named_and_drawn(osm_file: OsmFile) -> None:
    nodes = {
        1: (111.0, 27.0, {"place": "town", "name": "桥头镇", "population": "35000"}),
        2: (111.1, 27.0, {"amenity": "school", "name": "实验小学", "name:en": "Model School"}),
        3: (111.2, 27.0, {"shop": "bakery", "name": "Bread"}),
        4: (111.3, 27.0, {"amenity": "bench"}),
    }
    found = read_map(open_source(osm_file(nodes)), Datum.WGS84)
    assert [(thing.kind, thing.name.zh) for thing in found.settlements] == [("town", "桥头镇")]
    assert found.layers["places"][0].properties["population"] == 35000
    school, shop = found.things
    assert (school.key_place, school.radius_m, school.name.en) == ("school", 100, "Model School")
    assert (shop.kind, shop.key_place) == ("shop", "")
    assert len(found.layers["pois"]) == 2


def test_a_key_place_is_as_large_as_it_is_mapped_within_limits(osm_file: OsmFile) -> None:
    found = square(osm_file, {"amenity": "university", "name": "湘大"})
    assert found.things[0].radius_m == 500
    assert found.things[0].ref == "w1"


def test_house_numbers_are_read_with_their_street(osm_file: OsmFile) -> None:
    tags = {"addr:housenumber": "甲12-3", "addr:street": "解放路"}
    found = node(osm_file, tags).addresses
    assert [(address.street, address.number) for address in found] == [("解放路", 12)]
    assert not node(osm_file, {"addr:housenumber": "12"}).addresses


def test_multipolygons_keep_their_holes(osm_file: OsmFile) -> None:
    nodes = {
        **SQUARE,
        5: (111.004, 27.004),
        6: (111.006, 27.004),
        7: (111.006, 27.006),
    }
    path = osm_file(
        nodes,
        [(1, [1, 2, 3, 4, 1], {}), (2, [5, 6, 7, 5], {})],
        [(3, [("w", 1, "outer"), ("w", 2, "inner")], {"type": "multipolygon", "natural": "water"})],
    )
    lake = read_map(open_source(path), Datum.WGS84).layers["water"][0].geometry
    assert len(lake.interiors) == 1


def test_a_shifted_source_is_shifted_back(osm_file: OsmFile) -> None:
    shifted = {number: from_wgs84(lon, lat, Datum.GCJ02) for number, (lon, lat) in SQUARE.items()}
    path = osm_file(shifted, [(1, [1, 2, 3], {"highway": "primary"})])
    found = read_map(open_source(path), Datum.GCJ02).layers["roads"][0].geometry
    for point, (lon, lat) in zip(found.coords, list(SQUARE.values())[:3], strict=True):
        assert point == pytest.approx((lon, lat), abs=1e-5)


def test_important_roads_are_drawn_over_others(osm_file: OsmFile) -> None:
    ways: Sequence[Any] = [
        (1, [1, 2], {"highway": "motorway"}),
        (2, [2, 3], {"highway": "service"}),
        (3, [3, 4], {"highway": "primary"}),
    ]
    found = read_map(open_source(osm_file(SQUARE, ways)), Datum.WGS84).layers["roads"]
    assert [road.properties["class"] for road in found] == ["service", "primary", "motorway"]


def test_large_areas_are_shown_earlier() -> None:
    assert area_min_zoom(1.0) == 4
    assert area_min_zoom(1e-9) == 13
    assert area_min_zoom(1e-4) < area_min_zoom(1e-6)


def test_unreadable_heights_are_unknown() -> None:
    assert building_height({"height": "tall"}) is None
    assert building_height({"height": "99999"}) == 900


def test_nameless_furniture_is_no_landmark() -> None:
    assert poi_kind({"building": "no"}) is None
    assert poi_kind({"highway": "crossing"}) is None
