"""A table of divisions and grids from a spreadsheet, read into lines with errors by row and column.

Columns are recognised by their heading, in any order, in Chinese or English:

| column | headings |
|---|---|
| code | code, 代码, 编码, 区划代码 ... (2 to 15 digits; short ones are filled with zeros) |
| name | name, 名称; name_zh, 中文名; name_en, 英文名 |
| lon, lat | longitude, 经度; latitude, 纬度 |
| population | population, 人口, 常住人口 |
| first, last | from, 起始日; to, 终止日 (2026-11-22, 2026/11/22 or 20261122) |

Other columns are not read, and said. An empty cell says nothing.
"""

from __future__ import annotations

import datetime
import itertools
import math
import re
from collections.abc import Sequence

from wardmote.core.domain.division_changes import full_code
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.text import Bilingual
from wardmote.core.gazetteer.folding import has_han
from wardmote.gateways.datums import Datum, to_wgs84
from wardmote.gateways.sheet_rows import SheetError, SheetLimits, sheet_rows, unread_headings
from wardmote.operations.places.lines import (
    MOST_LINES,
    PlaceLine,
    PlaceLines,
    RowProblem,
    RowReason,
)

MOST_BYTES = 40_000_000
HEADING_ROWS = 10
"""The headings are looked for in this many first rows: sheets begin with titles."""

_HEADINGS = {
    "code": {"code", "divisioncode", "gridcode", "代码", "编码", "区划代码", "行政区划代码",
             "统计用区划代码", "网格编码", "网格代码"},
    "name": {"name", "名称", "区划名称", "行政区划名称", "网格名称"},
    "name_zh": {"namezh", "zh", "chinesename", "中文名", "中文名称"},
    "name_en": {"nameen", "en", "englishname", "英文名", "英文名称"},
    "lon": {"lon", "lng", "longitude", "经度"},
    "lat": {"lat", "latitude", "纬度"},
    "population": {"population", "residents", "人口", "常住人口", "人口数"},
    "first": {"first", "from", "validfrom", "firstday", "起始日", "起始日期", "启用日期",
              "生效日期"},
    "last": {"last", "to", "validto", "lastday", "终止日", "终止日期", "停用日期", "失效日期"},
}  # fmt: skip
_DAY = re.compile(r"(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:[ T]00:00(?::00)?)?\Z")
_UNREADABLE = {
    "too_large": Bilingual("文件超过 {most} MB。", "The file is larger than {most} MB."),
    "unpacks_too_large": Bilingual(
        "工作簿解压后超过 {most} MB，请拆分后再导入，或另存为 CSV。",
        "The workbook is larger than {most} MB when unpacked. Import it in parts, or save it as "
        "CSV.",
    ),
    "long_row": Bilingual(
        "工作簿中有一行超过 {most} MB，不是表格。请另存为 CSV 再导入。",
        "A row of the workbook is longer than {most} MB: that is no table. Save it as CSV.",
    ),
    "wide_row": Bilingual(
        "表格中有一行超过 {most} 列，不是表格。请检查分隔符和换行后再导入。",
        "A row has more than {most} columns: that is no table. Look at its separators and the "
        "ends of its lines.",
    ),
    "not_text": Bilingual(
        "文件不是文本表格，也不是 xlsx。请另存为 CSV（UTF-8）或 xlsx。",
        "The file is neither a text table nor xlsx. Save it as CSV (UTF-8) or xlsx.",
    ),
    "not_a_workbook": Bilingual(
        "工作簿已损坏，无法读取。请重新另存为 xlsx，或另存为 CSV。",
        "The workbook is damaged and cannot be read. Save it anew as xlsx, or as CSV.",
    ),
    "empty": Bilingual("工作簿里没有工作表。", "The workbook has no sheet."),
}
_ROUNDED = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+\Z")


class PlaceTableProblem(Problem):
    """A table of places that cannot be read at all."""


def read_place_table(data: bytes, datum: Datum = Datum.WGS84) -> PlaceLines:
    """The rows of a CSV file (UTF-8 or GB 18030; comma, semicolon or tab) or of an xlsx workbook.

    Of a workbook the first sheet is read.

    Args:
        datum: of the coordinates in the table.

    Raises:
        PlaceTableProblem: it is neither, is damaged or too large, or has no column of codes.
    """
    rows = sheet_rows(data, SheetLimits(MOST_BYTES, HEADING_ROWS + MOST_LINES))
    try:
        first = list(itertools.islice(rows, HEADING_ROWS))
        heading, columns = _columns(first)
        reader = _Reader(columns, first[heading], datum)
        for number, row in enumerate(itertools.chain(first[heading + 1 :], rows), heading + 2):
            if number - heading - 1 > MOST_LINES:
                raise PlaceTableProblem(
                    zh=f"表格超过 {MOST_LINES} 行，请拆分后再导入。",
                    en=f"The table has more than {MOST_LINES} rows. Import it in parts.",
                )
            if any(row):
                reader.row(number, row)
    except SheetError as error:
        said = _UNREADABLE[error.code]
        most = error.most if error.code == "wide_row" else error.most // 1_000_000
        raise PlaceTableProblem(
            zh=said.zh.format(most=most), en=said.en.format(most=most)
        ) from None
    return reader.done()


