"""Codes of the tree of places, the days on which they hold, and what may follow what."""

from __future__ import annotations

import datetime

import pytest

from wardmote.core.domain.division_changes import (
    DivisionChangeKind,
    SuccessionProblem,
    TreeLevel,
    ValidDays,
    code_above,
    full_code,
    is_grid_code,
    level_of,
    succession_problem,
)

SPLIT, MERGE, MOVE = DivisionChangeKind.SPLIT, DivisionChangeKind.MERGE, DivisionChangeKind.MOVE
A, B, C = "430521101201", "430521101202", "430521101203"
OTHER_TOWN = "430521102201"
TODAY = datetime.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("typed", "code", "level"),
    [
        ("43", "430000000000", TreeLevel.PROVINCE),
        ("4305", "430500000000", TreeLevel.CITY),
        ("430521", "430521000000", TreeLevel.COUNTY),
        ("430521101", "430521101000", TreeLevel.TOWN),
        (" 430521101201 ", A, TreeLevel.VILLAGE),
        ("430521101201001", "430521101201001", TreeLevel.GRID),
    ],
)
def test_a_code_says_its_level_and_short_ones_are_filled(
    typed: str, code: str, level: TreeLevel
) -> None:
    assert full_code(typed) == code
    assert level_of(code) is level


@pytest.mark.parametrize(
    "typed",
    ["", "4", "430", "43052110120", "000000000000", "430521101000001", "430521101201000",
     "4.30521E+11", "四三", "４３"],
)  # fmt: skip
def test_what_is_no_code_of_a_place_is_refused(typed: str) -> None:
    assert full_code(typed) is None
    assert not is_grid_code(typed)


@pytest.mark.parametrize(
    ("code", "above"),
    [
        ("430521101201001", A),
        (A, "430521101000"),
        ("430521101000", "430521000000"),
        ("441900003000", "441900000000"),
        ("430000000000", None),
    ],
)
def test_the_code_above_skips_a_level_that_has_no_digits(code: str, above: str | None) -> None:
    assert code_above(code) == above


def test_days_hold_on_their_first_and_last_and_not_beside_them() -> None:
    days = ValidDays(TODAY, TODAY)
    one = datetime.timedelta(days=1)
    assert [days.hold(day) for day in (TODAY - one, TODAY, TODAY + one)] == [False, True, False]
    assert ValidDays().hold(TODAY)


@pytest.mark.parametrize(
    ("kind", "before", "after", "problem"),
    [
        (SPLIT, [A], [B, C], None),
        (SPLIT, [A], [A, B], None),
        (SPLIT, [A], [B], SuccessionProblem.COUNT),
        (SPLIT, [A], [B, B], SuccessionProblem.REPEATED),
        (SPLIT, [A], [A, OTHER_TOWN], SuccessionProblem.REUSED),
        (SPLIT, ["430521101000"], ["430521103000", "430521104000"], SuccessionProblem.LEVEL),
        (SPLIT, [A + "001"], [A + "002", A + "003"], None),
        (SPLIT, [A + "001"], [A + "002", B + "003"], SuccessionProblem.OTHER_VILLAGE),
        (SPLIT, [A], [A + "001", A + "002"], SuccessionProblem.LEVEL),
        (MERGE, [A, B], [A], None),
        (MERGE, [A, B], [C], None),
        (MERGE, [A], [C], SuccessionProblem.COUNT),
        (MERGE, [A, B], [OTHER_TOWN], SuccessionProblem.REUSED),
        (MOVE, [A], ["430521102202"], None),
        (MOVE, [A], [B], SuccessionProblem.SAME_PLACE),
        (DivisionChangeKind.RENAME, [A], [A], SuccessionProblem.COUNT),
    ],
)
def test_what_may_follow_what(
    kind: DivisionChangeKind,
    before: list[str],
    after: list[str],
    problem: SuccessionProblem | None,
) -> None:
    assert succession_problem(kind, before, after, {A, OTHER_TOWN}) is problem
