from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.core.gazetteer.names import NameKind
from wardmote.gateways.datums import Datum, from_wgs84
from wardmote.gateways.osm.build import BuildOptions, Steps, build_city
from wardmote.operations.places.city_directory import CityDirectory

OsmFile = Callable[..., Path]
QUIET = Steps(begin=lambda _step: None, count=lambda _number: None)
NODES: dict[int, Any] = {
    1: (111.460, 27.230),
    2: (111.465, 27.230),
    3: (111.465, 27.235),
    4: (111.460, 27.235),
    10: (111.462, 27.232, {"place": "town", "name": "城东镇"}),
    11: (111.463, 27.233, {"amenity": "hospital", "name": "县人民医院"}),
    12: (111.461, 27.2301, {"addr:housenumber": "8", "addr:street": "解放路"}),
}
WAYS: list[Any] = [
    (1, [1, 2], {"highway": "primary", "name": "解放路", "name:en": "Jiefang Road"}),
    (2, [2, 3], {"highway": "residential", "name": "人民路"}),
    (3, [3, 4, 1], {"highway": "residential", "maxspeed": "40"}),
    (4, [1, 3], {"highway": "footway"}),
]


def town(osm_file: OsmFile, nodes: dict[int, Any] = NODES) -> Path:
    return osm_file(nodes, WAYS)


def build(roads: Path, out: Path, **options: Any) -> CityDirectory:
    return build_city(BuildOptions(roads=roads, out=out, **options), QUIET)


def test_a_town_becomes_a_city_directory(osm_file: OsmFile, tmp_path: Path) -> None:
    city = build(town(osm_file), tmp_path / "city", name="East / 城东")
    manifest = city.manifest
    city.verify()
    assert manifest.name == Bilingual(zh="城东", en="East")
    assert (manifest.country, manifest.country_from) == ("CN", "outline")
    assert manifest.timezone == "Asia/Shanghai"
    assert manifest.bounds == (111.46, 27.23, 111.465, 27.235)
    assert manifest.source.file == "town.osm.pbf"
    assert len(manifest.source.sha256) == 64
    assert manifest.dropped == {"foot_or_cycle": 1}
    assert manifest.counts["ways"] == 3
    assert manifest.counts["ways_with_speed_limit"] == 1
    assert manifest.counts["tiles"] > 0


def test_its_names_answer_a_dispatcher(osm_file: OsmFile, tmp_path: Path) -> None:
    search = build(town(osm_file), tmp_path / "city").gazetteer().search
    assert search("renmin lu")[0].name.zh == "人民路"
    crossing = search("解放路与人民路路口")[0]
    assert (crossing.kind, crossing.lon, crossing.lat) == (NameKind.CROSSING, 111.465, 27.23)
    assert search("解放路8号")[0].lon == 111.461
    hospital = search("县人民医院")[0]
    assert hospital.kind is NameKind.KEY_PLACE
    assert hospital.entry.context.zh == "城东镇"


def test_its_place_book_covers_the_whole_place(osm_file: OsmFile, tmp_path: Path) -> None:
    posts = tmp_path / "posts.csv"
    posts.write_text("name,lat,lon,units\n城东快反点,27.231,111.461,湘E0001警;湘E0002警\n")
    roads = town(osm_file)
    city = build(roads, tmp_path / "city", posts=posts, division_code="430502000000")
    book = city.place_book()
    assert [division.code for division in book.divisions] == ["430502000000"]
    ring = np.array(book.divisions[0].boundary[0][0])
    assert tuple(ring[0]) == tuple(ring[-1])
    assert (ring.min(axis=0) < (111.46, 27.23)).all()
    assert (ring.max(axis=0) > (111.465, 27.235)).all()
    assert [place.kind for place in book.key_places] == ["hospital"]
    assert [unit.call_sign for unit in book.units] == ["湘E0001警", "湘E0002警"]
    assert book.posts[0].grid == ()
    assert city.gazetteer().search("城东快反点")[0].kind is NameKind.POST


def test_building_twice_gives_the_same_bytes(osm_file: OsmFile, tmp_path: Path) -> None:
    roads = town(osm_file)
    for name in ("a", "b"):
        build(roads, tmp_path / name)
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes(), file.name


