"""Figures of patrols: what is judged, what is not, and which places nobody has seen for long."""

from __future__ import annotations

from wardmote.core.domain.ids import UnitId
from wardmote.core.measures.patrols import (
    DAY_S,
    PatrolRecord,
    patrol_figures,
    patrols_by_unit,
    visits_of,
)

NOW_S = 100 * DAY_S


def record(
    days_ago: float,
    *,
    unit: str = "u1",
    way: float | None = 0.8,
    planned: str = "ab",
    visited: str = "a",
    cut_short: bool = False,
) -> PatrolRecord:
    end_s = NOW_S - days_ago * DAY_S
    return PatrolRecord(
        UnitId(unit), end_s - 3_600, end_s, 9_000.0, way, tuple(planned), tuple(visited), cut_short
    )


def days_ago(at_s: float) -> int:
    """Days begin six hours after midnight UTC, as somewhere west of Greenwich."""
    return int((NOW_S - 21_600) // DAY_S) - int((at_s - 21_600) // DAY_S)


def test_only_whole_patrols_with_positions_are_judged() -> None:
    found = patrol_figures(
        [
            record(1, way=0.9),
            record(1, way=0.5, visited="ab"),
            record(1, way=0.1, visited="", cut_short=True),
            record(1, way=None, visited=""),
        ]
    )
    assert (found.patrols, found.cut_short, found.unknown) == (4, 1, 1)
    assert found.way_share == 0.7
    assert found.visited_share == 0.75
    assert (found.planned, found.visited) == (8, 3)
    assert patrol_figures([]).way_share is None
    units = patrols_by_unit([record(1, unit="u2"), record(2)])
    assert [(unit, one.patrols) for unit, one in units.items()] == [("u1", 1), ("u2", 1)]


def test_places_nobody_has_seen_for_long_come_first() -> None:
    records = [
        record(0.0, visited="a"),
        record(1.0, visited="ab", cut_short=True),
        record(40.0, planned="c", visited="c"),
    ]
    found = visits_of(["a", "b", "c", "d"], records, NOW_S - 7 * DAY_S, days_ago)
    assert [(one.place, one.days_since) for one in found] == [
        ("d", None),
        ("c", 40),
        ("b", 1),
        ("a", 0),
    ]
    by_place = {one.place: one for one in found}
    assert (by_place["a"].planned, by_place["a"].visits) == (2, 2)
    assert (by_place["c"].planned, by_place["c"].visits) == (0, 0)


def test_days_since_a_visit_are_those_of_the_local_calendar() -> None:
    records = [record(0.2, visited="a"), record(0.9, visited="b")]
    found = visits_of(["a", "b"], records, 0.0, days_ago)
    assert {one.place: one.days_since for one in found} == {"a": 0, "b": 1}
