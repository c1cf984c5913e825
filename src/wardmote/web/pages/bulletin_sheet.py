"""A bulletin as a workbook: its findings, then one sheet for each table."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter
from django.utils.translation import gettext as _

from wardmote.web.tables import Table, table_values

_MAX_SHEET_NAME = 31
_MAX_WIDTH = 40
_NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


def workbook_of(
    title: str, period: str, tables: Sequence[Table], findings: Sequence[str] = ()
) -> bytes:
    """The workbook (.xlsx). Texts are never taken for formulas."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as workbook:
        heading = workbook.add_format({"bold": True, "font_size": 14})
        header = workbook.add_format({"bold": True, "text_wrap": True, "bottom": 1})
        if findings:
            sheet = workbook.add_worksheet(_("Findings"))
            sheet.write_string(0, 0, f"{title} {period}", heading)
            for row, sentence in enumerate(findings, start=2):
                sheet.write_string(row, 0, sentence)
        for number, table in enumerate(tables, start=1):
            sheet = workbook.add_worksheet(_sheet_name(number, table.title))
            sheet.write_string(0, 0, f"{title} {period}", heading)
            sheet.write_string(1, 0, table.title)
            sheet.write_row(3, 0, table.header, header)
            for row, values in enumerate(table_values(table), start=4):
                sheet.write_row(row, 0, values)
            sheet.freeze_panes(4, 1)
            for column, text in enumerate(table.header):
                longest = max([len(text), *(len(row[column].text) for row in table.rows)])
                sheet.set_column(column, column, min(2.2 * longest + 2, _MAX_WIDTH))
    return buffer.getvalue()


def _sheet_name(number: int, title: str) -> str:
    """What a sheet is called: its number keeps it apart from those whose titles begin alike."""
    return " ".join(f"{number} {title}".translate(_NOT_IN_NAMES).split())[:_MAX_SHEET_NAME].strip()
