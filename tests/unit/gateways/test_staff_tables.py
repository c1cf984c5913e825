"""Tables of staff are read whatever wrote them, and files that are none are refused."""

from __future__ import annotations

import datetime
import io

import pytest
import xlsxwriter
from openpyxl import Workbook

from wardmote.gateways.staff_tables.reading import StaffTableError, read_staff_table

HEAD = "工号,姓名,英文名,人员类别,所属区划,职务,任职地点,任职开始,任职结束\n"
GOOD = HEAD + (
    "P1,张三,Zhang San,民警,430521101000,社区民警,一号警务区,2026-01-01,\n"
    "\n"
    "P3,王五,,civilian,430521102000,,,,\n"
)


def test_a_workbook_reads_like_the_text() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in GOOD.splitlines():
        sheet.append(line.split(",") if line else [None])
    sheet.cell(row=2, column=8).value = datetime.datetime(2026, 1, 1)  # as a spreadsheet has it
    sheet.cell(row=4, column=5).value = 430521102000
    raw = io.BytesIO()
    book.save(raw)
    assert read_staff_table(raw.getvalue()) == read_staff_table(GOOD.encode())
    assert read_staff_table(GOOD.encode("gb18030")) == read_staff_table(GOOD.encode())
    assert read_staff_table(GOOD.replace(",", "\t").encode()) == read_staff_table(GOOD.encode())


def _zeros() -> bytes:
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw) as book:
        book.add_worksheet()
    return raw.getvalue()


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "empty"),
        (b"PK\x03\x04rubbish", "not_a_workbook"),
        (b"\xff\xfe\x00\x00", "not_text"),
        (b"a,b\n1,2\n", "no_columns"),
        ("工号,人员类别\nP1,民警\n".encode(), "no_columns"),
        (b"x" * 8_000_001, "too_large"),
        ((HEAD + "P1," + "长" * 201 + ",,民警,,,,,\n").encode(), "long_cell"),
        ((HEAD + "P1,a,,民警,,,,,\n" * 20_001).encode(), "too_many_rows"),
        (_zeros(), "empty"),
    ],
)
def test_what_is_no_table_of_staff_is_refused(raw: bytes, code: str) -> None:
    with pytest.raises(StaffTableError) as refused:
        read_staff_table(raw)
    assert refused.value.code == code
