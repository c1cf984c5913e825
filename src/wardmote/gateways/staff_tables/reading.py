"""Reading a table of staff into rows of text, whatever wrote it.

What is wrong is told as codes with the row and the column as a spreadsheet numbers them; nothing is
guessed. Files are limited in bytes, rows and cells, and a workbook also in what it unpacks to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from wardmote.gateways.sheet_rows import SheetError, SheetLimits, sheet_rows, unread_headings
from wardmote.gateways.staff_tables.columns import HEADINGS, NEEDED, columns_of
from wardmote.operations.people.tables import TableRow

MAX_BYTES = 8_000_000
MAX_ROWS = 20_000
MAX_CELL = 200


@dataclass(frozen=True, slots=True)
class StaffFile:
    """A table of staff as read.

    Attributes:
        unread: headings of columns that are not known, shortened.
    """

    rows: tuple[TableRow, ...]
    unread: tuple[str, ...]


class StaffTableError(Exception):
    """A file that is no table of staff.

    Attributes:
        code: ``too_large``, ``unpacks_too_large``, ``long_row``, ``wide_row``,
            ``not_text``, ``not_a_workbook``, ``empty``, ``no_columns``, ``too_many_rows`` or
            ``long_cell``.
        values: what the sentence about it is filled with.
    """

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def read_staff_table(raw: bytes) -> tuple[TableRow, ...]:
    """The rows of `read_staff_file`.

    Raises:
        StaffTableError: it cannot be read as a table of staff.
    """
    return read_staff_file(raw).rows


def read_staff_file(raw: bytes) -> StaffFile:
    """A CSV (UTF-8 or GB 18030) or xlsx file, blank rows left out.

    Raises:
        StaffTableError: it cannot be read as a table of staff.
    """
    table = sheet_rows(raw, SheetLimits(MAX_BYTES, MAX_ROWS + 1))
    try:
        headings = next(table, None)
        if headings is None or not any(headings):
            raise StaffTableError("empty")
        columns = columns_of(headings)
        missing = [column for column in NEEDED if column not in columns]
        if not {"name_zh", "name_en"} & set(columns):
            missing.append("name_zh")
        if missing:
            raise StaffTableError("no_columns", missing=missing, found=", ".join(headings)[:200])
        unread = unread_headings(headings, set(columns.values()))
        return StaffFile(tuple(_rows(table, columns)), unread)
    except SheetError as error:
        most = error.most if error.code == "wide_row" else error.most // 1_000_000
        raise StaffTableError(error.code, most=most) from error


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
