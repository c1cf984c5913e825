"""Plans, scenarios and outcomes as documents: plain JSON values with a `format` field, both ways.

Reading is strict. A field that is unknown, missing or of the wrong type is refused with a `Problem`
that names the field, in both languages; nothing is read by halves.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, TypeVar

from wardmote.core.domain.places import MultiPolygon
from wardmote.core.domain.plain import InvalidDataError, JsonValue, dump, load
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual

T = TypeVar("T")

_WRONG: Mapping[str, Bilingual] = {
    "missing": Bilingual("缺少此项", "it is missing"),
    "unknown_field": Bilingual("没有这一项", "there is no such field"),
    "wrong_type": Bilingual("类型不对", "it is of the wrong type"),
    "not_allowed": Bilingual("不是允许的值", "its value is not one of those allowed"),
    "not_finite": Bilingual("不是有限的数", "it is not a finite number"),
    "out_of_range": Bilingual("超出允许的范围", "it is out of range"),
    "repeated": Bilingual("重复出现", "it is there twice"),
    "too_long": Bilingual("太长", "it is too long"),
    "not_a_date": Bilingual("不是日期（应写作 2026-12-01）", "it is not a date like 2026-12-01"),
    "not_a_time": Bilingual("不是时刻（应写作 22:00）", "it is not a time of day like 22:00"),
    "unknown_name": Bilingual("没有叫这个名字的", "nothing has this name"),
    "outside_period": Bilingual("不在所排的日期之内", "it lies outside the period"),
    "contradicts": Bilingual("与其他项矛盾", "it contradicts another field"),
    "unreadable": Bilingual("含有无法保存的字符", "it holds a character that cannot be kept"),
    "too_few_points": Bilingual(
        "环线至少要有 4 个点（首尾相同）", "a ring has at least 4 points, the last like the first"
    ),
    "not_ascending": Bilingual("应从小到大，每个只出现一次", "it must rise, each value once"),
    "not_closed": Bilingual("环线首尾不是同一点", "the ring does not end where it began"),
    "not_a_pair": Bilingual(
        "点应为 [经度, 纬度] 两个数", "a point is two numbers, longitude and latitude"
    ),
}
FEWEST_IN_RING = 4
"""RFC 7946, 3.1.6: a closed ring of four or more points."""
MOST_SHOWN = 200
"""Letters of a value that a message repeats."""
_FOUND = {"found": "found", "expected": "expected", "allowed": "allowed", "limit": "limit"}
_FOUND_ZH = {"found": "现为", "expected": "应为", "allowed": "可为", "limit": "界限"}


def written(form: str, value: Any) -> dict[str, JsonValue]:
    """The document of a value: its fields after `format`."""
    return {"format": form, **dump(value)}


def read(form: str, kind: type[T], data: JsonValue, what: Bilingual) -> T:
    """The value that `written` wrote.

    Args:
        form: the format that is known here, such as ``wardmote-plan/1``.
        what: what the document should be, for the message.

    Raises:
        Problem: the document is of another format, or a field does not fit; it is named.
    """
    if not isinstance(data, Mapping):
        raise Problem(
            zh=f"{what.zh}应是一个 JSON 对象。", en=f"A {what.en} is written as a JSON object."
        )
    found = data.get("format")
    if found != form:
        raise Problem(
            zh=f"{what.zh}的 format 应为 {form}，现为 {found!r}；请检查是否给错了文件。",
            en=f"The format of a {what.en} must be {form}, this is {found!r}; "
            "is it the right file?",
        )
    try:
        _require_readable(data, "")
        return load(kind, {key: item for key, item in data.items() if key != "format"})
    except InvalidDataError as error:
        raise field_problem(error, what) from error


def field_problem(error: InvalidDataError, what: Bilingual) -> Problem:
    """The same, said to a person: which field, and what is wrong with it."""
    wrong = _WRONG.get(error.code, Bilingual(error.code, error.code))
    path = error.path or "/"
    shown = [(key, error.values[key]) for key in _FOUND if key in error.values]
    zh = "".join(f"，{_FOUND_ZH[key]} {_short(value)}" for key, value in shown)
    en = "".join(f", {_FOUND[key]} {_short(value)}" for key, value in shown)
    return Problem(
        zh=f"{what.zh}中的 {path}：{wrong.zh}{zh}。", en=f"{path} in the {what.en}: {wrong.en}{en}."
    )


def _short(value: object) -> str:
    if isinstance(value, list | tuple):
        text = ", ".join(str(item) for item in value)
    else:
        text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}…"


def is_readable(text: str) -> bool:
    """Whether databases can keep a text: no NUL, no half of a surrogate pair."""
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _require_readable(data: JsonValue, path: str) -> None:
    """Raise `InvalidDataError` for the first text that databases cannot keep."""
    if isinstance(data, str):
        require(is_readable(data), path, "unreadable")
    elif isinstance(data, Mapping):
        for key, item in data.items():
            _require_readable(str(key), path)
            _require_readable(item, f"{path}.{key}" if path else str(key))
    elif isinstance(data, list | tuple):
        for row, item in enumerate(data):
            _require_readable(item, f"{path}[{row}]")


def require(good: bool, path: str, code: str, **values: JsonValue) -> None:
    """Raise `InvalidDataError` for a field unless it is good."""
    if not good:
        raise InvalidDataError(path, code, **values)


def require_place(lon: float, lat: float, path: str = "") -> None:
    """Raise `InvalidDataError` unless these are WGS-84 degrees."""
    dot = "." if path else ""
    require(-180 <= lon <= 180, f"{path}{dot}lon", "out_of_range", found=lon)
    require(-90 <= lat <= 90, f"{path}{dot}lat", "out_of_range", found=lat)


def require_words(text: str, most: int, path: str) -> None:
    """Raise `InvalidDataError` unless a text has at most so many letters."""
    require(len(text) <= most, path, "too_long", found=len(text), limit=most)


def require_outline(outline: MultiPolygon, path: str) -> None:
    """Raise `InvalidDataError` unless each ring is closed and its points are WGS-84 degrees."""
    for part, polygon in enumerate(outline):
        require(bool(polygon), f"{path}[{part}]", "missing")
        for number, ring in enumerate(polygon):
            where = f"{path}[{part}][{number}]"
            require(len(ring) >= FEWEST_IN_RING, where, "too_few_points", found=len(ring))
            for row, point in enumerate(ring):
                require(len(point) == 2, f"{where}[{row}]", "not_a_pair", found=len(point))
                lon, lat = point
                good = -180 <= lon <= 180 and -90 <= lat <= 90
                require(good, f"{where}[{row}]", "out_of_range", found=[lon, lat])
            require(ring[0] == ring[-1], where, "not_closed")


def number(value: float) -> float | None:
    """A number as documents keep it: None where it is not finite."""
    return float(value) if math.isfinite(value) else None
