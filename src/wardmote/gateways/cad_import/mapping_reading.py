"""Reading a mapping file: TOML that a person can edit.

It is read strictly: a key that nobody knows is an error naming the nearest known one, because a
misspelt key that is silently ignored loses a column of history.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from rapidfuzz import process

from wardmote.core.domain.call_record import RecordTime
from wardmote.core.domain.incident import Priority
from wardmote.gateways.cad_import.mapping import (
    DEFAULT_BLANKS,
    VERSION,
    Column,
    Place,
    PointOrder,
    RecordMapping,
    RowMeaning,
    Times,
    wrong,
)
from wardmote.gateways.cad_import.reading import Layout, TableKind
from wardmote.gateways.cad_import.times import NAMED_FORMATS, BadFormatError, time_reader
from wardmote.gateways.datums import Datum

ChoiceT = TypeVar("ChoiceT", bound=StrEnum)


def read_mapping(path: Path) -> RecordMapping:
    """The mapping in a TOML file.

    Raises:
        MappingProblem: missing file, wrong TOML, unknown or missing keys, senseless values.
    """
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise wrong(
            f"无法读取映射文件 {path}（{error}）。", f"Cannot read {path} ({error})."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise wrong(
            f"映射文件 {path.name} 不是有效的 TOML：{error}。",
            f"{path.name} is not valid TOML: {error}.",
        ) from error
    return parse_mapping(document)


def parse_mapping(document: Mapping[str, Any]) -> RecordMapping:
    """The mapping in a decoded TOML document; see `read_mapping`."""
    top = _Section("", document)
    version = top.value("version", int, VERSION)
    if version != VERSION:
        raise wrong(
            f"映射文件版本为 {version}，本程序只认版本 {VERSION}。",
            f"The mapping has version {version}; this release knows version {VERSION}.",
        )
    source = top.value("source", str, "").strip()
    if not source or ":" in source:
        raise wrong(
            "请填写 source（来源名称，不含冒号）。",
            "Write a `source` (the name of these records, without a colon).",
        )
    file = top.section("file")
    mapping = RecordMapping(
        source=source,
        layout=_layout(file),
        rows=file.choice("rows", RowMeaning, RowMeaning.CALL),
        columns=_columns(top.section("columns")),
        place=_place(top.section("place")),
        times=_times(top.section("times")),
        priorities=_priorities(top.section("priorities")),
        categories=top.section("categories").strings(),
        blanks=tuple(
            dict.fromkeys(
                (
                    "",
                    *(b.strip().lower() for b in file.texts("blanks", DEFAULT_BLANKS)),
                )
            )
        ),
    )
    file.done()
    top.done()
    _check(mapping)
    return mapping


class _Section:
    """One table of the TOML document; remembers which keys were asked for."""

    def __init__(self, name: str, table: Mapping[str, Any]) -> None:
        self.name = name
        self._table = table
        self._known: list[str] = []

    def _label(self, key: str) -> str:
        return f"[{self.name}] {key}" if self.name else key

    def value(self, key: str, kind: type[Any], default: Any) -> Any:
        self._known.append(key)
        found = self._table.get(key, default)
        if kind is float and type(found) is int:
            found = float(found)
        if type(found) is not kind:
            label = self._label(key)
            raise wrong(
                f"映射文件中 {label} 应为 {kind.__name__}，现为 {found!r}。",
                f"{label} must be a {kind.__name__}, it is {found!r}.",
            )
        return found

    def choice(self, key: str, kind: type[ChoiceT], default: ChoiceT) -> ChoiceT:
        text = self.value(key, str, default.value)
        try:
            return kind(text)
        except ValueError:
            allowed = ", ".join(member.value for member in kind)
            label = self._label(key)
            raise wrong(
                f"映射文件中 {label} 只能是：{allowed}；现为 {text!r}。",
                f"{label} must be one of {allowed}; it is {text!r}.",
            ) from None

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A text, or a list of texts, as a tuple."""
        self._known.append(key)
        found = self._table.get(key, list(default))
        items = found if isinstance(found, list) else [found]
        if not all(isinstance(item, str) for item in items):
            label = self._label(key)
            raise wrong(
                f"映射文件中 {label} 应为文字或文字列表，现为 {found!r}。",
                f"{label} must be a text or a list of texts, it is {found!r}.",
            )
        return tuple(items)

    def section(self, key: str) -> _Section:
        self._known.append(key)
        table = self._table.get(key, {})
        if not isinstance(table, dict):
            raise wrong(f"[{key}] 应为一节。", f"[{key}] must be a table.")
        return _Section(f"{self.name}.{key}" if self.name else key, table)

    def strings(self) -> dict[str, str]:
        """The whole table as text -> text."""
        return {key: self.value(key, str, "") for key in self._table}

    def items(self) -> Mapping[str, Any]:
        return self._table

    def done(self) -> None:
        """Refuse keys that nobody asked for."""
        for key in self._table:
            if key in self._known:
                continue
            nearest = process.extractOne(key, self._known)
            hint_zh = f"；是否想写 {nearest[0]}？" if nearest else "。"
            hint_en = f"; did you mean {nearest[0]}?" if nearest else "."
            label = self._label(key)
            raise wrong(
                f"映射文件中有未知的键 {label}{hint_zh}",
                f"Unknown key {label} in the mapping{hint_en}",
            )


