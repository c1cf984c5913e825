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
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from wardmote.core.domain.problem import Problem

SAMPLE_BYTES = 4 << 20
"""What encoding and delimiter are judged by."""

MAX_ROWS = 5_000_000
MAX_COLUMNS = 1_000
MAX_FIELD_CHARS = 1 << 20
PREAMBLE_ROWS = 20
"""The header is looked for in this many first rows: exports begin with titles and dates."""

DELIMITERS = (",", ";", "\t", "|")


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
        if b"\x00" in head and not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise UnreadableFileProblem(
                zh=f"{path.name} 不是表格文件；请提供 csv、tsv、csv.gz 或 xlsx。",
                en=f"{path.name} is not a table; give a csv, tsv, csv.gz or xlsx file.",
            )
        encoding = _encoding(head)
        text = codecs.getincrementaldecoder(encoding)("replace").decode(head)
        delimiter = _delimiter(text)
        rows = _first_rows(csv.reader(io.StringIO(text), delimiter=delimiter), PREAMBLE_ROWS)
        layout = Layout(TableKind.TEXT, encoding, delimiter, 0, "")
    if not any(cell.strip() for row in rows for cell in row):
        raise _empty(path)
    return Layout(layout.kind, layout.encoding, layout.delimiter, _header_row(rows), layout.sheet)


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
    except (OSError, EOFError) as error:
        raise _damaged(path, error) from error
    if not head.strip():
        raise _empty(path)
    return head


def _encoding(head: bytes) -> str:
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")("strict").decode(head)
    except UnicodeDecodeError:
        return "gb18030" if _high_bytes_come_in_pairs(head) else "cp1252"
    return "utf-8"


def _high_bytes_come_in_pairs(head: bytes) -> bool:
    """Chinese text has runs of bytes >= 0x81; Western text has single ones among ASCII letters."""
    in_runs = alone = 0
    run = 0
    for byte in head + b" ":
        if byte >= 0x81:
            run += 1
            continue
        if run == 1:
            alone += 1
        else:
            in_runs += run
        run = 0
    try:
        codecs.getincrementaldecoder("gb18030")("strict").decode(head)
    except UnicodeDecodeError:
        return False
    return in_runs > 3 * alone


def _delimiter(text: str) -> str:
    """The candidate that splits most rows into the same number (> 1) of fields."""
    lines = text.splitlines(keepends=True)[:200]
    best, best_score = ",", (0.0, 0)
    for candidate in DELIMITERS:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=candidate) if row)
        width, rows = widths.most_common(1)[0]
        score = (rows / widths.total() if width > 1 else 0.0, width)
        if score > best_score:
            best, best_score = candidate, score
    return best


def _header_row(rows: list[list[str]]) -> int:
    """The first row that is as wide as the table and consists of distinct words."""
    widths = Counter(sum(1 for cell in row if cell.strip()) for row in rows)
    usual = max(widths, key=lambda width: (widths[width], width))
    for number, row in enumerate(rows, start=1):
        filled = [cell.strip() for cell in row if cell.strip()]
        if len(filled) < max(2, usual // 2 + 1) and len(row) > 1:
            continue
        if len(set(filled)) == len(filled) and not any(_is_value(cell) for cell in filled):
            return number
        return 0
    return 0


def _is_value(cell: str) -> bool:
    """Whether a cell is data rather than a name: it begins with a digit or a signed digit."""
    return cell.lstrip("+-('\"")[:1].isdigit()


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
    except (EOFError, gzip.BadGzipFile, OSError) as error:
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
    try:
        book = openpyxl.load_workbook(path, read_only=True)
        names = list(book.sheetnames)
        book.close()
    except (zipfile.BadZipFile, InvalidFileException, KeyError, OSError) as error:
        raise _damaged(path, error) from error
    return names


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
            for row in book[sheet or names[0]].iter_rows(values_only=True):
                yield [_cell_text(value) for value in row]
        finally:
            book.close()
    except (zipfile.BadZipFile, KeyError, OSError, EOFError) as error:
        raise _damaged(path, error) from error


def _cell_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime.datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
