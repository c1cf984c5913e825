from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from wardmote.core.domain.ids import AreaId, PostId
from wardmote.core.domain.places import PlaceBook, Post
from wardmote.core.domain.text import Bilingual
from wardmote.core.gazetteer.names import HouseNumber, NameEntry, NameKind
from wardmote.core.travel.building import build_road_graph
from wardmote.core.travel.graph import Int32, RoadGraph
from wardmote.operations.places import road_order
from wardmote.operations.places.city_directory import (
    CityContents,
    CityDirectory,
    CityDirectoryProblem,
    CityManifest,
    CitySource,
    write_city_directory,
)

STREET = Bilingual(zh="解放路", en="Jiefang Road")
HOUSE = HouseNumber(12, 111.001, 27.0)
ENTRY = NameEntry(
    NameKind.STREET, STREET, 111.0005, 27.0, 3, ("老街",), Bilingual("东镇", ""), "0", (HOUSE,)
)
BOOK = PlaceBook(
    divisions=(),
    beats=(),
    posts=(
        Post(
            PostId("p1"),
            Bilingual("东站", "East"),
            AreaId("430502000000"),
            111.0,
            27.0,
            ((((111.0, 27.0), (111.1, 27.0), (111.0, 27.1), (111.0, 27.0)),),),
        ),
    ),
    key_places=(),
    zones=(),
    units=(),
    staff=(),
)


def write_map(path: Path) -> int:
    path.write_bytes(b"tiles")
    return 7


def contents() -> CityContents:
    graph = build_road_graph(
        [111.0, 111.001],
        [27.0, 27.0],
        edge_tail=[0],
        edge_head=[1],
        forward_ms=[5000],
        backward_ms=[-1],
        road_class=[3],
        street=[0],
    )
    manifest = CityManifest(
        name=Bilingual(zh="东城", en="East Town"),
        country="CN",
        country_from="option",
        timezone="Asia/Shanghai",
        bounds=(111.0, 27.0, 111.001, 27.0),
        centre=(111.0005, 27.0),
        source=CitySource("osm", "ODbL-1.0", "© OpenStreetMap contributors", "a.osm.pbf", "ab"),
        counts={"ways": 1},
        dropped={"area": 2},
    )
    return CityContents(manifest, graph, [STREET], BOOK, [ENTRY], write_map)


def test_everything_written_is_read_back_equal(tmp_path: Path) -> None:
    given = contents()
    write_city_directory(tmp_path / "city", given, force=False)
    city = CityDirectory.open(tmp_path / "city")
    assert city.place_book() == BOOK
    assert city.names() == [ENTRY]
    assert city.street_names() == [STREET]
    assert city.map_path.read_bytes() == b"tiles"
    for name, array in given.graph.to_arrays().items():
        np.testing.assert_array_equal(array, city.road_graph().to_arrays()[name])
    assert city.gazetteer().search("jiefang rd 12")[0].name == STREET
    assert city.manifest.source == given.manifest.source
    assert city.manifest.dropped == {"area": 2}
    city.verify()


def test_the_manifest_counts_what_is_in_the_files(tmp_path: Path) -> None:
    city = write_city_directory(tmp_path / "city", contents(), force=False)
    assert city.manifest.counts == {
        "ways": 1,
        "junctions": 2,
        "edges": 1,
        "streets": 1,
        "names": 1,
        "tiles": 7,
    }
    assert set(city.manifest.files) == {
        "roads.npz",
        "street_names.json",
        "places.json",
        "names.jsonl",
        "map.pmtiles",
    }


def test_the_same_contents_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_city_directory(tmp_path / name, contents(), force=False)
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


def test_an_existing_city_is_replaced_only_with_force(tmp_path: Path) -> None:
    target = tmp_path / "city"
    write_city_directory(target, contents(), force=False)
    other = contents()
    other = replace(other, manifest=replace(other.manifest, country="US"))
    with pytest.raises(CityDirectoryProblem, match="--force"):
        write_city_directory(target, other, force=False)
    assert CityDirectory.open(target).manifest.country == "CN"
    write_city_directory(target, other, force=True)
    assert CityDirectory.open(target).manifest.country == "US"
    assert [path.name for path in tmp_path.iterdir()] == ["city"]


def test_another_folder_or_file_is_never_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "letter.txt").write_text("dear")
    file = tmp_path / "file"
    file.write_text("x")
    link = tmp_path / "link"
    link.symlink_to(folder)
    for target in (folder, file, link):
        with pytest.raises(CityDirectoryProblem, match="never replaced"):
            write_city_directory(target, contents(), force=True)
    assert (folder / "letter.txt").read_text() == "dear"


