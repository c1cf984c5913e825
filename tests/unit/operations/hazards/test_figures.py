"""Figures and cases that the database counts are those that the core decides; squares hold all."""

from __future__ import annotations

import random
from statistics import median

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.unit.operations.hazards.cast import LAT, LON, OFFICER, given
from tests.unit.operations.small_place import COUNTY, EAST, NOW_S, WEST, viewer

from wardmote.core.beat.hazard_figures import (
    DAY_S,
    Grouping,
    HazardFigure,
    PartFacts,
    Period,
    ageing,
    figures_by,
    figures_of,
    is_in,
    key_of,
    recheck_wait_s,
    total,
)
from wardmote.core.domain.hazard import PartState
from wardmote.core.domain.permissions import Role
from wardmote.operations.hazards import selectors, services
from wardmote.operations.hazards.models import Hazard, HazardPart
from wardmote.operations.hazards.selectors import HazardFilter
from wardmote.operations.hazards.services.terms import escalate_due

pytestmark = pytest.mark.usefixtures("world")
PERIOD = Period(NOW_S, NOW_S + 10 * DAY_S, NOW_S + 6 * DAY_S)
LEADER = viewer((Role.SUPERVISOR, COUNTY))


def _hazards(number: int, dice: random.Random) -> list[Hazard]:
    return Hazard.objects.bulk_create(
        Hazard(
            id=f"h{row}", number=f"YH-{row}", key=f"k{row}",
            area=dice.choice((EAST, WEST, "430521101003")),
            category=dice.choice(("gas", "road", "gone")), channel="staff",
            lon=LON + dice.uniform(-0.05, 0.05), lat=LAT + dice.uniform(-0.04, 0.04),
            state=dice.choice(("reported", "filed", "assigned", "closed", "rejected")),
            reported_by="assistant",
            reported_s=PERIOD.as_of_s - dice.choice((0, 0.5, 1, 1.1, 3, 7, 29, 30, 31)) * DAY_S,
        )
        for row in range(number)
    )  # fmt: skip


def _parts(hazards: list[Hazard], dice: random.Random) -> None:
    """Parts with times on, just before and just after every boundary."""
    edges = [PERIOD.start_s, PERIOD.as_of_s, PERIOD.end_s, NOW_S + 2 * DAY_S]
    times = [edge + more for edge in edges for more in (-1.0, 0.0, 1.0)]
    HazardPart.objects.bulk_create(
        HazardPart(
            id=f"p{row}", hazard=dice.choice(hazards),
            department_id=dice.choice((None, "fire", "city_management")),
            term_unit="hours", round=1, state=dice.choice(list(PartState)).value,
            assigned_by="officer", assigned_s=NOW_S, since_s=NOW_S, first_deadline_s=NOW_S,
            deadline_s=dice.choice(times), submitted_s=dice.choice((None, *times)),
            first_checked_s=dice.choice((None, *times)), returns=dice.choice((0, 0, 1, 3)),
            ended_s=dice.choice((None, *times)), again_s=dice.choice((None, None, *times)),
        )
        for row in range(600)
    )  # fmt: skip


def _facts() -> list[PartFacts]:
    return selectors.part_facts(LEADER, HazardFilter(), PERIOD)


def test_the_database_counts_as_the_core_decides() -> None:
    dice = random.Random(7)
    hazards = _hazards(80, dice)
    _parts(hazards, dice)
    facts = _facts()
    counted = selectors.figures(LEADER, PERIOD)
    for by in Grouping:
        found = counted[by]
        assert found == figures_by(facts, by, PERIOD, 9)
        assert total(found) == figures_of("", facts, PERIOD)
        for row in found:
            for figure in HazardFigure:
                cases = selectors.cases(LEADER, PERIOD, figure, by, row.key)
                assert {one.pk for one in cases} == {
                    fact.hazard
                    for fact in facts
                    if is_in(figure, fact, PERIOD) and key_of(fact, by, 9) == row.key
                }, (by, row.key, figure)
    assert min(total(found).due, total(found).on_time, total(found).reworked) > 10


def test_the_median_wait_is_of_the_parts_that_the_core_names() -> None:
    dice = random.Random(11)
    _parts(_hazards(80, dice), dice)
    found = selectors.recheck_waits(LEADER, PERIOD)
    waits = [(fact, recheck_wait_s(fact, PERIOD)) for fact in _facts()]
    assert found[None] == {"": median(wait for _fact, wait in waits if wait is not None)}
    for by in Grouping:
        expected: dict[str, list[float]] = {}
        for fact, wait in waits:
            if wait is not None:
                expected.setdefault(key_of(fact, by, 9), []).append(wait)
        assert found[by] == {key: median(some) for key, some in expected.items()}
    assert len(found[Grouping.AREA]) > 1


def test_open_hazards_fall_into_bands_of_age() -> None:
    _hazards(300, random.Random(3))
    open_rows = selectors.hazards_seen(LEADER, HazardFilter(state="open"))
    expected = ageing((row.reported_s for row in open_rows), PERIOD.as_of_s)
    found = selectors.open_by_age(LEADER, PERIOD.as_of_s)
    assert (found, min(found) > 0) == (expected, True)
    for row, count in enumerate(found):
        assert selectors.open_of_age(LEADER, row, PERIOD.as_of_s).count() == count


def test_squares_hold_every_hazard_however_many_there_are() -> None:
    _hazards(500, random.Random(5))
    expected = Hazard.objects.exclude(state="rejected").count()
    with CaptureQueriesContext(connection) as asked:
        cells = selectors.hot_cells(LEADER, HazardFilter(), 1_000.0)
    assert "LIMIT" not in str(asked.captured_queries)
    assert sum(cell.count for cell in cells) == expected
    assert [cell.count for cell in cells] == sorted((cell.count for cell in cells), reverse=True)
    first = cells[0]
    inside = Hazard.objects.exclude(state="rejected").filter(
        lon__gte=first.west, lon__lt=first.east, lat__gte=first.south, lat__lt=first.north
    )
    assert inside.count() == first.count


def test_what_was_raised_is_shown_to_who_triages_there() -> None:
    hazard, part = given()
    assert selectors.raised_count(OFFICER) == 0
    services.escalate_part(OFFICER, part, "Nobody comes", now_s=NOW_S + 1)
    wanted = HazardFilter(raised=True)
    assert selectors.raised_count(OFFICER) == 1
    assert [row.pk for row in selectors.hazards_seen(OFFICER, wanted)] == [hazard]
    west = viewer((Role.COMMUNITY_OFFICER, WEST))
    assert selectors.raised_count(west) == 0
    services.recall_part(OFFICER, part, "Given wrongly", now_s=NOW_S + 2)
    assert selectors.raised_count(OFFICER) == 0


def test_what_is_late_is_raised_by_itself_and_shown() -> None:
    given()
    assert escalate_due(NOW_S + 3 * DAY_S) is False
    assert selectors.raised_count(OFFICER) == 1
