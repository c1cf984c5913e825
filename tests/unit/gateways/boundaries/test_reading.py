"""Boundaries from GeoJSON and shapefiles, and their datum."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapefile
import shapely

from wardmote.core.domain.problem import Problem
from wardmote.gateways.boundaries import shapefiles
from wardmote.gateways.boundaries.reading import (
    MOST_COMMAS,
    MOST_OBJECTS,
    FileDatum,
    read_boundaries,
)
from wardmote.gateways.boundaries.shifting import many_to_wgs84
from wardmote.gateways.datums import Datum, from_wgs84
from wardmote.operations.places.lines import RowReason

RING = [[111.0, 27.0], [111.1, 27.0], [111.1, 27.1], [111.0, 27.1], [111.0, 27.0]]
GAUSS_KRUEGER = (
    'PROJCS["CGCS2000 / 3-degree Gauss-Kruger CM 111E",GEOGCS["China Geodetic Coordinate System '
    '2000",DATUM["China_2000",SPHEROID["CGCS2000",6378137,298.257222101]],PRIMEM["Greenwich",0],'
    'UNIT["degree",0.0174532925199433]],PROJECTION["Transverse_Mercator"],'
    'PARAMETER["latitude_of_origin",0],PARAMETER["central_meridian",111],'
    'PARAMETER["scale_factor",1],PARAMETER["false_easting",500000],PARAMETER["false_northing",0],'
    'UNIT["metre",1]]'
)


def feature(properties: dict[str, Any], geometry: Any = None) -> dict[str, Any]:
    shape = geometry or {"type": "Polygon", "coordinates": [RING]}
    return {"type": "Feature", "properties": properties, "geometry": shape}


def geojson(*features: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


def zipped_shapefile(ring: list[list[float]], *, prj: str = "", encoding: str = "utf-8") -> bytes:
    parts = {ending: io.BytesIO() for ending in ("shp", "shx", "dbf")}
    with shapefile.Writer(**parts, encoding=encoding) as writer:
        writer.field("XZQDM", "C", 15)
        writer.field("XZQMC", "C", 40)
        writer.poly([ring])
        writer.record("430521101201", "桃花村")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for ending, part in parts.items():
            archive.writestr(f"villages.{ending}", part.getvalue())
        if prj:
            archive.writestr("villages.prj", prj)
    return packed.getvalue()


def test_codes_names_and_shapes_are_read_from_geojson() -> None:
    read = read_boundaries(
        geojson(
            feature({"代码": "430521101201", "名称": "桃花村"}),
            feature({"代码": 430521101202.0, "名称": "Plum"}),
        ),
        FileDatum.WGS84,
    )
    assert [(one.code, one.zh, one.en) for one in read.boundaries] == [
        ("430521101201", "桃花村", ""), ("430521101202", "", "Plum"),
    ]  # fmt: skip
    assert shapely.from_wkb(read.boundaries[0].wkb).equals(shapely.box(111, 27, 111.1, 27.1))
    assert read.heading("code") == "代码"


def test_a_file_without_codes_names_its_places() -> None:
    read = read_boundaries(geojson(feature({"name": "双清区", "id": "x1"})), FileDatum.WGS84)
    assert [(one.code, one.zh) for one in read.boundaries] == [("", "双清区")]


def test_what_is_wrong_is_told_by_feature_and_property() -> None:
    read = read_boundaries(
        geojson(
            feature({"code": "43052110120"}),
            feature({"code": "430521101201"}),
            feature({"code": "430521101202"}, {"type": "Polygon", "coordinates": "x"}),
            {"type": "Feature"},
        ),
        FileDatum.WGS84,
    )
    assert [(one.row, one.column, one.reason) for one in read.problems] == [
        (1, "code", RowReason.CODE),
        (3, "geometry", RowReason.BOUNDARY_TYPE),
        (4, "geometry", RowReason.BOUNDARY_TYPE),
    ]
    assert len(read.boundaries) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_zipped_shapefile_is_read_in_its_own_projection_and_encoding(encoding: str) -> None:
    metres = [[500_000.0, 2_987_000.0], [500_000.0, 2_997_000.0], [510_000.0, 2_997_000.0],
              [510_000.0, 2_987_000.0], [500_000.0, 2_987_000.0]]  # fmt: skip
    data = zipped_shapefile(metres, prj=GAUSS_KRUEGER, encoding=encoding)
    (line,) = read_boundaries(data, FileDatum.FILE).boundaries
    assert (line.code, line.zh) == ("430521101201", "桃花村")
    west, south, east, north = shapely.from_wkb(line.wkb).bounds
    assert west == pytest.approx(111.0, abs=1e-4)
    assert south == pytest.approx(27.0, abs=0.01)
    assert east - west == pytest.approx(0.1007, abs=1e-3)
    assert north - south == pytest.approx(0.0903, abs=1e-3)


def test_a_file_that_says_nothing_of_its_coordinates_cannot_be_asked() -> None:
    for data in (geojson(feature({"code": "43"})), zipped_shapefile(RING)):
        with pytest.raises(Problem, match="does not say which coordinates"):
            read_boundaries(data, FileDatum.FILE)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"{", b"[]", b"{}", b"\xff\xfe", b"PK\x03\x04 damaged", geojson(),
        b'{"features": 3}', b'{"features": [' + b"[" * 20_000,
    ],
)  # fmt: skip
def test_what_is_no_file_of_boundaries_is_refused_in_both_languages(data: bytes) -> None:
    with pytest.raises(Problem) as problem:
        read_boundaries(data, FileDatum.WGS84)
    assert problem.value.message.zh
    assert problem.value.message.en


@pytest.mark.parametrize("prj", ['LOCAL_CS["x",UNIT["m",1]]', "rubbish"])
def test_coordinates_that_cannot_be_turned_are_a_sentence(prj: str) -> None:
    for data in (
        zipped_shapefile(RING, prj=prj),
        geojson(feature({"code": "43"}), crs={"properties": {"name": prj}}),
    ):
        with pytest.raises(Problem):
            read_boundaries(data, FileDatum.FILE)


@pytest.mark.parametrize("datum", [FileDatum.FILE, FileDatum.WGS84, FileDatum.GCJ02])
@pytest.mark.parametrize("value", [float("inf"), float("nan"), 1e300])
def test_coordinates_that_are_no_numbers_are_told_by_feature(
    value: float, datum: FileDatum
) -> None:
    ring = [[value, 27.0], [111.1, 27.0], [111.1, 27.1], [value, 27.0]]
    data = geojson(
        feature({"code": "430521101201"}, {"type": "Polygon", "coordinates": [ring]}),
        feature({"code": "430521101202"}),
        crs={"properties": {"name": "EPSG:4490"}},
    )
    read = read_boundaries(data, datum)
    assert "430521101202" in [one.code for one in read.boundaries]
    reason = RowReason.BOUNDARY_TYPE if np.isnan(value) else RowReason.BOUNDARY_DEGREES
    assert [(one.row, one.column, one.reason) for one in read.problems] == [(1, "geometry", reason)]


def test_too_much_is_refused_before_it_becomes_objects(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapefiles, "MOST_POINTS", 4)
    with pytest.raises(Problem, match="points"):
        read_boundaries(zipped_shapefile(RING), FileDatum.WGS84)
    with pytest.raises(Problem, match="more than 0 shapes"):
        shapefiles.read_shapefile(zipped_shapefile(RING), most_records=0)

    def parsed(_text: str) -> None:
        raise AssertionError("it was parsed")

    monkeypatch.setattr("wardmote.gateways.boundaries.reading.json.loads", parsed)
    for data, said in ((b"," * (MOST_COMMAS + 1), "points"), (b"{" * (MOST_OBJECTS + 1), "feat")):
        with pytest.raises(Problem, match=said):
            read_boundaries(data, FileDatum.WGS84)


def test_a_zip_without_exactly_one_shapefile_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("read.me", "")
    with pytest.raises(Problem, match="exactly one shapefile"):
        read_boundaries(packed.getvalue(), FileDatum.WGS84)


@pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09, Datum.WGS84])
def test_arrays_are_turned_as_single_points_are(datum: Datum) -> None:
    rng = np.random.default_rng(4)
    lon, lat = rng.uniform(98, 122, 60), rng.uniform(20, 45, 60)
    shifted = np.array([from_wgs84(x, y, datum) for x, y in zip(lon, lat, strict=True)])
    found_lon, found_lat = many_to_wgs84(shifted[:, 0].copy(), shifted[:, 1].copy(), datum)
    # A hundred-thousandth of a degree is a metre; the definitions agree far below that.
    assert np.abs(found_lon - lon).max() < 2e-6
    assert np.abs(found_lat - lat).max() < 2e-6


def test_outside_china_nothing_is_shifted() -> None:
    lon, lat = np.array([13.4, -122.4]), np.array([52.5, 37.8])
    found_lon, found_lat = many_to_wgs84(lon, lat, Datum.GCJ02)
    assert (found_lon.tolist(), found_lat.tolist()) == (lon.tolist(), lat.tolist())


def test_real_county_outlines_are_read(shared_data: Path) -> None:
    path = shared_data / "hunan" / "hu2_nan2_shao4_yang2.geojson"
    read = read_boundaries(path.read_bytes(), FileDatum.GCJ02)
    assert len(read.boundaries) == 12
    assert not read.problems
    assert all(109 < shapely.from_wkb(one.wkb).centroid.x < 113 for one in read.boundaries)
