"""What was late stays late, whoever takes it away; what turns out to be no repeat is none."""

from __future__ import annotations

import pytest
from tests.unit.operations.hazards.cast import (
    CHIEF,
    FIRE,
    OFFICER,
    check,
    filed,
    given,
    hand_in,
    reported,
    state,
)
from tests.unit.operations.small_place import COUNTY, NOW_S

from wardmote.core.beat.hazard_figures import DAY_S, Grouping, HazardFigure, Period
from wardmote.core.measures.sections import ALL
from wardmote.operations.counting import Window, together
from wardmote.operations.hazards import errors, selectors, services
from wardmote.operations.hazards.counted import hazard_countings
from wardmote.operations.hazards.models import Hazard, HazardPart, HazardRepeat

pytestmark = pytest.mark.usefixtures("world")
FOREVER = NOW_S + 60 * DAY_S


def due_and_on_time(as_of_s: float, department: str = "fire") -> tuple[int, int]:
    found = selectors.figures(CHIEF, Period(NOW_S, FOREVER, as_of_s))[Grouping.DEPARTMENT]
    rows = [(row.due, row.on_time) for row in found if row.key == department]
    return rows[0] if rows else (0, 0)


def bulletin(as_of_s: float, *, live: bool = False) -> dict[str, int]:
    window = Window(NOW_S, FOREVER, as_of_s, live=live)
    return dict(together(hazard_countings([COUNTY], window))[ALL])


def give(hazard: str, now_s: float, *departments: str) -> str:
    wanted = [services.PartWanted(code) for code in departments or ("fire",)]
    return services.assign_hazard(OFFICER, hazard, wanted, now_s=now_s)[0].id


def test_a_department_declines_until_the_second_of_the_deadline_and_not_after() -> None:
    (_one, first), (_two, second) = given(key="a"), given(key="b")
    deadline_s = HazardPart.objects.get(pk=first).deadline_s
    services.decline_part(FIRE, first, "Not ours", now_s=deadline_s)
    with pytest.raises(errors.DeclinedTooLateError):
        services.decline_part(FIRE, second, "Not ours", now_s=deadline_s + 0.1)
    assert (state(first), state(second)) == ("declined", "assigned")
    assert due_and_on_time(deadline_s + 1) == (1, 0)


def test_what_is_taken_back_late_was_due_and_is_late_in_figures_and_bulletins() -> None:
    hazard, part = given()
    late_s = HazardPart.objects.get(pk=part).deadline_s + 2 * DAY_S
    services.recall_part(OFFICER, part, "Give it to the city", now_s=late_s)
    give(hazard, late_s + 1, "city_management")
    assert due_and_on_time(late_s + 2) == (1, 0)
    late = selectors.cases(CHIEF, Period(NOW_S, FOREVER, late_s + 2), HazardFigure.LATE)
    assert [row.pk for row in late] == [hazard]
    assert (bulletin(late_s + 2)["due"], bulletin(late_s + 2, live=True)["due"]) == (1, 1)


def test_a_department_that_gets_a_hazard_again_keeps_its_deadline_and_is_counted_once() -> None:
    hazard, part = given()
    first = HazardPart.objects.get(pk=part)
    late_s = first.deadline_s + 2 * DAY_S
    services.recall_part(OFFICER, part, "Again", now_s=late_s)
    again = HazardPart.objects.get(pk=give(hazard, late_s + 10))
    assert again.first_deadline_s == again.deadline_s == first.deadline_s
    hand_in(again.pk, late_s + 20)
    check(again.pk, late_s + 30)
    assert due_and_on_time(late_s + 40) == (1, 0)
    for as_of_s in (late_s - 1, late_s, late_s + 9, late_s + 10, late_s + 30, late_s + 40):
        told = bulletin(as_of_s)
        assert (told["due"], told["on_time"]) == (1, 0), as_of_s - late_s


def test_a_declined_hazard_keeps_extensions_and_starts_anew_in_a_new_round() -> None:
    hazard, part = given()
    row = HazardPart.objects.get(pk=part)
    more = services.MoreTime(row.deadline_s + DAY_S, "Parts")
    asked = services.ask_extension(FIRE, part, more, now_s=NOW_S + 1)
    services.decide_extension(OFFICER, asked, "", grant=True, now_s=NOW_S + 2)
    services.decline_part(FIRE, part, "Not ours", now_s=NOW_S + 3)
    again = HazardPart.objects.get(pk=give(hazard, NOW_S + 4))
    assert (again.first_deadline_s, again.deadline_s) == (row.deadline_s, more.until_s)
    hand_in(again.pk, NOW_S + 5)
    check(again.pk, NOW_S + 6)
    services.reopen_hazard(CHIEF, hazard, "Back", now_s=NOW_S + 7)
    anew = HazardPart.objects.get(pk=give(hazard, NOW_S + 8))
    assert anew.first_deadline_s == anew.deadline_s > NOW_S + 8


