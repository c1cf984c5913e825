"""PDF documents, set by Typst in a font that has Chinese and Latin letters.

The document is PDF/A-2b, made without a network and without the machine's own fonts, so that it
looks the same everywhere. Texts are handed over as data, never as markup.
"""

from __future__ import annotations

import json
import tempfile
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


@cache
def font_folder() -> str:
    """Where the font lies that documents are set in."""
    return str(Path(justmytype_intl_cjk.__file__).parent / "fonts" / "ofl" / "notosanssc")


def pdf_of(template: str, data: dict[str, Any]) -> bytes:
    """A PDF of `template` (a file name in `web/typst`) filled with JSON-ready data."""
    with tempfile.TemporaryDirectory(prefix="wardmote-pdf-") as scratch:
        source = Path(scratch) / template
        markup = (TEMPLATES / template).read_text("utf-8")
        source.write_text(TRAINING_PREAMBLE + markup if settings.TRAINING else markup, "utf-8")
        (Path(scratch) / "data.json").write_text(json.dumps(data, ensure_ascii=False), "utf-8")
        document: bytes = typst.compile(
            str(source),
            font_paths=[font_folder()],
            ignore_system_fonts=True,
            pdf_standards="a-2b",
        )
    return document
