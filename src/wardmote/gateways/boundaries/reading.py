"""Files of boundaries, read into lines: which feature is which place, in WGS-84 degrees.

A file's datum cannot be seen in its numbers: Chinese sources come in WGS-84 (CGCS2000 is the same
within a metre), shifted (GCJ-02, BD-09), or projected. So whoever reads a file says which.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
import shapely
import shapely.errors
from pyproj.exceptions import ProjError

from wardmote.core.domain.division_changes import full_code
from wardmote.core.domain.problem import Problem
from wardmote.gateways.boundaries.shapefiles import (
    MOST_POINTS,
    is_zip,
    read_shapefile,
    shape_of,
)
from wardmote.gateways.boundaries.shifting import many_to_wgs84
from wardmote.gateways.datums import Datum, projected_to_wgs84
from wardmote.operations.places.lines import (
    MOST_LINES,
    BoundaryLine,
    PlaceLines,
    RowProblem,
    RowReason,
)

MOST_BYTES = 120_000_000
MOST_COMMAS = 3 * MOST_POINTS
MOST_OBJECTS = 10 * MOST_LINES
"""Of GeoJSON as text, counted before it is parsed: a point of three numbers has three commas; a
feature is itself, its properties and its geometry."""

_BEYOND = 1e9
"""No easting in metres is so large; NaN and the infinite are not smaller either."""

_CODE_KEYS = (
    "code", "adcode", "xzqdm", "division_code", "代码", "编码", "区划代码", "行政区划代码",
    "网格编码", "ref", "id",
)  # fmt: skip
_ZH_KEYS = ("name_zh", "namezh", "name", "xzqmc", "名称", "中文名", "网格名称")
_EN_KEYS = ("name_en", "nameen", "英文名")


class FileDatum(StrEnum):
    """What whoever reads a file says about its coordinates.

    ``file``: as the file itself says, in its ``.prj`` or its ``crs`` member.
    """

    WGS84 = "WGS-84"
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"
    FILE = "file"


class BoundaryFileProblem(Problem):
    """A file of boundaries that cannot be read at all."""


@dataclass(frozen=True, slots=True)
class RawFeature:
    """A feature as the file has it; `shape` is None where it has none."""

    properties: Mapping[str, Any]
    shape: Any


def read_boundaries(data: bytes, datum: FileDatum) -> PlaceLines:
    """The boundaries of a GeoJSON file, or of a zipped shapefile.

    A place is told by its code (a property such as ``code``, ``adcode``, ``代码``), or else by its
    name. Features that do not fit are problems, by number from 1.

    Raises:
        BoundaryFileProblem: the file is neither, is damaged or too large, or says nothing about its
            coordinates although `datum` is ``file``.
    """
    if len(data) > MOST_BYTES:
        raise BoundaryFileProblem(
            zh=f"文件超过 {MOST_BYTES // 1_000_000} MB；请分成几个文件。",
            en=f"The file is larger than {MOST_BYTES // 1_000_000} MB; split it.",
        )
    if not is_zip(data):
        _check_text(data)
    features, crs = _shapefile(data) if is_zip(data) else _geojson(data)
    if not features:
        raise BoundaryFileProblem(zh="文件里没有任何边界。", en="The file has no boundaries.")
    if len(features) > MOST_LINES:
        raise _too_many_features()
    shapes = [feature.shape for feature in features]
    if shapely.get_num_coordinates(shapes).sum() > MOST_POINTS:
        raise _too_many_points()
    return _lines(features, _in_wgs84(shapes, datum, crs))


def _shapefile(data: bytes) -> tuple[list[RawFeature], str]:
    records, crs = read_shapefile(data, most_records=MOST_LINES)
    return [RawFeature(properties, shape) for properties, shape in records], crs


def _check_text(data: bytes) -> None:
    """Refuse what would be far too much once it is parsed."""
    if data.count(b",") > MOST_COMMAS:
        raise _too_many_points()
    if data.count(b"{") > MOST_OBJECTS:
        raise _too_many_features()


def _too_many_points() -> BoundaryFileProblem:
    return BoundaryFileProblem(
        zh=f"边界的点超过 {MOST_POINTS // 10_000} 万个；请先简化。",
        en=f"The boundaries have more than {MOST_POINTS // 1_000_000} million points; "
        "simplify them.",
    )


def _too_many_features() -> BoundaryFileProblem:
    return BoundaryFileProblem(
        zh=f"文件超过 {MOST_LINES} 个图形，请拆分后再导入。",
        en=f"The file has more than {MOST_LINES} features. Import it in parts.",
    )


def _geojson(data: bytes) -> tuple[list[RawFeature], str]:
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BoundaryFileProblem(
            zh="文件不是 UTF-8 文本的 GeoJSON，也不是压缩成 zip 的 shapefile。",
            en="The file is neither GeoJSON in UTF-8 nor a shapefile in a zip.",
        ) from None
    except json.JSONDecodeError as error:
        raise BoundaryFileProblem(
            zh=f"文件不是 JSON：第 {error.lineno} 行第 {error.colno} 列。",
            en=f"The file is not JSON: line {error.lineno}, column {error.colno}.",
        ) from None
    except (ValueError, RecursionError):
        raise BoundaryFileProblem(
            zh="文件里的 JSON 无法读取。", en="The JSON of the file cannot be read."
        ) from None
    found = document.get("features") if isinstance(document, dict) else None
    if not isinstance(found, list):
        raise BoundaryFileProblem(
            zh="文件不是 GeoJSON 的 FeatureCollection。",
            en="The file is no FeatureCollection of GeoJSON.",
        )
    return [_feature(one) for one in found], _crs_of(document)


def _feature(one: Any) -> RawFeature:
    if not isinstance(one, dict):
        return RawFeature({}, None)
    properties = one.get("properties")
    known = dict(properties) if isinstance(properties, dict) else {}
    if one.get("id") is not None:
        known.setdefault("id", one["id"])
    return RawFeature(known, shape_of(one.get("geometry")))


def _crs_of(document: Mapping[str, Any]) -> str:
    """The name in the ``crs`` member of GeoJSON of 2008; empty where there is none."""
    crs = document.get("crs")
    properties = crs.get("properties") if isinstance(crs, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return name if isinstance(name, str) else ""


def _in_wgs84(shapes: Sequence[Any], datum: FileDatum, crs: str) -> list[Any]:
    if datum is FileDatum.FILE and not crs:
        raise BoundaryFileProblem(
            zh="文件没有说明坐标系（没有 .prj 或 crs）；请选择它的坐标系。",
            en="The file does not say which coordinates it has (no .prj, no crs); choose them.",
        )

    def turned(points: Any) -> Any:
        lon, lat = points[:, 0], points[:, 1]
        if datum is FileDatum.FILE:
            return np.column_stack(projected_to_wgs84(lon, lat, crs))
        return np.column_stack(many_to_wgs84(lon, lat, Datum(datum.value)))

    finite = [shape if _is_finite(shape) else None for shape in shapes]
    try:
        found: list[Any] = shapely.transform(np.array(finite, dtype=object), turned).tolist()
    except (ProjError, shapely.errors.ShapelyError):
        raise BoundaryFileProblem(
            zh="文件所写的坐标系无法换算成经纬度；请改选坐标系，或以 EPSG:4490 重新导出。",
            en="What the file says of its coordinates cannot be turned into degrees; choose them, "
            "or export it in EPSG:4490.",
        ) from None
    return [shape if _is_finite(shape) else None for shape in found]


def _is_finite(shape: Any) -> bool:
    """Whether the corners are numbers that could be degrees or metres on the earth."""
    return shape is not None and bool((np.abs(shapely.get_coordinates(shape)) < _BEYOND).all())


def _lines(features: Sequence[RawFeature], shapes: Iterable[Any]) -> PlaceLines:
    keys = list(dict.fromkeys(key for feature in features for key in feature.properties))
    code_key = _first(keys, _CODE_KEYS, features)
    zh_key, en_key = _first(keys, _ZH_KEYS), _first(keys, _EN_KEYS)
    lines: list[BoundaryLine] = []
    problems: list[RowProblem] = []
    for row, (feature, shape) in enumerate(zip(features, shapes, strict=True), start=1):
        typed = _text(feature.properties.get(code_key, ""))
        code = full_code(typed) if typed else ""
        if code is None:
            problems.append(RowProblem(row, code_key, RowReason.CODE, typed[:40]))
        elif feature.shape is None:
            problems.append(RowProblem(row, "geometry", RowReason.BOUNDARY_TYPE))
        elif shape is None:
            problems.append(RowProblem(row, "geometry", RowReason.BOUNDARY_DEGREES))
        else:
            zh, en = (_text(feature.properties.get(key, "")) for key in (zh_key, en_key))
            if zh and not en and zh.isascii():
                zh, en = "", zh
            lines.append(BoundaryLine(row, code, zh[:120], en[:120], shapely.to_wkb(shape)))
    headings = (("code", code_key or "code"), ("name", zh_key or en_key or "name"))
    return PlaceLines((), tuple(lines), tuple(problems), headings)


def _first(keys: Sequence[str], wanted: Sequence[str], codes_in: Sequence[RawFeature] = ()) -> str:
    """The first wanted key that the file has; of codes, one that has a code in some feature."""
    by_lower = {key.casefold(): key for key in keys}
    for name in wanted:
        key = by_lower.get(name)
        if key is None:
            continue
        if not codes_in or any(full_code(_text(one.properties.get(key))) for one in codes_in):
            return key
    return ""


def _text(value: Any) -> str:
    if value is None or isinstance(value, bool | dict | list):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