def _columns(rows: Sequence[Sequence[str]]) -> tuple[int, dict[str, int]]:
    """The row of the headings, from 0, and the column of each field."""
    for number, row in enumerate(rows):
        found: dict[str, int] = {}
        for index, heading in enumerate(row):
            key = re.sub(r"[\s_\-.()（）]", "", heading).casefold()
            for column, names in _HEADINGS.items():
                if key in names and column not in found:
                    found[column] = index
        if "code" in found:
            return number, found
    seen = ", ".join(cell or "?" for cell in rows[0])[:200] if rows else ""
    raise PlaceTableProblem(
        zh=f"表格缺少代码列（code/代码/区划代码）。现有列：{seen or '无'}。",
        en=f"The table lacks a column of codes (code, 代码). It has: {seen or 'nothing'}.",
    )


class _Reader:
    def __init__(self, columns: dict[str, int], headings: Sequence[str], datum: Datum) -> None:
        self._columns = columns
        self._headings = {column: headings[index] for column, index in columns.items()}
        self._unread = unread_headings(headings, set(columns.values()))
        self._datum = datum
        self._lines: list[PlaceLine] = []
        self._faulty: list[PlaceLine] = []
        self._problems: list[RowProblem] = []
        self._wrong_now: list[str] = []

    def row(self, number: int, cells: Sequence[str]) -> None:
        self._wrong_now = []
        code = self._code(number, cells)
        zh, en = self._names(cells)
        lon, lat = self._position(number, cells)
        population = self._population(number, cells)
        first, last = self._day(number, cells, "first"), self._day(number, cells, "last")
        if code is None:
            return
        wrong = tuple(self._wrong_now)
        line = PlaceLine(number, code, zh, en, lon, lat, population, first, last, wrong)
        (self._faulty if wrong else self._lines).append(line)

    def done(self) -> PlaceLines:
        headings = {"name": self._headings.get("name_zh", "name")} | self._headings
        return PlaceLines(
            tuple(self._lines),
            (),
            tuple(self._problems),
            tuple(sorted(headings.items())),
            tuple(self._faulty),
            self._unread,
        )

    def _cell(self, cells: Sequence[str], column: str) -> str:
        index = self._columns.get(column)
        return cells[index] if index is not None and index < len(cells) else ""

    def _wrong(self, number: int, column: str, reason: RowReason, value: str) -> None:
        self._wrong_now.append(column)
        heading = self._headings.get(column, column)
        self._problems.append(RowProblem(number, heading, reason, value[:40]))

    def _code(self, number: int, cells: Sequence[str]) -> str | None:
        typed = self._cell(cells, "code").lstrip("'")
        if _ROUNDED.match(typed):
            self._wrong(number, "code", RowReason.CODE_ROUNDED, typed)
            return None
        code = full_code(typed)
        if code is None:
            self._wrong(number, "code", RowReason.CODE, typed)
        return code

    def _names(self, cells: Sequence[str]) -> tuple[str | None, str | None]:
        name = self._cell(cells, "name")
        zh, en = self._cell(cells, "name_zh"), self._cell(cells, "name_en")
        if name and not zh and (has_han(name) or en):
            zh = name
        elif name and not en and not has_han(name):
            en = name
        return zh or None, en or None

    def _number(self, number: int, cells: Sequence[str], column: str) -> float | None:
        typed = self._cell(cells, column).replace(",", "").replace("，", "")
        if not typed:
            return None
        try:
            value = float(typed)
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            self._wrong(number, column, RowReason.NUMBER, typed)
            return None
        return value

    def _position(self, number: int, cells: Sequence[str]) -> tuple[float | None, float | None]:
        before = len(self._problems)
        lon, lat = self._number(number, cells, "lon"), self._number(number, cells, "lat")
        if len(self._problems) > before or (lon is None and lat is None):
            return None, None
        if lon is None or lat is None or abs(lon) > 180 or abs(lat) > 90:
            self._wrong(number, "lon", RowReason.DEGREES, f"{lon}, {lat}")
            return None, None
        return to_wgs84(lon, lat, self._datum)

    def _population(self, number: int, cells: Sequence[str]) -> int | None:
        value = self._number(number, cells, "population")
        if value is None:
            return None
        if not (value.is_integer() and 0 <= value < 2**31):
            self._wrong(number, "population", RowReason.NUMBER, self._cell(cells, "population"))
            return None
        return int(value)

    def _day(self, number: int, cells: Sequence[str], column: str) -> datetime.date | None:
        typed = self._cell(cells, column)
        if not typed:
            return None
        match = _DAY.match(typed)
        try:
            if match is not None:
                return datetime.date(*(int(part) for part in match.groups()))
        except ValueError:
            pass  # no such day in the calendar: said below
        self._wrong(number, column, RowReason.DAY, typed)
        return None
