"""Plain-text tables for a terminal, aligned also where letters are as wide as two."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence


def width(text: str) -> int:
    """Columns that a text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def clip(text: str, columns: int) -> str:
    """The text, or its beginning and an ellipsis, in at most `columns` columns; one line."""
    plain = " ".join(text.split())
    if width(plain) <= columns:
        return plain
    kept = ""
    for char in plain:
        if width(kept) + width(char) + 1 > columns:
            break
        kept += char
    return kept + "…"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Lines of a table with a rule below its header."""
    body = [list(row) for row in rows]
    widths = [max(width(row[i]) for row in [list(header), *body]) for i in range(len(header))]
    lines = [_line(header, widths), "  ".join("-" * w for w in widths)]
    lines.extend(_line(row, widths) for row in body)
    return lines


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (w - width(cell)) for cell, w in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()
