"""Tables for spreadsheets: CSV in lines, and workbooks of one sheet."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, line: str) -> str:
        return line


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """UTF-8 CSV with a byte-order mark, as spreadsheets expect; no text is a formula."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield writer.writerow([_written(cell) for cell in header])
    for row in rows:
        yield writer.writerow([_written(cell) for cell in row])


def workbook(title: str, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """One sheet (.xlsx) with a frozen header. Texts are never taken for formulas."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet(title[:31])
        sheet.write_row(0, 0, header, book.add_format({"bold": True, "bottom": 1}))
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                sheet.write_string(number, column, str(cell))
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(0, len(header) - 1), 22)
    return buffer.getvalue()


def _written(cell: Any) -> Any:
    """A number as it is, anything else as a text that no spreadsheet takes for a formula."""
    return cell if isinstance(cell, int | float) else _harmless(str(cell))


_FORMULA = tuple("=+-@＝＋－＠\t\r\n")
"""Full-width signs count: East Asian versions of spreadsheets take them for the narrow ones."""


def _harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula (CWE-1236), whatever blanks it begins with."""
    starts = text.startswith(_FORMULA) or _bare(text).startswith(_FORMULA)
    return "'" + text if starts else text


def _bare(text: str) -> str:
    """The text without the blanks and invisible signs that it begins with."""
    for row, letter in enumerate(text):
        if not letter.isspace() and unicodedata.category(letter) not in ("Cc", "Cf"):
            return text[row:]
    return ""


def unread_columns(headings: Sequence[str]) -> str:
    """A sentence about columns of a table that were not read; empty where there are none."""
    if not headings:
        return ""
    return _("Columns not known, or there twice, and not read: %(columns)s") % {
        "columns": ", ".join(headings)
    }
