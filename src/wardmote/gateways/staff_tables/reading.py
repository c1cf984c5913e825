"""Reading a table of staff into rows of text, whatever wrote it.

What is wrong is told as codes with the row and the column as a spreadsheet numbers them; nothing is
guessed. Files are limited in bytes, rows and cells, and a workbook also in what it unpacks to.
"""

from __future__ import annotations

import csv
import datetime
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from wardmote.gateways.staff_tables.columns import HEADINGS, NEEDED, columns_of
from wardmote.operations.people.tables import TableRow

MAX_BYTES = 8_000_000
MAX_UNPACKED_BYTES = 150_000_000
MAX_ROWS = 20_000
MAX_CELL = 200
MAX_COLUMNS = 60
_WORKBOOK = b"PK\x03\x04"


class StaffTableError(Exception):
    """A file that is no table of staff.

    Attributes:
        code: ``too_large``, ``not_text``, ``not_a_workbook``, ``empty``, ``no_columns``,
            ``too_many_rows`` or ``long_cell``.
        values: what the sentence about it is filled with.
    """

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def read_staff_table(raw: bytes) -> tuple[TableRow, ...]:
    """The rows of a CSV (UTF-8 or GB 18030) or xlsx file, blank ones left out.

    Raises:
        StaffTableError: it cannot be read as a table of staff.
    """
    if len(raw) > MAX_BYTES:
        raise StaffTableError("too_large", most=MAX_BYTES)
    table = _workbook_rows(raw) if raw.startswith(_WORKBOOK) else _text_rows(raw)
    headings = next(table, None)
    if headings is None or not any(headings):
        raise StaffTableError("empty")
    columns = columns_of(headings)
    missing = [column for column in NEEDED if column not in columns]
    if not {"name_zh", "name_en"} & set(columns):
        missing.append("name_zh")
    if missing:
        raise StaffTableError("no_columns", missing=missing, found=", ".join(headings)[:200])
    return tuple(_rows(table, columns))


def _rows(table: Iterator[list[str]], columns: dict[str, int]) -> Iterator[TableRow]:
    for number, cells in enumerate(table, start=2):
        if number > MAX_ROWS + 1:
            raise StaffTableError("too_many_rows", most=MAX_ROWS)
        if not any(cells):
            continue
        texts = {name: cells[at] for name, at in columns.items() if at < len(cells)}
        for column, text in texts.items():
            if len(text) > MAX_CELL:
                raise StaffTableError("long_cell", row=number, column=column, most=MAX_CELL)
        yield TableRow(number, **texts)


def _text_rows(raw: bytes) -> Iterator[list[str]]:
    text = _decoded(raw)
    if text is None or "\0" in text:
        raise StaffTableError("not_text")
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            yield [cell.strip() for cell in row[:MAX_COLUMNS]]
    except csv.Error as error:
        raise StaffTableError("not_text") from error


def _decoded(raw: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _workbook_rows(raw: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            unpacked = sum(entry.file_size for entry in packed.infolist())
        if unpacked > MAX_UNPACKED_BYTES:
            raise StaffTableError("too_large", most=MAX_BYTES)
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, EOFError) as error:
        raise StaffTableError("not_a_workbook") from error
    sheet = book.worksheets[0] if book.worksheets else None
    if sheet is None:
        raise StaffTableError("empty")
    return _sheet_rows(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True))


def _sheet_rows(rows: Iterable[Sequence[Any]]) -> Iterator[list[str]]:
    try:
        for row in rows:
            yield [_cell(value) for value in row]
    except (zipfile.BadZipFile, KeyError, ValueError, ParseError) as error:
        raise StaffTableError("not_a_workbook") from error


def _cell(value: Any) -> str:
    """A cell of a workbook as text: whole numbers without a point, dates as ISO."""
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


EXAMPLE = {
    "zh": ("P000123", "张三", "Zhang San", "民警", "430521101000", "社区民警", "一号警务区",
           "2026-01-01", ""),
    "en": ("P000123", "张三", "Zhang San", "Police officer", "430521101000", "Community officer",
           "Beat 1", "2026-01-01", ""),
}  # fmt: skip


def template_rows(language: str) -> tuple[list[str], list[str]]:
    """Headings and an invented row of the table to fill in, in a language."""
    at = 0 if language.startswith("zh") else 1
    example = EXAMPLE["zh" if at == 0 else "en"]
    return [zh if at == 0 else en for zh, en, _others in HEADINGS.values()], list(example)
