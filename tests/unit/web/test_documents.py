"""PDF documents: any letter that people write can be printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from wardmote.web import documents
from wardmote.web.documents import MISSING, in_letters, pdf_of


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("消防 Fire ½ é", "消防 Fire ½ é"),
        ("𠮷野家 龘 한글 あ", "𠮷野家 龘 한글 あ"),
        ("ok 😀!", f"ok {MISSING}!"),
        ("👩‍🚒1️⃣", f"{MISSING}{MISSING}1"),
        ("a\tb\nc\0\u202e\ud800", f"a b\nc{MISSING}"),
        ("e\u0301", "é"),
        ({"list": ["😀", 1, None, (True, "x")]}, {"list": [MISSING, 1, None, [True, "x"]]}),
    ],
)
def test_letters_that_no_font_has_are_shown_as_a_box(written: object, printed: object) -> None:
    assert in_letters(written) == printed


def test_every_letter_that_is_let_through_can_be_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PDF/A refuses a document with a letter that its fonts have not; each eleventh is tried."""
    monkeypatch.setattr(documents, "TEMPLATES", tmp_path)
    markup = '#set text(font: "Noto Sans SC")\n#for one in json("data.json") [#one\\ ]'
    (tmp_path / "all.typ").write_text(markup)
    known = sorted(documents.letters())
    shown = [chr(code) for code in known[::11]]
    lines = ["".join(shown[row : row + 60]) for row in range(0, len(shown), 60)]
    assert len(known) > 40_000
    assert pdf_of("all.typ", lines).startswith(b"%PDF")  # type: ignore[arg-type]  # a list will do
    assert pdf_of("all.typ", ["a😀𠮷"]).startswith(b"%PDF")  # type: ignore[arg-type]  # likewise
