"""Tables of places: headings, cells, and errors by row and column."""

from __future__ import annotations

import datetime
import io

import openpyxl
import pytest

from wardmote.core.domain.problem import Problem
from wardmote.gateways.datums import Datum
from wardmote.gateways.place_tables.reading import read_place_table
from wardmote.operations.places.lines import PlaceLine, RowReason


def csv_of(*rows: str, encoding: str = "utf-8") -> bytes:
    return "\r\n".join(rows).encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_columns_are_known_by_their_headings_in_any_order(encoding: str) -> None:
    table = csv_of(
        "全县村（社区）名单,,,", "名称,区划代码,起始日,常住人口",
        "桃花村,430521101201,2020年1月2日,1200", "桥镇,430521101,,", encoding=encoding,
    )  # fmt: skip
    read = read_place_table(table)
    assert read.places == (
        PlaceLine(3, "430521101201", "桃花村", population=1200, first=datetime.date(2020, 1, 2)),
        PlaceLine(4, "430521101000", "桥镇"),
    )
    assert read.heading("first") == "起始日"


def test_a_workbook_keeps_long_codes_typed_as_numbers() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["code", "name_zh", "name_en", "lon", "lat", "to"])
    sheet.append([430521101201001, "一网格", "Grid 1", 111.5, 27.2, datetime.datetime(2026, 5, 1)])
    packed = io.BytesIO()
    book.save(packed)
    (line,) = read_place_table(packed.getvalue()).places
    assert (line.code, line.zh, line.en) == ("430521101201001", "一网格", "Grid 1")
    assert (line.lon, line.lat, line.last) == (111.5, 27.2, datetime.date(2026, 5, 1))


def test_positions_are_turned_from_the_datum_that_was_named() -> None:
    table = csv_of("code;name;lon;lat", "430521101201;T;111.5;27.2")
    (line,) = read_place_table(table, Datum.GCJ02).places
    assert line.lon is not None
    assert 0.003 < abs(line.lon - 111.5) < 0.01


def test_every_wrong_cell_is_named_by_row_and_column() -> None:
    table = csv_of(
        "code,name,lon,lat,人口,from,to",
        "4.30521E+11,A,,,,,",
        "43052,B,,,,,",
        "430521101201,C,111,,,,",
        "430521101202,D,111,95,many,2026-02-30,",
        "430521101203,E,x,27,-1,,soon",
        "430521101204,F,,,1.5,,",
    )
    read = read_place_table(table)
    assert [(one.row, one.column, one.reason) for one in read.problems] == [
        (2, "code", RowReason.CODE_ROUNDED),
        (3, "code", RowReason.CODE),
        (4, "lon", RowReason.DEGREES),
        (5, "lon", RowReason.DEGREES),
        (5, "人口", RowReason.NUMBER),
        (5, "from", RowReason.DAY),
        (6, "lon", RowReason.NUMBER),
        (6, "人口", RowReason.NUMBER),
        (6, "to", RowReason.DAY),
        (7, "人口", RowReason.NUMBER),
    ]
    assert read.places == ()
    assert [(one.row, one.wrong) for one in read.faulty] == [
        (4, ("lon",)),
        (5, ("lon", "population", "first")),
        (6, ("lon", "population", "last")),
        (7, ("population",)),
    ]


def test_headings_that_are_not_known_or_come_twice_are_said_and_bounded() -> None:
    table = csv_of("name,所长电话,code,,name", "A,1,430521101201,x,B")
    assert read_place_table(table).unread == ("所长电话", "name")
    many = csv_of("code," + ",".join(f"note {number}" for number in range(59)), "430521101201")
    unread = read_place_table(many).unread
    assert (unread[0], len(unread), unread[-1]) == ("note 0", 21, "…")
    exact = csv_of("code," + ",".join(f"note {number}" for number in range(20)), "430521101201")
    assert read_place_table(exact).unread[-1] == "note 19"


@pytest.mark.parametrize(
    "data", [b"", b"\x00\x01", b"name,lon\nA,1\n", b"PK\x03\x04 damaged", b"\xff" * 20]
)
def test_what_is_no_table_of_places_is_refused_in_both_languages(data: bytes) -> None:
    with pytest.raises(Problem) as problem:
        read_place_table(data)
    assert problem.value.message.zh
    assert problem.value.message.en
