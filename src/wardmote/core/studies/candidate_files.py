"""Reads a planner's list of candidates: a CSV table, or points in GeoJSON (RFC 7946).

Columns are known by their heading, in English or Chinese, in any order; properties of GeoJSON have
the same names. What is wrong is told by row and column, and nothing is taken over by halves.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass

from wardmote.core.domain.plain import InvalidDataError
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.core.studies.candidates import Wish
from wardmote.core.studies.documents import field_problem, is_readable
from wardmote.core.studies.own_candidates import MOST_OWN, OwnCandidate

_HEADINGS: Mapping[str, frozenset[str]] = {
    "id": frozenset({"id", "编号", "快反点编号"}),
    "name": frozenset({"name", "名称"}),
    "name_zh": frozenset({"name_zh", "zh", "中文名", "中文名称"}),
    "name_en": frozenset({"name_en", "en", "英文名", "英文名称"}),
    "lon": frozenset({"lon", "lng", "longitude", "经度"}),
    "lat": frozenset({"lat", "latitude", "纬度"}),
    "cost": frozenset({"cost", "费用"}),
    "room": frozenset({"room", "vehicles", "车位", "车位数"}),
    "use": frozenset({"use", "用途", "处理"}),
}
_USES: Mapping[str, Wish] = {
    "": Wish.FREE, "free": Wish.FREE, "可选": Wish.FREE,
    "kept": Wish.KEPT, "keep": Wish.KEPT, "保留": Wish.KEPT,
    "closable": Wish.CLOSABLE, "可撤": Wish.CLOSABLE,
    "excluded": Wish.EXCLUDED, "exclude": Wish.EXCLUDED, "不设": Wish.EXCLUDED,
}  # fmt: skip
_MOST_ERRORS = 5


@dataclass(frozen=True, slots=True)
class CandidateFile:
    """What a file says.

    Attributes:
        unused: headings or properties that mean nothing here.
    """

    candidates: tuple[OwnCandidate, ...]
    unused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Wrong:
    """What is wrong where."""

    where: Bilingual
    column: str
    what: Bilingual

    @property
    def said(self) -> Bilingual:
        """As one line."""
        return Bilingual(
            f"{self.where.zh}，{self.column}：{self.what.zh}",
            f"{self.where.en}, {self.column}: {self.what.en}",
        )


def read_candidates(data: bytes) -> CandidateFile:
    """The candidates of a file, UTF-8 or (CSV alone) GB 18030.

    Raises:
        Problem: rows and columns that do not fit, or no such file at all.
    """
    text = _decoded(data)
    return _of_geojson(text) if text.lstrip().startswith("{") else _of_table(text)


def _decoded(data: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Problem(
        zh="文件既不是 UTF-8 也不是 GB 18030 文本。",
        en="The file is text neither in UTF-8 nor in GB 18030.",
    )


def _of_table(text: str) -> CandidateFile:
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error as error:
        raise Problem(
            zh=f"不是 CSV 表格：{error}。", en=f"This is no CSV table: {error}."
        ) from error
    if not rows:
        raise Problem(zh="文件是空的。", en="The file is empty.")
    heading = [cell.strip() for cell in rows[0]]
    known = {column: name for column, cell in enumerate(heading) if (name := _name_of(cell))}
    names = list(known.values())
    twice = sorted({name for name in names if names.count(name) > 1})
    missing = [name for name in ("lon", "lat") if name not in names]
    if twice or missing:
        wrong = ", ".join(twice or missing)
        raise Problem(
            zh=f"表头{'重复' if twice else '缺少'}：{wrong}。可用的列：{_columns(0)}。",
            en=f"The heading {'has twice' if twice else 'lacks'}: {wrong}. Columns that are known: "
            f"{_columns(1)}.",
        )
    found: list[tuple[Bilingual, Mapping[str, object]]] = []
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        where = Bilingual(f"第 {number} 行", f"row {number}")
        if len(cells) > len(heading):
            raise Problem(
                zh=f"{where.zh}的列数比表头多；含逗号的名称请加引号。",
                en=f"The {where.en} has more columns than the heading; put names with commas in "
                "quotes.",
            )
        found.append((where, {name: cells[at] for at, name in known.items() if at < len(cells)}))
    unused = tuple(cell for column, cell in enumerate(heading) if cell and column not in known)
    return CandidateFile(_candidates(found), unused)


def _of_geojson(text: str) -> CandidateFile:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise Problem(
            zh=f"第 {error.lineno} 行第 {error.colno} 列不是有效的 JSON。",
            en=f"Line {error.lineno}, column {error.colno} is not valid JSON.",
        ) from error
    except (ValueError, RecursionError) as error:
        raise Problem(
            zh="文件不是可读的 JSON。", en="The file is no JSON that can be read."
        ) from error
    features = data.get("features") if isinstance(data, dict) else None
    if not isinstance(features, list) or data.get("type") != "FeatureCollection":
        raise Problem(
            zh="GeoJSON 应为 FeatureCollection，其中每个要素是一个点。",
            en="GeoJSON must be a FeatureCollection of points.",
        )
    found: list[tuple[Bilingual, Mapping[str, object]]] = []
    unused: dict[str, None] = {}
    for number, feature in enumerate(features):
        where = Bilingual(f"要素 features[{number}]", f"features[{number}]")
        lon, lat = _point(feature, where)
        properties = feature.get("properties") or {}
        if not isinstance(properties, dict):
            raise Problem(
                zh=f"{where.zh}.properties 应为对象。",
                en=f"{where.en}.properties must be an object.",
            )
        known = {_name_of(str(key)): value for key, value in properties.items()}
        unused |= dict.fromkeys(str(key) for key in properties if not _name_of(str(key)))
        if feature.get("id") is not None:
            known.setdefault("id", feature["id"])
        found.append((where, {**known, "lon": lon, "lat": lat}))
    return CandidateFile(_candidates(found), tuple(unused))


def _point(feature: object, where: Bilingual) -> tuple[object, object]:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    at = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if (
        not isinstance(geometry, dict)
        or geometry.get("type") != "Point"
        or not isinstance(at, list)
        or len(at) < 2
    ):
        raise Problem(
            zh=f"{where.zh}.geometry 应为 Point，坐标为 [经度, 纬度]。",
            en=f"{where.en}.geometry must be a Point with the coordinates [longitude, latitude].",
        )
    return at[0], at[1]


def _candidates(
    found: list[tuple[Bilingual, Mapping[str, object]]],
) -> tuple[OwnCandidate, ...]:
    if not 0 < len(found) <= MOST_OWN:
        raise Problem(
            zh=f"应有 1-{MOST_OWN} 个候选点，文件中有 {len(found)} 个。",
            en=f"There must be 1 to {MOST_OWN} candidates; the file has {len(found)}.",
        )
    wrong: list[_Wrong] = []
    good: list[OwnCandidate] = []
    ids: dict[str, Bilingual] = {}
    for where, cells in found:
        errors, one = _candidate(where, cells)
        wrong += errors
        if one is None:
            continue
        if one.id and one.id in ids:
            same = ids[one.id]
            wrong.append(
                _Wrong(where, "id", Bilingual(f"与{same.zh}相同", f"the same as in {same.en}"))
            )
        ids.setdefault(one.id, where)
        good.append(one)
    if wrong:
        more = len(wrong) - _MOST_ERRORS
        said = [one.said for one in wrong[:_MOST_ERRORS]]
        raise Problem(
            zh="；".join(one.zh for one in said) + (f"；另有 {more} 处" if more > 0 else "") + "。",
            en="; ".join(one.en for one in said) + (f"; and {more} more" if more > 0 else "") + ".",
        )
    return tuple(good)


def _candidate(
    where: Bilingual, cells: Mapping[str, object]
) -> tuple[list[_Wrong], OwnCandidate | None]:
    errors: list[_Wrong] = []

    def text(column: str) -> str:
        value = cells.get(column)
        shown = "" if value is None else str(value).strip()
        if not is_readable(shown):
            errors.append(_Wrong(where, column, Bilingual("含有无法保存的字符", "unreadable")))
        return shown

    def figure(column: str, *, needed: bool = False) -> float | None:
        shown = text(column)
        if not shown and not needed:
            return None
        try:
            value = float(shown)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            what = Bilingual(f"“{shown[:40]}” 不是数字", f"“{shown[:40]}” is not a number")
            errors.append(_Wrong(where, column, what))
            return None
        return value

    lon, lat = figure("lon", needed=True), figure("lat", needed=True)
    cost, room = figure("cost"), figure("room")
    if room is not None and room != int(room):
        errors.append(_Wrong(where, "room", Bilingual("应为整数", "must be a whole number")))
    wish = _USES.get(text("use").casefold())
    if wish is None:
        what = Bilingual(
            f"“{text('use')[:40]}” 应为 可选、保留、可撤 或 不设",
            f"“{text('use')[:40]}” must be free, kept, closable or excluded",
        )
        errors.append(_Wrong(where, "use", what))
    both, zh, en = text("name"), text("name_zh"), text("name_en")
    if errors or lon is None or lat is None or wish is None:
        return errors, None
    try:
        name = Bilingual(zh or both, en or both)
        number = None if room is None else int(room)
        return [], OwnCandidate(text("id"), name, lon, lat, cost, number, wish, where)
    except InvalidDataError as error:
        said = field_problem(error, Bilingual("表", "list")).message
        return [_Wrong(where, error.path, _after_colon(said))], None


def _after_colon(said: Bilingual) -> Bilingual:
    """What is wrong, without the field and the full stop, which the line has itself."""
    return Bilingual(
        said.zh.split("：", 1)[-1].rstrip("。"), said.en.split(": ", 1)[-1].rstrip(".")
    )


def _name_of(heading: str) -> str:
    wanted = heading.strip().casefold()
    return next((name for name, known in _HEADINGS.items() if wanted in known), "")


def _columns(language: int) -> str:
    """The headings that are known, those of one language first to last."""
    zh = ["编号", "名称", "中文名", "英文名", "经度", "纬度", "费用", "车位", "用途"]
    return ", ".join([zh, list(_HEADINGS)][language])
