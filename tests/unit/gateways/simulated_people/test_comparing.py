"""Why the live service would have sent another unit first than the replay did."""

from __future__ import annotations

from typing import Any

import pytest

from wardmote.core.domain.ids import UnitId
from wardmote.gateways.simulated_people.comparing import EQUAL, ShownRun, why_different
from wardmote.gateways.simulated_people.recorded import Script

KINDS = {UnitId("E1"): "engine", UnitId("E 2"): "engine", UnitId("M1"): "medic"}
SCRIPT = Script(0.0, 1.0, 1, {one: one.replace(" ", "-") for one in KINDS}, KINDS, {})


def line(unit: str, rank: int | None, travel_s: float | None, *codes: str) -> dict[str, Any]:
    return {
        "unit": unit,
        "rank": rank,
        "travel_s": travel_s,
        "reasons": [{"code": code, "values": {}} for code in codes or ("others_serve_better",)],
    }


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([line("M1", 1, 5.0), line("E1", 2, 50.0), line("E-2", 3, 60.0)], EQUAL),
        ([line("E-2", 1, 49.0), line("E1", 2, 50.0)], "as_soon"),
        ([line("E-2", 1, 48.9), line("E1", 2, 50.0)], "unexplained"),
        (
            [line("E-2", 1, 70.0), line("E1", 2, 50.0, "x", "leaves_uncovered")],
            "keeps_cover",
        ),
        ([line("E-2", 1, 70.0), line("E1", None, None, "busy")], "unit_busy"),
        ([line("E-2", 1, 70.0)], "unit_not_ranked"),
    ],
)
def test_the_best_of_the_same_kind_counts(lines: list[dict[str, Any]], why: str) -> None:
    assert why_different(UnitId("E1"), {"lines": lines}, SCRIPT) == why


def test_no_answer_is_told_apart() -> None:
    assert why_different(UnitId("E1"), None, SCRIPT) == "no_answer"


def test_the_run_as_json_counts_what_was_compared() -> None:
    run = ShownRun()
    run.first_units.update({EQUAL: 3, "as_soon": 1})
    run.refused[("assign", "409 busy")] = 2
    told = run.as_json()
    assert told["first_unit"] == {
        "compared": 4,
        "equal": 3,
        "nobody_free": 0,
        "different": {"as_soon": 1},
    }
    assert told["refused"] == [{"request": "assign", "code": "409 busy", "count": 2}]
