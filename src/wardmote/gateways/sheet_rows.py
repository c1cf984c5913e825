"""Rows of text from a CSV file or an xlsx workbook, whatever wrote it, within limits.

Everything is bounded before it costs anything: bytes before decoding, a workbook's parts before
they are unpacked, the cells of a row before the row is built. Rows come one after another.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import IO
from xml.etree import ElementTree

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

MOST_COLUMNS = 60
MOST_WIDE = 16_384
"""Columns that a spreadsheet can have: a row of more is no table, whatever is in it."""

UNREAD_SHOWN = 20
HEADING_SHOWN = 40
"""Headings told of columns that are not read, and characters of each."""

MOST_CHARACTERS = 1_000
"""Of a cell; what is beyond is cut off, and longer than any name or code may be."""

MOST_UNPACKED = 150_000_000
MOST_TEXTS = 40_000_000
"""Bytes of a workbook unpacked, and of its table of texts, which is read as a whole."""

MOST_IN_A_ROW = 1_000_000
"""Bytes of one row of a sheet; a thousand cells take some 60,000."""

WORKBOOK = b"PK\x03\x04"
_TEXTS = "xl/sharedstrings.xml"
_SHEETS = "xl/worksheets/"
_PIECE = 1 << 20
_ROW_BEGINS = re.compile(rb"<(?:\w+:)?row[\s/>]")
_DAMAGED = (
    zipfile.BadZipFile, InvalidFileException, ElementTree.ParseError, zlib.error, struct.error,
    LookupError, ValueError, TypeError, AttributeError, OSError, EOFError, RuntimeError,
    AssertionError, OverflowError,
)  # fmt: skip
"""What zipfile and openpyxl let through when parts of a workbook are missing or damaged."""


class SheetError(Exception):
    """A file that is no table.

    Attributes:
        code: ``too_large`` (`most`: bytes), ``not_text``, ``not_a_workbook``, ``unpacks_too_large``
            (`most`: bytes), ``long_row``, ``wide_row`` (`most`: columns) or ``empty``.
        most: the limit that it exceeds; 0 where there is none.
    """

    def __init__(self, code: str, most: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.most = most


@dataclass(frozen=True, slots=True)
class SheetLimits:
    """How large a file may be."""

    most_bytes: int
    most_rows: int


def sheet_rows(raw: bytes, limits: SheetLimits) -> Iterator[list[str]]:
    """The rows of a CSV file (UTF-8 or GB 18030; comma, semicolon or tab) or of a workbook.

    Cells are stripped; of a workbook the first sheet is read, whole numbers without a point and
    days as ISO. At most one row more than `limits.most_rows` comes, so that the caller can say so.

    Raises:
        SheetError: it is neither, is damaged or too large. It may come while rows are read.
    """
    if len(raw) > limits.most_bytes:
        raise SheetError("too_large", limits.most_bytes)
    rows = _workbook(raw) if raw.startswith(WORKBOOK) else _text(raw)
    for number, row in enumerate(rows):
        if number > limits.most_rows:
            return
        yield row


def unread_headings(headings: Sequence[str], read: Collection[int]) -> tuple[str, ...]:
    """The headings of columns that are not read, shortened; a last "…" where there are more.

    Args:
        read: positions of the columns that are.
    """
    found = [text for at, text in enumerate(headings) if text and at not in read]
    told = tuple(text[:HEADING_SHOWN] for text in found[:UNREAD_SHOWN])
    return (*told, "…") if len(found) > UNREAD_SHOWN else told


def _text(raw: bytes) -> Iterator[list[str]]:
    text = _decoded(raw)
    if text is None or "\0" in text:
        raise SheetError("not_text")
    first = text.split("\n", 1)[0]
    separator = max(",;\t，", key=first.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
            if len(row) > MOST_WIDE:
                raise SheetError("wide_row", MOST_WIDE)
            yield [cell.strip()[:MOST_CHARACTERS] for cell in row[:MOST_COLUMNS]]
    except csv.Error as error:
        raise SheetError("not_text") from error


def _decoded(raw: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def _workbook(raw: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            _check_parts(packed)
        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
        if not book.worksheets:
            raise SheetError("empty")
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for row in sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True):
            yield [_cell(value) for value in row]
    except _DAMAGED as error:
        raise SheetError("not_a_workbook") from error


def _check_parts(packed: zipfile.ZipFile) -> None:
    """Refuse what would fill the memory, before anything is unpacked into it."""
    entries = packed.infolist()
    texts = [one.file_size for one in entries if one.filename.lower().endswith(_TEXTS)]
    if sum(one.file_size for one in entries) > MOST_UNPACKED:
        raise SheetError("unpacks_too_large", MOST_UNPACKED)
    if any(size > MOST_TEXTS for size in texts):
        raise SheetError("unpacks_too_large", MOST_TEXTS)
    for one in entries:
        if one.filename.lower().startswith(_SHEETS) and one.filename.lower().endswith(".xml"):
            with packed.open(one) as sheet:
                _check_rows(sheet)


def _check_rows(sheet: IO[bytes]) -> None:
    """A row is built whole before it is read, so none may be without bound."""
    since = 0
    while piece := sheet.read(_PIECE):
        at = 0
        for begin in _ROW_BEGINS.finditer(piece):
            if since + begin.start() - at > MOST_IN_A_ROW:
                raise SheetError("long_row", MOST_IN_A_ROW)
            since, at = 0, begin.start()
        since += len(piece) - at
        if since > MOST_IN_A_ROW + _PIECE:
            raise SheetError("long_row", MOST_IN_A_ROW)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()[:MOST_CHARACTERS]
