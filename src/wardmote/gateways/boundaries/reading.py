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
import shapely.geometry

from wardmote.core.domain.division_changes import full_code
from wardmote.core.domain.problem import Problem
from wardmote.gateways.boundaries.shapefiles import is_zip, read_shapefile
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
MOST_POINTS = 8_000_000

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
    features, crs = _shapefile(data) if is_zip(data) else _geojson(data)
    if not features:
        raise BoundaryFileProblem(zh="文件里没有任何边界。", en="The file has no boundaries.")
    if len(features) > MOST_LINES:
        raise BoundaryFileProblem(
            zh=f"文件超过 {MOST_LINES} 个图形。",
            en=f"The file has more than {MOST_LINES} features.",
        )
    shapes = [feature.shape for feature in features]
    if shapely.get_num_coordinates(shapes).sum() > MOST_POINTS:
        raise BoundaryFileProblem(
            zh="边界的点太多；请先简化。", en="The boundaries have too many points; simplify them."
        )
    return _lines(features, _in_wgs84(shapes, datum, crs))


def _shapefile(data: bytes) -> tuple[list[RawFeature], str]:
    records, crs = read_shapefile(data)
    return [RawFeature(properties, _shape(geometry)) for properties, geometry in records], crs


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
    return RawFeature(known, _shape(one.get("geometry")))


def _shape(geometry: Any) -> Any:
    """A shapely shape of a GeoJSON geometry; None where it is none."""
    if not isinstance(geometry, dict):
        return None
    try:
        return shapely.force_2d(shapely.geometry.shape(geometry))
    except (ValueError, TypeError, KeyError, AttributeError, IndexError,
            shapely.errors.ShapelyError):  # fmt: skip
        return None  # what a geometry can be made of wrongly is open


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

    found: list[Any] = shapely.transform(np.array(shapes, dtype=object), turned).tolist()
    return found


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
        elif shape is None:
            problems.append(RowProblem(row, "geometry", RowReason.BOUNDARY_TYPE))
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