def test_an_empty_folder_may_be_filled(tmp_path: Path) -> None:
    (tmp_path / "city").mkdir()
    write_city_directory(tmp_path / "city", contents(), force=False)
    CityDirectory.open(tmp_path / "city").verify()


def test_a_missing_parent_is_said_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(CityDirectoryProblem, match="does not exist"):
        write_city_directory(tmp_path / "no" / "city", contents(), force=False)


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
@pytest.mark.parametrize("existing", [False, True])
def test_an_interruption_leaves_what_was_there_and_nothing_else(
    tmp_path: Path, error: type[BaseException], existing: bool
) -> None:
    target = tmp_path / "city"
    if existing:
        write_city_directory(target, contents(), force=False)

    def stop(path: Path) -> int:
        path.write_bytes(b"half a map")
        raise error

    with pytest.raises(error):
        write_city_directory(target, replace(contents(), write_map=stop), force=True)
    assert [path.name for path in tmp_path.iterdir()] == (["city"] if existing else [])
    if existing:
        CityDirectory.open(target).verify()


@pytest.mark.parametrize("name", ["roads.npz", "places.json", "names.jsonl", "map.pmtiles"])
def test_a_changed_or_missing_file_is_noticed_when_it_is_read(tmp_path: Path, name: str) -> None:
    write_city_directory(tmp_path / "city", contents(), force=False)
    file = tmp_path / "city" / name
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(bytes(data))
    city = CityDirectory.open(tmp_path / "city")
    with pytest.raises(CityDirectoryProblem, match="is damaged"):
        city.verify()
    file.unlink()
    with pytest.raises(CityDirectoryProblem, match="missing"):
        city.verify()


def test_a_folder_that_is_no_city_is_said_so(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none"):
        with pytest.raises(CityDirectoryProblem, match="is not a city directory"):
            CityDirectory.open(path)


@pytest.mark.parametrize("text", ["{", "[]", '{"format": "wardmote-city/1"}'])
def test_a_broken_manifest_is_said_so(tmp_path: Path, text: str) -> None:
    (tmp_path / "city.json").write_text(text)
    with pytest.raises(CityDirectoryProblem, match="is damaged"):
        CityDirectory.open(tmp_path)


def test_another_format_asks_to_build_again(tmp_path: Path) -> None:
    (tmp_path / "city.json").write_text(json.dumps({"format": "wardmote-city/9"}))
    with pytest.raises(CityDirectoryProblem, match="build it again"):
        CityDirectory.open(tmp_path)


def test_the_order_of_the_roads_is_kept_with_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = write_city_directory(tmp_path / "city", contents(), force=False)
    kept = city.road_order()
    monkeypatch.setattr(road_order, "order_of", _never)
    again = CityDirectory.open(tmp_path / "city")
    travel = again.travel_times()
    assert travel.hierarchy is not None
    assert kept is not None
    assert travel.hierarchy.contraction.order.tolist() == kept.tolist()
    copied = replace(contents(), road_order=kept)
    copy = write_city_directory(tmp_path / "copy", copied, force=False)
    assert (copy.path / "road_order.npz").read_bytes() == _order_file(city).read_bytes()


def _never(_graph: RoadGraph) -> Int32:
    raise AssertionError("the order was worked out again")


def _order_file(city: CityDirectory) -> Path:
    return city.path / "road_order.npz"


@pytest.mark.parametrize("harm", ["missing", "cut", "changed", "other roads", "not an order"])
def test_an_order_that_cannot_be_used_is_made_again_and_kept(tmp_path: Path, harm: str) -> None:
    city = write_city_directory(tmp_path / "city", contents(), force=False)
    file = _order_file(city)
    good = file.read_bytes()
    sha256 = city.manifest.files["roads.npz"].sha256
    graph = city.road_graph()
    if harm == "missing":  # as in a directory of an earlier version
        file.unlink()
    elif harm == "cut":
        file.write_bytes(good[: len(good) // 2])
    elif harm == "changed":
        at = good.index(city.road_order().tobytes())  # type: ignore[union-attr]  # just written
        file.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
    elif harm == "other roads":
        file.write_bytes(road_order.packed_order(graph, sha256[::-1]))
    else:
        twice = np.zeros(graph.nodes, dtype=np.int32)
        file.write_bytes(road_order.packed_order(graph, sha256, twice))
    assert city.contraction(graph).nodes == graph.nodes
    assert file.read_bytes() == good
    assert not [one for one in city.path.iterdir() if one.name.startswith(".")]


def test_an_order_that_cannot_be_kept_is_used_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    city = write_city_directory(tmp_path / "city", contents(), force=False)
    _order_file(city).unlink()

    def full(_path: Path, _data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(road_order, "replace", full)
    assert city.travel_times().hierarchy is not None
    assert not _order_file(city).exists()
