"""The page of life cycles shows the tables as they are."""

from __future__ import annotations

import importlib.util
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_page_is_what_the_tables_say_now() -> None:
    spec = importlib.util.spec_from_file_location("draw_life_cycles", DOCS / "draw_life_cycles.py")
    assert spec is not None
    assert spec.loader is not None
    drawing = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(drawing)
    page = (DOCS / "reference" / "life-cycles.md").read_text(encoding="utf-8")
    assert page == drawing.page(), "run docs/draw_life_cycles.py"
