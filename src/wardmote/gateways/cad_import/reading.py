"""Opening a table of records: csv, tsv, csv.gz or xlsx, whatever its encoding and delimiter.

Every cell is handed on as text, exactly as the file spells it; a spreadsheet's dates are written
out in ISO form. Nothing is interpreted here.
"""

from __future__ import annotations

import codecs
import csv
import datetime
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from wardmote.core.domain.problem import Problem
from wardmote.gateways.cad_import import sniffing

SAMPLE_BYTES = 4 << 20
"""What encoding and delimiter are judged by."""

MAX_ROWS = 5_000_000
MAX_COLUMNS = 1_000
MAX_FIELD_CHARS = 1 << 20
PREAMBLE_ROWS = 20
"""The header is looked for in this many first rows: exports begin with titles and dates."""


_BAD_WORKBOOK = (
    zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, TypeError, IndexError,
    OSError, EOFError, zlib.error, ElementTree.ParseError,
)  # fmt: skip
"""What openpyxl lets through when parts of a workbook are missing or damaged."""


class TableKind(StrEnum):
    """How the file is built."""

    TEXT = "text"
    WORKBOOK = "workbook"


@dataclass(frozen=True, slots=True)
class Layout:
    """How to read the file's rows.

    Attributes:
        encoding: Python's name of the encoding; empty for a workbook.
        delimiter: one character; empty for a workbook.
        header_row: number of the row with the column names, from 1; 0 when there is none, and the
            columns are then called ``column 1``, ``column 2`` and so on.
        sheet: name of the sheet; empty for a text file.
    """

    kind: TableKind
    encoding: str
    delimiter: str
    header_row: int
    sheet: str


class UnreadableFileProblem(Problem):
    """The file cannot be read as a table: what is wrong and what to do."""


def detect_layout(path: Path, sheet: str = "") -> Layout:
    """How the file seems to be built.

    Raises:
        UnreadableFileProblem: missing, empty, not a table, or damaged.
    """
    head = _first_bytes(path)
    if head.startswith(b"PK\x03\x04"):
        rows = _first_rows(_workbook_rows(path, sheet), PREAMBLE_ROWS)
        name = sheet or _sheet_names(path)[0]
        layout = Layout(TableKind.WORKBOOK, "", "", 0, name)
    else:
        encoding = sniffing.encoding(head)
        text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
        wrong = sniffing.not_a_table(head, text)
        if wrong is not None:
            raise UnreadableFileProblem(zh=f"{path.name} {wrong.zh}", en=f"{path.name} {wrong.en}")
        try:
            delimiter = sniffing.delimiter(text)
            source = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
            rows = _first_rows(source, PREAMBLE_ROWS)
        except csv.Error as error:
            raise _damaged(path, error) from error
        layout = Layout(TableKind.TEXT, encoding, delimiter, 0, "")
    if not any(cell.strip() for row in rows for cell in row):
        raise _empty(path)
    header_row = sniffing.header_row(rows)
    return Layout(layout.kind, layout.encoding, layout.delimiter, header_row, layout.sheet)


