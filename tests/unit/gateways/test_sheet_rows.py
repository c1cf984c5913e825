"""Tables from files of any origin: what they say, and what is refused before it costs anything."""

from __future__ import annotations

import io
import tracemalloc
import zipfile

import pytest
import xlsxwriter

from wardmote.gateways.place_tables.reading import PlaceTableProblem, read_place_table
from wardmote.gateways.sheet_rows import (
    MOST_CHARACTERS,
    MOST_COLUMNS,
    MOST_IN_A_ROW,
    MOST_TEXTS,
    MOST_WIDE,
    SheetError,
    SheetLimits,
    sheet_rows,
)
from wardmote.gateways.staff_tables.reading import StaffTableError, read_staff_table
from wardmote.web.pages.staff.tables import unreadable

LIMITS = SheetLimits(10_000_000, 1_000)
SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def workbook() -> bytes:
    raw = io.BytesIO()
    with xlsxwriter.Workbook(raw) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["code", "name"])
        sheet.write_row(1, 0, [430521101201, "桃花村"])
    return raw.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook())) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.namelist():
            new.writestr(entry, content if entry == name else old.read(entry))
    return made.getvalue()


def sheet_of(rows: str) -> bytes:
    return with_part(SHEET, f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>".encode())


def with_garbage() -> bytes:
    raw = bytearray(workbook())
    with zipfile.ZipFile(io.BytesIO(bytes(raw))) as packed:
        info = packed.getinfo(SHEET)
    begin = info.header_offset + 30 + len(info.filename)
    raw[begin : begin + 20] = b"\xff" * 20
    return bytes(raw)


def encrypted() -> bytes:
    raw = bytearray(workbook())
    for signature, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = raw.find(signature)
        while at >= 0:
            raw[at + flags] |= 1
            at = raw.find(signature, at + 1)
    return bytes(raw)


DAMAGED = {
    "workbook": with_part("xl/workbook.xml", b"<workbook"),
    "texts": with_part("xl/sharedStrings.xml", b"<sst><si>"),
    "styles": with_part("xl/styles.xml", b"<styleSheet><zz"),
    "types": with_part("[Content_Types].xml", b"<Types"),
    "a text that is not there": sheet_of('<row r="1"><c r="A1" t="s"><v>999</v></c></row>'),
    "deflate": with_garbage(),
    "password": encrypted(),
    "rubbish": b"PK\x03\x04rubbish",
}


@pytest.mark.parametrize("name", DAMAGED)
def test_a_damaged_workbook_is_a_sentence_and_not_a_failure(name: str) -> None:
    with pytest.raises(SheetError) as refused:
        list(sheet_rows(DAMAGED[name], LIMITS))
    assert refused.value.code == "not_a_workbook"
    with pytest.raises(StaffTableError) as staff:
        read_staff_table(DAMAGED[name])
    assert staff.value.code == "not_a_workbook"
    with pytest.raises(PlaceTableProblem, match="Save it anew"):
        read_place_table(DAMAGED[name])


def test_cells_rows_and_columns_end_where_the_limit_is() -> None:
    far = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(1, 401))
    tracemalloc.start()
    rows = list(sheet_rows(sheet_of(far), LIMITS))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert {len(row) for row in rows} <= {0, MOST_COLUMNS}
    assert peak < 8_000_000
    text = ("," * 99 + "\n" + "a" * 5_000 + "\n" * 5_000).encode()
    read = list(sheet_rows(text, LIMITS))
    assert (len(read[0]), len(read[1][0]), len(read)) == (MOST_COLUMNS, MOST_CHARACTERS, 1_001)


def test_a_row_wider_than_any_spreadsheet_is_refused_with_a_sentence() -> None:
    widest = ("code,name" + "," * (MOST_WIDE - 2) + "\n430521101201,村\n").encode()
    assert [len(row) for row in sheet_rows(widest, LIMITS)] == [MOST_COLUMNS, 2]
    for wide in (b"," + widest, b"code,name\n" + b"430521101201," * 900_000):
        with pytest.raises(SheetError) as refused:
            list(sheet_rows(wide, SheetLimits(20_000_000, 10)))
        assert (refused.value.code, refused.value.most) == ("wide_row", MOST_WIDE)
        with pytest.raises(PlaceTableProblem) as places:
            read_place_table(wide)
        assert "16384" in places.value.message.zh
        assert "16384" in places.value.message.en
    with pytest.raises(StaffTableError) as staff:
        read_staff_table(b"," + widest)
    assert "16384" in unreadable(staff.value)


def test_what_would_fill_the_memory_is_refused_before_it_is_unpacked() -> None:
    texts = with_part("xl/sharedStrings.xml", b" " * (MOST_TEXTS + 1))
    one_row = sheet_of('<row r="1">' + '<c r="A1"><v>1</v></c>' * 100_000 + "</row>")
    assert len(one_row) < 100_000
    for raw, code in ((texts, "unpacks_too_large"), (one_row, "long_row")):
        with pytest.raises(SheetError) as refused:
            next(sheet_rows(raw, LIMITS))
        assert refused.value.code == code
    assert 100_000 * len('<c r="A1"><v>1</v></c>') > MOST_IN_A_ROW


def test_many_short_rows_are_no_long_row() -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 40_001))
    assert len(rows) > MOST_IN_A_ROW
    assert len(list(sheet_rows(sheet_of(rows), SheetLimits(10_000_000, 50_000)))) == 40_000


def test_a_file_beyond_its_bytes_is_not_read() -> None:
    with pytest.raises(SheetError) as refused:
        next(sheet_rows(b"a" * 11, SheetLimits(10, 5)))
    assert (refused.value.code, refused.value.most) == ("too_large", 10)
