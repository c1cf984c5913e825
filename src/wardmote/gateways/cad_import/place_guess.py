"""Which columns are the position, and in which coordinate system."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

from wardmote.core.domain.text import Bilingual
from wardmote.gateways.cad_import.coordinates import split_point
from wardmote.gateways.cad_import.crs_guess import ALIKE_KM, CrsSuggestion, suggest_crs
from wardmote.gateways.cad_import.mapping import Place, PointOrder
from wardmote.gateways.cad_import.profiling import ColumnProfile
from wardmote.gateways.cad_import.roles import Roles
from wardmote.gateways.cad_import.words import COLUMN_PHRASES, header_score
from wardmote.gateways.datums import Datum

_MICRO = 1e-6
_NEAR_DEG = 2.0
_DATUM_WORDS: dict[Datum, tuple[str, ...]] = {
    Datum.BD09: ("bd09", "bd-09", "bd_09", "baidu", "百度"),
    Datum.GCJ02: ("gcj", "高德", "amap", "火星", "腾讯", "国测局"),
}


def guess_place(
    roles: Roles, near: tuple[float, float] | None, doubts: list[Bilingual]
) -> tuple[Place, tuple[CrsSuggestion, ...], tuple[float, float] | None]:
    """The position columns, suggestions for a projected system, and a typical (lon, lat)."""
    chosen = roles.chosen
    if "lat" in chosen:
        named = chosen["lat"].by_header and chosen["lon"].by_header
        found = _degrees(chosen["lat"].column, chosen["lon"].column, doubts, named=named)
        if near is not None:
            _far_doubt(found[2], near, doubts)
        return found
    if "x" in chosen:
        x, y = chosen["x"].column, chosen["y"].column
        crs = suggest_crs(x.middle, y.middle, near)
        if near is not None and not crs:
            # Surveyors in China, Japan and elsewhere call the northing x.
            crs = suggest_crs(y.middle, x.middle, near)
            if crs:
                x, y = y, x
                doubts.append(
                    Bilingual(
                        zh=f"“{y.name}”看来是纵坐标（向北），“{x.name}”是横坐标（向东）；"
                        "已按此读取，请核对 [place]。",
                        en=f"“{y.name}” seems to be the northing and “{x.name}” the easting; they "
                        "are read so, check [place].",
                    )
                )
        epsg = crs[0].epsg if near is not None and crs else 0
        if roles.degrees_mostly_blank:
            doubts.append(
                Bilingual(
                    zh=f"经纬度列空白较多，改用“{x.name}”和“{y.name}”。",
                    en=f"The degrees are blank in many rows; “{x.name}” and “{y.name}” are used "
                    "instead.",
                )
            )
        _rounding_doubt(x, y, doubts)
        _crs_doubt(crs, doubts)
        doubts.append(_projected_doubt(near, crs))
        return Place(x=x.name, y=y.name, epsg=epsg, decimal=x.decimal), crs, near
    if "point" in chosen:
        column = chosen["point"].column
        order, middle = _point_order(column)
        return Place(point=column.name, point_order=order), (), middle
    doubts.append(Bilingual(zh="没有找到坐标列。", en="No column of positions was found."))
    return Place(), (), near


def _projected_doubt(near: tuple[float, float] | None, crs: Sequence[CrsSuggestion]) -> Bilingual:
    if near is None:
        return Bilingual(
            zh="坐标是投影坐标，系统须在 [place] epsg 写明；用 --near 经度,纬度 可列出可能的系统。",
            en="The positions are projected; write their system in [place] epsg. "
            "--near LON,LAT lists the systems that fit.",
        )
    if not crs:
        return Bilingual(
            zh="坐标是投影坐标，但 --near 一带通用的坐标系都不相符；请问来源单位，"
            "再把 EPSG 编号写进 [place] epsg。",
            en="The positions are projected, but no system in use around --near fits; ask where "
            "the records come from and write the EPSG number in [place] epsg.",
        )
    return Bilingual(
        zh=f"坐标是投影坐标，按 --near 用了 EPSG:{crs[0].epsg}；请核对 [place] epsg。",
        en=f"The positions are projected; by --near EPSG:{crs[0].epsg} was taken: check "
        "[place] epsg.",
    )


def _degrees(
    lat: ColumnProfile, lon: ColumnProfile, doubts: list[Bilingual], *, named: bool
) -> tuple[Place, tuple[CrsSuggestion, ...], tuple[float, float]]:
    scale = _MICRO if abs(lat.middle) > 90 or abs(lon.middle) > 180 else 1.0
    middle = lon.middle * scale, lat.middle * scale
    datum = _datum(middle, (lat.name, lon.name), doubts)
    place = Place(lat=lat.name, lon=lon.name, decimal=lon.decimal, scale=scale, datum=datum)
    if _says("lon", lat.name) and _says("lat", lon.name):
        doubts.append(
            Bilingual(
                zh=f"“{lat.name}”里是纬度、“{lon.name}”里是经度：两列的名称看来写反了，"
                "已按数字读取；请核对 [place]。",
                en=f"“{lat.name}” holds latitudes and “{lon.name}” longitudes: the headers seem "
                "exchanged, and the numbers were followed; check [place].",
            )
        )
    elif not named:
        doubts.append(
            Bilingual(
                zh=f"“{lat.name}”和“{lon.name}”像经纬度，但列名没说哪个是纬度；请核对 [place]。",
                en=f"“{lat.name}” and “{lon.name}” look like degrees, but no header says which is "
                "the latitude; check [place].",
            )
        )
    return place, (), middle


def _says(role: str, header: str) -> bool:
    """Whether a header names this one of latitude and longitude rather than the other."""
    other = "lat" if role == "lon" else "lon"
    own = header_score(header, COLUMN_PHRASES[role])
    return own > header_score(header, COLUMN_PHRASES[other])


def _datum(middle: tuple[float, float], names: tuple[str, ...], doubts: list[Bilingual]) -> Datum:
    """The datum that the headers name; where they name none, a doubt inside China."""
    header = " ".join(names).lower()
    for datum, words in _DATUM_WORDS.items():
        if any(word in header for word in words):
            doubts.append(
                Bilingual(
                    zh=f"按列名，坐标系是 {datum.value}；请核对 [place] datum。",
                    en=f"By the headers the datum is {datum.value}; check [place] datum.",
                )
            )
            return datum
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
    return Datum.WGS84


def _far_doubt(
    middle: tuple[float, float], near: tuple[float, float], doubts: list[Bilingual]
) -> None:
    """Say that the positions are not where the town is said to be, and whether exchanging helps."""
    if max(abs(middle[0] - near[0]), abs(middle[1] - near[1])) <= _NEAR_DEG:
        return
    turned = max(abs(middle[1] - near[0]), abs(middle[0] - near[1])) <= _NEAR_DEG
    doubts.append(
        Bilingual(
            zh=f"坐标的中间值 {middle[0]:.3f},{middle[1]:.3f} 离 --near 很远"
            + ("；经度与纬度对调后相符，请核对 [place]。" if turned else "；请核对 [place]。"),
            en=f"The positions are around {middle[0]:.3f},{middle[1]:.3f}, far from --near; "
            + ("with lat and lon exchanged they fit: " if turned else "")
            + "check [place].",
        )
    )


def _rounding_doubt(x: ColumnProfile, y: ColumnProfile, doubts: list[Bilingual]) -> None:
    """Say that positions were rounded for publication, and to what."""
    numbers = [float(v) for c in (x, y) for v in c.values if v.lstrip("+-").isdigit()]
    if len(numbers) < len(x.values):
        return
    step = next((n for n in (1000, 500, 100, 50, 10) if all(v % n == 0 for v in numbers)), 1)
    if step > 1:
        doubts.append(
            Bilingual(
                zh=f"坐标取整到 {step}：位置只准到这个程度。",
                en=f"The positions are rounded to {step}: they are no more exact than that.",
            )
        )


def _crs_doubt(crs: Sequence[CrsSuggestion], doubts: list[Bilingual]) -> None:
    """Say that several systems fit, and how far apart they put a point."""
    known = [s.distance_km for s in crs if s.distance_km is not None]
    if known and max(known) - min(known) > ALIKE_KM:
        codes = ", ".join(f"EPSG:{s.epsg}" for s in crs)
        doubts.append(
            Bilingual(
                zh=f"多个坐标系都说得通（{codes}），位置相差可达 "
                f"{max(known) - min(known):.1f} 公里；请核对 [place] epsg。",
                en=f"Several systems fit ({codes}) and differ by up to "
                f"{max(known) - min(known):.1f} km; check [place] epsg.",
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
    if abs(first) > 90 or "POINT" in column.values[0].upper():
        return PointOrder.LON_LAT, (first, second)
    return PointOrder.LAT_LON, (second, first)