def read_rows(path: Path, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Every row that is not wholly blank, with its number from 1, the header row included.

    Raises:
        UnreadableFileProblem: missing, damaged, in another encoding, or beyond the limits.
    """
    if layout.kind is TableKind.WORKBOOK:
        rows = _workbook_rows(path, layout.sheet)
    else:
        rows = _text_rows(path, layout)
    for number, row in enumerate(rows, start=1):
        if number > MAX_ROWS:
            raise UnreadableFileProblem(
                zh=f"{path.name} 超过 {MAX_ROWS} 行；请按年份拆分。",
                en=f"{path.name} has more than {MAX_ROWS} rows; split it by year.",
            )
        if any(cell and not cell.isspace() for cell in row):
            yield number, row


def column_names(path: Path, layout: Layout) -> tuple[str, ...]:
    """The columns' names, made unique: a repeated name gets its position behind it."""
    for number, row in read_rows(path, layout):
        if layout.header_row in (number, 0):
            cells = row if layout.header_row else [""] * len(row)
            return unique_names(cells)
    raise _empty(path)


def unique_names(cells: list[str]) -> tuple[str, ...]:
    """Header cells as distinct, non-empty names."""
    names: list[str] = []
    for position, cell in enumerate(cells, start=1):
        name = " ".join(cell.replace("\ufeff", "").split()) or f"column {position}"
        names.append(name if name not in names else f"{name} ({position})")
    return tuple(names)


def _empty(path: Path) -> UnreadableFileProblem:
    return UnreadableFileProblem(zh=f"{path.name} 是空的。", en=f"{path.name} holds no rows.")


def _damaged(path: Path, why: object) -> UnreadableFileProblem:
    return UnreadableFileProblem(
        zh=f"{path.name} 已损坏或不完整（{why}）；请重新导出。",
        en=f"{path.name} is damaged or incomplete ({why}); export it again.",
    )


def _open(path: Path) -> gzip.GzipFile | io.BufferedReader:
    if not path.is_file():
        raise UnreadableFileProblem(zh=f"没有文件 {path}。", en=f"There is no file {path}.")
    with path.open("rb") as probe:
        packed = probe.read(2) == b"\x1f\x8b"
    return gzip.open(path, "rb") if packed else path.open("rb")


def _first_bytes(path: Path) -> bytes:
    try:
        with _open(path) as file:
            head = file.read(SAMPLE_BYTES)
    except (OSError, EOFError, zlib.error) as error:
        raise _damaged(path, error) from error
    if not head.strip():
        raise _empty(path)
    return head


def _first_rows(rows: Iterator[list[str]], count: int) -> list[list[str]]:
    return [row for row, _ in zip(rows, range(count), strict=False)]


def _text_rows(path: Path, layout: Layout) -> Iterator[list[str]]:
    csv.field_size_limit(MAX_FIELD_CHARS)
    number = 0
    try:
        with _open(path) as binary:
            file = io.TextIOWrapper(binary, encoding=layout.encoding, newline="")
            for row in csv.reader(file, delimiter=layout.delimiter):
                number += 1
                if len(row) > MAX_COLUMNS:
                    raise _damaged(path, f"row {number}: {len(row)} columns")
                yield row
    except (EOFError, OSError, zlib.error) as error:
        raise _damaged(path, error) from error
    except LookupError as error:
        raise UnreadableFileProblem(
            zh=f"未知的字符编码 {layout.encoding}。",
            en=f"Unknown character encoding {layout.encoding}.",
        ) from error
    except UnicodeDecodeError as error:
        raise UnreadableFileProblem(
            zh=f"{path.name} 第 {number + 1} 行附近不是 {layout.encoding} 编码；请改对应设置。",
            en=f"{path.name} is not {layout.encoding} near row {number + 1}; "
            "set another encoding in the mapping.",
        ) from error
    except csv.Error as error:
        raise _damaged(path, f"row {number + 1}: {error}") from error


def _sheet_names(path: Path) -> list[str]:
    _check_workbook(path)
    try:
        book = openpyxl.load_workbook(path, read_only=True)
        names = list(book.sheetnames)
        book.close()
    except _BAD_WORKBOOK as error:
        raise _damaged(path, error) from error
    if not names:
        raise _empty(path)
    return names


def _check_workbook(path: Path) -> None:
    """Tell an archive that holds something else from a workbook."""
    try:
        with zipfile.ZipFile(path) as archive:
            inside = archive.namelist()
    except (zipfile.BadZipFile, OSError) as error:
        raise _damaged(path, error) from error
    if "[Content_Types].xml" not in inside or not any(n.startswith("xl/") for n in inside):
        shown = ", ".join(inside[:3])
        raise UnreadableFileProblem(
            zh=f"{path.name} 是压缩包（内有 {shown}），不是工作簿；请先解压。",
            en=f"{path.name} is an archive (it holds {shown}), not a workbook; unpack it first.",
        )


def _workbook_rows(path: Path, sheet: str) -> Iterator[list[str]]:
    names = _sheet_names(path)
    if sheet and sheet not in names:
        raise UnreadableFileProblem(
            zh=f"{path.name} 没有工作表 {sheet}；现有：{'、'.join(names)}。",
            en=f"{path.name} has no sheet {sheet}; it has: {', '.join(names)}.",
        )
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        try:
            worksheet = book[sheet or names[0]]
            # Some programs state a size that is wrong; the cells themselves are what counts.
            worksheet.reset_dimensions()
            for row in worksheet.iter_rows(values_only=True):
                yield [_cell_text(value) for value in row]
        finally:
            book.close()
    except _BAD_WORKBOOK as error:
        raise _damaged(path, error) from error


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime | datetime.time | datetime.date):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
