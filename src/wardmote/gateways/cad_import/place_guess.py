"""Which columns are the position, and in which coordinate system."""

from __future__ import annotations

import statistics

from wardmote.core.domain.text import Bilingual
from wardmote.gateways.cad_import.coordinates import split_point
from wardmote.gateways.cad_import.crs_guess import CrsSuggestion, suggest_crs
from wardmote.gateways.cad_import.mapping import Place, PointOrder
from wardmote.gateways.cad_import.profiling import ColumnProfile
from wardmote.gateways.cad_import.roles import Roles

_MICRO = 1e-6


def guess_place(
    roles: Roles, near: tuple[float, float] | None, doubts: list[Bilingual]
) -> tuple[Place, tuple[CrsSuggestion, ...], tuple[float, float] | None]:
    """The position columns, suggestions for a projected system, and a typical (lon, lat)."""
    chosen = roles.chosen
    if "lat" in chosen:
        named = chosen["lat"].by_header and chosen["lon"].by_header
        return _degrees(chosen["lat"].column, chosen["lon"].column, doubts, named=named)
    if "x" in chosen:
        x, y = chosen["x"].column, chosen["y"].column
        crs = suggest_crs(x.middle, y.middle, near)
        epsg = crs[0].epsg if near is not None and crs else 0
        doubts.append(
            Bilingual(
                zh="坐标是投影坐标，系统须在 [place] epsg 写明；"
                "用 --near 经度,纬度 可列出可能的系统。",
                en="The positions are projected; write their system in [place] epsg. "
                "--near LON,LAT lists the systems that fit.",
            )
        )
        return Place(x=x.name, y=y.name, epsg=epsg, decimal=x.decimal), crs, near
    if "point" in chosen:
        column = chosen["point"].column
        order, middle = _point_order(column)
        return Place(point=column.name, point_order=order), (), middle
    doubts.append(Bilingual(zh="没有找到坐标列。", en="No column of positions was found."))
    return Place(), (), near


def _degrees(
    lat: ColumnProfile, lon: ColumnProfile, doubts: list[Bilingual], *, named: bool
) -> tuple[Place, tuple[CrsSuggestion, ...], tuple[float, float]]:
    scale = _MICRO if abs(lat.middle) > 90 or abs(lon.middle) > 180 else 1.0
    place = Place(lat=lat.name, lon=lon.name, decimal=lon.decimal, scale=scale)
    middle = lon.middle * scale, lat.middle * scale
    _datum_doubt(middle, doubts)
    if not named:
        doubts.append(
            Bilingual(
                zh=f"“{lat.name}”和“{lon.name}”像经纬度，但列名没说哪个是纬度；请核对 [place]。",
                en=f"“{lat.name}” and “{lon.name}” look like degrees, but no header says which is "
                "the latitude; check [place].",
            )
        )
    return place, (), middle


def _datum_doubt(middle: tuple[float, float], doubts: list[Bilingual]) -> None:
    lon, lat = middle
    if 72 < lon < 138 and 3 < lat < 54:
        doubts.append(
            Bilingual(
                zh="在中国境内：请核对 [place] datum（WGS-84、GCJ-02 或 BD-09），"
                "数字本身看不出来。",
                en="Inside China: check [place] datum (WGS-84, GCJ-02 or BD-09); the numbers alone "
                "do not tell.",
            )
        )


def _point_order(column: ColumnProfile) -> tuple[PointOrder, tuple[float, float]]:
    pairs = []
    for value in column.values:
        try:
            pairs.append(split_point(value, PointOrder.LON_LAT))
        except ValueError:
            continue
    first = statistics.median(pair[0] for pair in pairs)
    second = statistics.median(pair[1] for pair in pairs)
    if abs(first) > 90 or column.values[0].strip().upper().startswith("POINT"):
        return PointOrder.LON_LAT, (first, second)
    return PointOrder.LAT_LON, (second, first)
