"""Telling from a file's beginning whether it is a table, its encoding, delimiter and header."""

from __future__ import annotations

import codecs
import csv
import re
from collections import Counter
from collections.abc import Callable

from wardmote.core.domain.text import Bilingual

DELIMITERS = (",", ";", "\t", "|")

MAX_CONTROL_SHARE = 0.01
"""Text has (<=) this share of control characters; binary files have far more."""

_SAMPLE_CHARS = 20_000

_GIVE = Bilingual(
    zh="请提供 csv、tsv、csv.gz 或 xlsx。", en="give a csv, tsv, csv.gz or xlsx file."
)
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel 97-2003 (xls)"),
    (b"PAR1", "Parquet"),
    (b"SQLite format 3", "SQLite"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!", "RAR"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)
_JSON = re.compile(r'\s*(\{\s*"|\[\s*[\[{])')
_MARKUP = re.compile(r"(?i)\s*<(\?xml|!doctype|html|table|[a-z][\w:]*[\s>])")


def not_a_table(head: bytes, text: str) -> Bilingual | None:
    """What the file is instead of a table, as the end of a sentence; None for a table."""
    for signature, name in _SIGNATURES:
        if head.startswith(signature):
            return _instead(name)
    if _JSON.match(text):
        return Bilingual(
            zh="是 JSON（或 GeoJSON、JSON Lines）；请把其中的记录转成 csv：每条记录一行，"
            "每个字段一列，坐标分成经度、纬度两列。",
            en="is JSON (or GeoJSON, or JSON Lines); turn its records into a csv: a row for each "
            "record, a column for each field, the position as a longitude and a latitude.",
        )
    if _MARKUP.match(text):
        return _instead("HTML / XML")
    sample = text[:_SAMPLE_CHARS]
    control = sum(1 for char in sample if char < " " and char not in "\t\r\n\f\v\x1a")
    lost = sample.count("\ufffd")
    if control + lost > MAX_CONTROL_SHARE * len(sample):
        return Bilingual(zh=f"不是表格文件；{_GIVE.zh}", en=f"is not a table; {_GIVE.en}")
    return None


def _instead(name: str) -> Bilingual:
    return Bilingual(
        zh=f"是 {name} 文件，不是表格；{_GIVE.zh}", en=f"is {name}, not a table; {_GIVE.en}"
    )


def encoding(head: bytes) -> str:
    """Python's name of the encoding that the bytes seem to be in."""
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    zeros = head[:2_000].count(0)
    if zeros > 0.2 * len(head[:2_000]):
        # Mostly Latin text: the zero byte of each pair comes last in little-endian order.
        return "utf-16-le" if head[1:2_000:2].count(0) > zeros / 2 else "utf-16-be"
    if _decoded(head, "utf-8") is not None:
        return "utf-8"
    found = {name: _usual_share(head, name) for name in _USUAL}
    best = max(found, key=lambda name: found[name])
    # Western text has single high bytes among ASCII letters and reads as rare letters elsewhere.
    return best if found[best] >= 0.75 and _high_bytes_come_in_runs(head) else "cp1252"


def _level_one(name: str, first: int, last: int, *others: tuple[str, str]) -> Callable[[str], bool]:
    """Whether a letter is among the common ones of a national standard, by its lead byte."""

    def usual(char: str) -> bool:
        if any(low <= char <= high for low, high in others):
            return True
        try:
            code = char.encode(name)
        except UnicodeEncodeError:
            return False
        return len(code) == 2 and first <= code[0] <= last

    return usual


_PUNCTUATION = ("\u3000", "\u303f")
_FULL_WIDTH = ("\uff00", "\uff5e")
_USUAL: dict[str, Callable[[str], bool]] = {
    # The frequent characters stand first in each standard: GB 2312, JIS X 0208, Big5, KS X 1001.
    "gb18030": _level_one("gb2312", 0xB0, 0xD7, _PUNCTUATION, _FULL_WIDTH),
    "cp932": _level_one("cp932", 0x88, 0x97, ("\u3040", "\u30ff"), _PUNCTUATION, _FULL_WIDTH),
    "big5": _level_one("big5", 0xA4, 0xC6, _PUNCTUATION, _FULL_WIDTH),
    "euc_kr": _level_one("euc_kr", 0xB0, 0xC8, _PUNCTUATION, _FULL_WIDTH),
    "cp1251": lambda char: "\u0410" <= char <= "\u044f",
}


def _usual_share(head: bytes, name: str) -> float:
    """Share of the letters beyond ASCII that are common in the encoding's language."""
    text = _decoded(head, name)
    if text is None:
        return 0.0
    letters = Counter(char for char in text if char > "\x7f")
    usual = _USUAL[name]
    share = sum(count for char, count in letters.items() if usual(char)) / max(1, letters.total())
    # Every Korean syllable reads as a common Chinese character; of many Chinese characters some
    # never read as Korean syllables.
    return share + 0.01 if name == "euc_kr" and share == 1 and len(letters) >= 30 else share


def _decoded(head: bytes, name: str) -> str | None:
    """The text, a character that breaks off at the end left out; None if it does not decode."""
    try:
        return codecs.getincrementaldecoder(name)("strict").decode(head)
    except UnicodeDecodeError:
        return None


def _high_bytes_come_in_runs(head: bytes) -> bool:
    in_runs = alone = 0
    for run in re.findall(rb"[\x80-\xff][\x30-\xff]*[\x80-\xff]|[\x80-\xff]", head):
        if len(run) == 1 or sum(byte >= 0x80 for byte in run) < 0.4 * len(run):
            alone += 1
        else:
            in_runs += len(run)
    return in_runs > 3 * alone


def delimiter(text: str) -> str:
    """The candidate that splits most rows into the same number (> 1) of fields.

    Raises:
        csv.Error: the text cannot be split into rows.
    """
    lines = text.splitlines(keepends=True)[:200]
    best, best_score = ",", (0.0, 0)
    for candidate in DELIMITERS:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=candidate) if row)
        if not widths:
            continue
        # A title above the table has one field whatever the delimiter.
        width, rows = max(widths.items(), key=lambda item: (item[1] if item[0] > 1 else 0, item[0]))
        score = (rows / widths.total() if width > 1 else 0.0, width)
        if score > best_score:
            best, best_score = candidate, score
    return best


def header_row(rows: list[list[str]]) -> int:
    """Number, from 1, of the first row that is as wide as the table and holds names; else 0."""
    widths = Counter(sum(1 for cell in row if cell.strip()) for row in rows)
    usual = max(widths, key=lambda width: (widths[width], width))
    for number, row in enumerate(rows, start=1):
        filled = [cell.strip() for cell in row if cell.strip()]
        if not filled or (len(filled) < usual // 2 + 1 and usual > 1):
            continue
        values = sum(1 for cell in filled if is_value(cell))
        # One column may have a number for its name (a year, say), and two may share a name.
        names = values == 0 or (values == 1 and len(filled) >= 4)
        return number if names and len(set(filled)) > 0.5 * len(filled) else 0
    return 0


_VALUE_WORDS = re.compile(
    r"(?i)\b(?:am|pm|a\.m\.|p\.m\.|utc|gmt|z|point|[cemp][sd]t)\b|上午|下午|[年月日时分秒]|"
    r"(?<=\d)[tzhe](?=\d|$)|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b"
)


def is_value(cell: str) -> bool:
    """Whether a cell is data rather than a name: numbers, dates, times, positions."""
    if not any(char.isdigit() for char in cell):
        return False
    return not any(char.isalpha() for char in _VALUE_WORDS.sub("", cell))