def test_a_map_in_gcj02_ends_up_where_it_belongs(osm_file: OsmFile, tmp_path: Path) -> None:
    shifted = {
        number: (*from_wgs84(row[0], row[1], Datum.GCJ02), *row[2:])
        for number, row in NODES.items()
    }
    city = build(town(osm_file, shifted), tmp_path / "city", datum=Datum.GCJ02)
    graph = city.road_graph()
    assert graph.junction_lon.max() == pytest.approx(111.465, abs=1e-5)
    assert city.manifest.source.datum == "GCJ-02"
    assert city.gazetteer().search("县人民医院")[0].lat == pytest.approx(27.233, abs=1e-5)


def test_what_is_given_comes_before_what_is_guessed(osm_file: OsmFile, tmp_path: Path) -> None:
    city = build(town(osm_file), tmp_path / "city", country="us", timezone="Asia/Urumqi")
    assert (city.manifest.country, city.manifest.country_from) == ("US", "option")
    assert city.manifest.timezone == "Asia/Urumqi"


@pytest.mark.parametrize(
    ("text", "zh", "en"),
    [
        ("", "", "town"),
        ("邵阳", "邵阳", ""),
        ("Shaoyang", "", "Shaoyang"),
        ("邵阳 / Shaoyang", "邵阳", "Shaoyang"),
        ("A / B", "", "A / B"),
    ],
)
def test_the_name_may_be_given_in_either_language_or_both(
    osm_file: OsmFile, tmp_path: Path, text: str, zh: str, en: str
) -> None:
    city = build(town(osm_file), tmp_path / "city", name=text)
    assert city.manifest.name == Bilingual(zh=zh, en=en)


def test_a_file_without_roads_is_refused_and_leaves_nothing(
    osm_file: OsmFile, tmp_path: Path
) -> None:
    path = osm_file(NODES, [(4, [1, 3], {"highway": "footway"})])
    with pytest.raises(Problem, match=r"no roads that can be driven \(1 things were dropped\)"):
        build(path, tmp_path / "city")
    empty = osm_file({1: (111.0, 27.0)})
    with pytest.raises(Problem, match="no roads that can be driven"):
        build(empty, tmp_path / "city")
    assert [found.name for found in tmp_path.iterdir()] == ["town.osm.pbf"]


def test_a_wrong_division_code_is_refused(osm_file: OsmFile, tmp_path: Path) -> None:
    with pytest.raises(Problem, match="12 digits"):
        build(town(osm_file), tmp_path / "city", division_code="4305")


def test_posts_outside_the_city_stop_the_build(osm_file: OsmFile, tmp_path: Path) -> None:
    posts = tmp_path / "posts.csv"
    posts.write_text("name,lat,lon\nFar,30.0,120.0\n")
    with pytest.raises(Problem, match="outside this city"):
        build(town(osm_file), tmp_path / "city", posts=posts)
    assert not (tmp_path / "city").exists()


@pytest.mark.data
def test_san_francisco(shared_data: Path, tmp_path: Path) -> None:
    source = shared_data / "san_francisco"
    city = build(
        source / "sf_roads.osm.pbf", tmp_path / "sf", posts=source / "sf_fire_stations.csv"
    )
    counts = city.manifest.counts
    assert counts["junctions"] == 22_847
    assert counts["edges"] == 30_419
    assert city.manifest.dropped == {"unconnected_edges": 115}
    assert (city.manifest.country, city.manifest.timezone) == ("US", "America/Los_Angeles")
    assert len(city.place_book().posts) == 45
    assert counts["tiles"] > 50


def test_roads_across_the_date_line_are_refused_and_nothing_is_left(
    osm_file: OsmFile, tmp_path: Path
) -> None:
    nodes = {1: (179.99, -17.0), 2: (-179.99, -17.0), 3: (-179.99, -16.99)}
    roads = osm_file(nodes, [(1, [1, 2, 3, 1], {"highway": "residential"})])
    with pytest.raises(Problem, match="180"):
        build(roads, tmp_path / "city")
    assert not (tmp_path / "city").exists()
