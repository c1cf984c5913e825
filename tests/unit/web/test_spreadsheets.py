"""Tables for spreadsheets: no text that somebody wrote is taken for a formula."""

from __future__ import annotations

import csv
import io

import pytest

from wardmote.web.spreadsheets import csv_lines


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\n \u3000=1", "\u200b=1",
     "\ufeff=1", "＝1+1", "＋1", "－1", "＠SUM(A1)", "\n"],
)  # fmt: skip
def test_a_text_that_could_be_a_formula_is_marked_as_text(text: str) -> None:
    _mark, header, row = csv_lines([text], [[text]])
    for line in (header, row):
        assert next(csv.reader(io.StringIO(line, newline=""))) == ["'" + text]


@pytest.mark.parametrize("cell", [-1, -0.5, "a=1", "", " ", "沿河路-3", "·", "“=”"])
def test_numbers_and_other_texts_stay_as_they_are(cell: object) -> None:
    lines = list(csv_lines(["x"], [[cell]]))
    assert lines[2].strip("\r\n").strip('"') == str(cell)
