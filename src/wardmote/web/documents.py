"""PDF documents, set by Typst in fonts that have Chinese and Latin letters.

The document is PDF/A-2b, made without a network and without the machine's own fonts, so that it
looks the same everywhere. Texts are handed over as data, never as markup. What people write may
have letters that no shipped font has, such as emoji, which PDF/A forbids; `□` stands for them.
"""

from __future__ import annotations

import json
import struct
import tempfile
import unicodedata
from functools import cache
from pathlib import Path
from typing import Any

import justmytype_intl_cjk
import typst
from django.conf import settings

from wardmote.core.domain.training import MARK

TRAINING_PREAMBLE = f"""#set page(foreground: place(top + center, dy: 3mm, box(
  fill: rgb("#ffd400"), inset: (x: 6mm, y: 1.2mm), radius: 1mm,
  text(font: "Noto Sans SC", size: 11pt, weight: "bold", fill: black, "{MARK.zh} {MARK.en}"),
)) + place(center + horizon, rotate(-35deg, text(
  font: "Noto Sans SC", size: 84pt, weight: "bold", fill: rgb("#b0000022"), "{MARK.zh} {MARK.en}",
))))
"""
"""Set before every document of a training room: the mark over each page, whatever the template."""

TEMPLATES = Path(__file__).resolve().parent / "typst"


MISSING = "□"
_NOTHING = dict.fromkeys((0x200C, 0x200D, 0x20E3, *range(0xFE00, 0xFE10)), "")
"""Joiners, the key around a digit and signs that choose the look of the letter before them."""


@cache
def font_folder() -> str:
    """Where the fonts lie that documents are set in; Typst looks into the folders below it."""
    return str(Path(justmytype_intl_cjk.__file__).parent / "fonts" / "ofl")


@cache
def letters() -> frozenset[int]:
    """The code points that at least one of the fonts has."""
    return frozenset().union(*(_letters_of(path) for path in Path(font_folder()).glob("*/*.ttf")))


def in_letters(value: Any) -> Any:
    """JSON-ready data whose texts have only letters that documents can show, and line breaks."""
    if isinstance(value, str):
        known = letters()
        text = unicodedata.normalize("NFC", value).translate(_NOTHING)
        return "".join(one if ord(one) in known else _instead(one) for one in text)
    if isinstance(value, dict):
        return {key: in_letters(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [in_letters(one) for one in value]
    return value


def pdf_of(template: str, data: dict[str, Any]) -> bytes:
    """A PDF of `template` (a file name in `web/typst`) filled with JSON-ready data.

    Letters that no font has are shown as `MISSING`.
    """
    with tempfile.TemporaryDirectory(prefix="wardmote-pdf-") as scratch:
        source = Path(scratch) / template
        markup = (TEMPLATES / template).read_text("utf-8")
        source.write_text(TRAINING_PREAMBLE + markup if settings.TRAINING else markup, "utf-8")
        (Path(scratch) / "data.json").write_text(
            json.dumps(in_letters(data), ensure_ascii=False), "utf-8"
        )
        document: bytes = typst.compile(
            str(source),
            font_paths=[font_folder()],
            ignore_system_fonts=True,
            pdf_standards="a-2b",
        )
    return document


def _instead(letter: str) -> str:
    """What stands for a letter that no font has: a space, nothing or a box."""
    if letter == "\n":
        return letter
    kind = unicodedata.category(letter)
    return " " if letter == "\t" else "" if kind in ("Cc", "Cf") else MISSING


def _letters_of(path: Path) -> frozenset[int]:
    """The code points of a font: its table ``cmap``, subtables of format 12.

    OpenType 1.9.1, "cmap – Character to Glyph Index Mapping Table".
    """
    data = path.read_bytes()
    tables = {data[at : at + 4]: at for at in range(12, 12 + 16 * _number(data, "H", 4), 16)}
    start = _number(data, "I", tables[b"cmap"] + 8)
    records = range(start + 4, start + 4 + 8 * _number(data, "H", start + 2), 8)
    found: set[int] = set()
    for at in {start + _number(data, "I", record + 4) for record in records}:
        if _number(data, "H", at) == 12:
            groups = struct.iter_unpack(">III", data[at + 16 : at + _number(data, "I", at + 4)])
            found.update(code for first, last, _glyph in groups for code in range(first, last + 1))
    return frozenset(found)


def _number(data: bytes, kind: str, at: int) -> int:
    """An unsigned number of two (``H``) or four (``I``) bytes."""
    return int(struct.unpack_from(f">{kind}", data, at)[0])