def test_a_suspended_part_that_is_taken_back_is_not_late_for_the_time_that_stood_still() -> None:
    hazard, part = given()
    services.suspend_part(OFFICER, part, "Flood", now_s=NOW_S + 3_600)
    back_s = NOW_S + 20 * DAY_S
    services.recall_part(OFFICER, part, "Wrong one", now_s=back_s)
    assert due_and_on_time(FOREVER) == (0, 0)
    again = HazardPart.objects.get(pk=give(hazard, back_s + 1))
    assert again.deadline_s == back_s + 23 * 3_600
    assert again.first_deadline_s == NOW_S + 24 * 3_600


def test_a_category_put_right_at_filing_finds_repeats_either_way_and_drops_false_ones() -> None:
    first = filed("a")
    wrong = reported("w", NOW_S + 10, category="wiring")
    put_right = reported("b", NOW_S + DAY_S, category="wiring")
    after = reported("c", NOW_S + 2 * DAY_S)
    links = HazardRepeat.objects.filter(ended_s=None).values_list("hazard", "earlier")
    assert set(links.all()) == {(put_right, wrong), (after, first)}
    services.file_hazard(OFFICER, put_right, now_s=NOW_S + 3 * DAY_S, category="fire_lane")
    assert set(links.all()) == {(put_right, first), (after, first), (after, put_right)}
    page = selectors.hazard_page(OFFICER, put_right, now_s=NOW_S + 3 * DAY_S)
    assert [row.pk for row in (*page.earlier, *page.later)] == [first, after]


def test_reports_that_were_none_are_counted_until_they_were_turned_down() -> None:
    filed("a")
    none = reported("d", NOW_S + DAY_S)
    services.reject_hazard(OFFICER, none, "Nothing there", now_s=NOW_S + 2 * DAY_S)
    services.reopen_hazard(CHIEF, none, "It is there", now_s=NOW_S + 4 * DAY_S)

    def told(days: float) -> tuple[int, int]:
        counts = bulletin(NOW_S + days * DAY_S)
        return counts["reported"], counts["repeated"]

    assert [told(days) for days in (1.5, 2, 3, 4, 5)] == [(2, 1), (1, 0), (1, 0), (2, 1), (2, 1)]
    services.reject_hazard(OFFICER, none, "Looked again: nothing", now_s=NOW_S + 6 * DAY_S)
    assert [told(days) for days in (1.5, 3, 5, 6, 7)] == [(2, 1), (1, 0), (2, 1), (1, 0), (1, 0)]


def test_a_repeat_of_what_was_no_hazard_is_none() -> None:
    none = reported("a")
    reported("b", NOW_S + DAY_S)
    services.reject_hazard(OFFICER, none, "Nothing there", now_s=NOW_S + 2 * DAY_S)
    assert bulletin(NOW_S + DAY_S)["repeated"] == 1
    assert bulletin(NOW_S + 2 * DAY_S)["repeated"] == 0
    assert not selectors.hazards_seen(CHIEF, selectors.HazardFilter(repeated=True)).exists()


def test_a_merge_takes_the_links_along_and_a_duplicate_repeats_nothing() -> None:
    old = filed("old")
    kept = reported("kept", NOW_S + DAY_S, category="wiring")
    double = reported("double", NOW_S + 2 * DAY_S)
    later = reported("later", NOW_S + 3 * DAY_S)
    number, merged_s = Hazard.objects.get(pk=kept).number, NOW_S + 4 * DAY_S
    services.merge_hazard(OFFICER, double, number, now_s=merged_s)
    links = HazardRepeat.objects.filter(ended_s=None).values_list("hazard", "earlier")
    assert set(links) == {(kept, old), (later, old), (later, kept)}
    before, after = bulletin(merged_s - 1), bulletin(merged_s)
    assert (before["reported"], before["repeated"]) == (4, 2)
    assert (after["reported"], after["repeated"]) == (3, 2)


def test_a_duplicate_merged_into_what_it_repeats_leaves_no_repeat() -> None:
    first = filed("a")
    double = reported("b", NOW_S + DAY_S)
    number = Hazard.objects.get(pk=first).number
    services.merge_hazard(OFFICER, double, number, now_s=NOW_S + 2 * DAY_S)
    told = bulletin(FOREVER, live=True)
    assert (told["reported"], told["repeated"]) == (1, 0)
    assert not HazardRepeat.objects.filter(ended_s=None).exists()
