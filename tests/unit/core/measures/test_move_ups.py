from __future__ import annotations

import pytest

from wardmote.core.domain.ids import PostId, UnitId
from wardmote.core.domain.move_up import MoveUpState
from wardmote.core.measures.move_ups import MoveUpRecord, by_unit, move_up_figures


def record(
    state: str, reason: str = "", *, unit: str = "u1", answered: float | None = None,
    arrived: float | None = None,
) -> MoveUpRecord:  # fmt: skip
    return MoveUpRecord(
        UnitId(unit), PostId("p"), MoveUpState(state), 100.0, answered, arrived, 60.0, 0.02, reason
    )


RECORDS = (
    record("ended", "sent_to_call", answered=110.0, arrived=300.0),
    record("arrived", answered=120.0, arrived=400.0),
    record("refused", "vehicle_fault", answered=130.0, unit="u2"),
    record("lapsed", "unanswered", unit="u2"),
    record("lapsed", "sent_to_call"),
    record("advised"),
)


def test_obedience_is_of_what_a_crew_could_follow() -> None:
    figures = move_up_figures(RECORDS)
    assert (figures.advised, figures.open, figures.arrived) == (6, 1, 2)
    assert (figures.refused, figures.ignored, figures.overtaken) == (1, 1, 1)
    assert figures.obeyed_share == pytest.approx(2 / 4)
    assert (figures.answer_s, figures.arrival_s) == (20.0, 250.0)
    assert figures.refusals == (("vehicle_fault", 1),)


def test_each_unit_has_its_own_and_nothing_is_no_share() -> None:
    units = by_unit(RECORDS)
    assert list(units) == ["u1", "u2"]
    assert units[UnitId("u2")].obeyed_share == 0.0
    nothing = move_up_figures([record("advised")])
    assert (nothing.obeyed_share, nothing.answer_s) == (None, None)