def _layout(file: _Section) -> Layout:
    return Layout(
        kind=file.choice("kind", TableKind, TableKind.TEXT),
        encoding=file.value("encoding", str, "utf-8"),
        delimiter=file.value("delimiter", str, ","),
        header_row=file.value("header_row", int, 1),
        sheet=file.value("sheet", str, ""),
    )


def _columns(section: _Section) -> dict[Column, str]:
    named = {column: section.value(column.value, str, "") for column in Column}
    section.done()
    return {column: name for column, name in named.items() if name}


def _place(section: _Section) -> Place:
    place = Place(
        lat=section.value("lat", str, ""),
        lon=section.value("lon", str, ""),
        x=section.value("x", str, ""),
        y=section.value("y", str, ""),
        point=section.value("point", str, ""),
        point_order=section.choice("point_order", PointOrder, PointOrder.LAT_LON),
        epsg=section.value("epsg", int, 0),
        datum=section.choice("datum", Datum, Datum.WGS84),
        decimal=section.value("decimal", str, "."),
        scale=section.value("scale", float, 1.0),
    )
    section.done()
    return place


def _times(section: _Section) -> Times:
    columns_section = section.section("columns")
    columns = {stamp: columns_section.texts(stamp.value) for stamp in RecordTime}
    columns_section.done()
    formats_section = section.section("formats")
    formats = {stamp: formats_section.value(stamp.value, str, "") for stamp in RecordTime}
    formats_section.done()
    times = Times(
        zone=section.value("zone", str, ""),
        zone_confirmed=section.value("zone_confirmed", bool, False),
        honour_offset=section.value("honour_offset", bool, True),
        format=section.value("format", str, "iso"),
        columns={stamp: names for stamp, names in columns.items() if any(names)},
        formats={stamp: pattern for stamp, pattern in formats.items() if pattern},
    )
    section.done()
    return times


def _priorities(section: _Section) -> dict[str, Priority]:
    found: dict[str, Priority] = {}
    for raw in section.items():
        level = section.value(raw, int, 0)
        if level not in tuple(Priority):
            raise wrong(
                f"[priorities] {raw} 应为 1（最急）至 4，现为 {level}。",
                f"[priorities] {raw} must be 1 (most urgent) to 4, it is {level}.",
            )
        found[raw] = Priority(level)
    return found


def _check(mapping: RecordMapping) -> None:
    """What the keys must satisfy together."""
    layout, place, times = mapping.layout, mapping.place, mapping.times
    if layout.kind is TableKind.TEXT and len(layout.delimiter) != 1:
        raise wrong("[file] delimiter 应为一个字符。", "[file] delimiter must be one character.")
    if layout.header_row < 0:
        raise wrong("[file] header_row 不能为负。", "[file] header_row must not be negative.")
    if not times.columns:
        raise wrong(
            "[times.columns] 至少要写一列时间。", "[times.columns] must name at least one column."
        )
    if any(len(names) > 2 for names in times.columns.values()):
        raise wrong(
            "[times.columns] 每项最多两列：日期、时间。",
            "[times.columns] takes at most two columns each: a date and a time.",
        )
    if mapping.rows is RowMeaning.UNIT and not (
        Column.CALL in mapping.columns and Column.UNIT in mapping.columns
    ):
        raise wrong(
            "每行一个单位时，[columns] 必须写 call 和 unit。",
            "With one row per unit, [columns] must name both `call` and `unit`.",
        )
    if bool(place.lat) != bool(place.lon) or bool(place.x) != bool(place.y):
        raise wrong(
            "[place] lat 与 lon、x 与 y 须成对填写。",
            "[place] needs lat with lon, and x with y.",
        )
    if place.decimal not in (".", ","):
        raise wrong('[place] decimal 只能是 "." 或 ","。', '[place] decimal must be "." or ",".')
    try:
        ZoneInfo(times.zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise wrong(
            f"[times] zone 没有时区 {times.zone!r}；应如 Asia/Shanghai。",
            f"[times] zone: there is no zone {times.zone!r}; write one like America/Chicago.",
        ) from None
    for pattern in (times.format, *times.formats.values()):
        try:
            time_reader(pattern)
        except BadFormatError as error:
            raise wrong(
                f"[times] 时间格式 {pattern!r} 无效（{error}）；"
                f"可用 {'、'.join(NAMED_FORMATS)} 或 %Y %m 等。",
                f"[times] format {pattern!r} makes no sense ({error}); use "
                f"{', '.join(NAMED_FORMATS)} or a pattern of %Y %m and so on.",
            ) from error
