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

TEMPLATES = Path(__file__).resolve().parent / "typst"


@cache
def font_folder() -> str:
    """Where the font lies that documents are set in."""
    return str(Path(justmytype_intl_cjk.__file__).parent / "fonts" / "ofl" / "notosanssc")


def pdf_of(template: str, data: dict[str, Any]) -> bytes:
    """A PDF of `template` (a file name in `web/typst`) filled with JSON-ready data."""
    with tempfile.TemporaryDirectory(prefix="wardmote-pdf-") as scratch:
        source = Path(scratch) / template
        source.write_bytes((TEMPLATES / template).read_bytes())
        (Path(scratch) / "data.json").write_text(json.dumps(data, ensure_ascii=False), "utf-8")
        document: bytes = typst.compile(
            str(source),
            font_paths=[font_folder()],
            ignore_system_fonts=True,
            pdf_standards="a-2b",
        )
    return document
