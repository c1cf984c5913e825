"""Staffing in force beside the duty that was done."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils.translation import override
from tests.unit.operations.small_place import COUNTY, NOW_S, WEST, viewer
from tests.unit.operations.studies.test_adopting import (
    PLANNER,
    WEST_PLANNER,
    plan_with,
    proposed,
    trial_of,
)

from wardmote.core.domain.ids import PostId
from wardmote.core.domain.permissions import Role
from wardmote.core.domain.staffing import EVERY_DAY, StaffedShift, Staffing
from wardmote.core.studies.duty_hours import duty_by_hour
from wardmote.core.studies.plan import read_plan
from wardmote.operations.places import selectors as places
from wardmote.operations.places.services import put_staffing_in_force
from wardmote.operations.studies import selectors, services
from wardmote.operations.studies.models import Run
from wardmote.operations.studies.plan_runs import staffed_as_asked
from wardmote.operations.studies.staffing import staffing_seen
from wardmote.web.pages.studies_words import duty_text

CHIEF = viewer((Role.SUPERVISOR, COUNTY), staff="chief")
WATCHER = viewer((Role.COMMUNITY_OFFICER, COUNTY), staff="officer")


def one_on_duty(since_s: float) -> None:
    shift = StaffedShift(PostId("p1"), 0, 24, EVERY_DAY, 1)
    with transaction.atomic():
        put_staffing_in_force(Staffing("s", (shift,)), actor="test", now_s=since_s)
    places.forget()


@pytest.mark.parametrize(("zone", "off_s"), [("Asia/Kolkata", 1800), ("Asia/Kathmandu", 900)])
def test_hours_begin_by_the_clock_of_the_place(place: None, zone: str, off_s: int) -> None:
    whole_s = NOW_S - NOW_S % 3600 + 3600 + off_s
    with override_settings(TIME_ZONE=zone):
        one_on_duty(whole_s)
        assert staffing_seen(CHIEF, now_s=whole_s + 4 * 3600).hours == 4
        assert staffing_seen(CHIEF, now_s=whole_s + 4 * 3600 - 0.5).hours == 3


def test_who_may_read_no_reports_is_not_told_what_staffing_was_kept(place: None) -> None:
    whole_s = NOW_S - NOW_S % 3600 + 3600
    one_on_duty(whole_s)
    later_s = whole_s + 4 * 3600
    assert staffing_seen(CHIEF, now_s=later_s).posts[0].kept is not None
    [seen] = staffing_seen(WATCHER, now_s=later_s).posts
    assert (seen.kept, seen.wanted) == (None, 1)


def test_reviewers_see_that_a_plan_without_shifts_ends_those_in_force(place: None) -> None:
    shift = StaffedShift(PostId("p1"), 8, 8, EVERY_DAY, 2)
    with transaction.atomic():
        put_staffing_in_force(Staffing("s", (shift,)), actor="test", now_s=NOW_S - 60)
    places.forget()
    study = services.open_study(PLANNER, COUNTY, "Posts", "", now_s=NOW_S)
    ends = proposed(study, {"shifts": []})
    page = selectors.adoption_page(CHIEF, ends, language="en", now_s=NOW_S + 11)
    [change] = page.changes
    assert (change.kind, change.hours_before, change.hours) == ("shifts", 7 * 8 * 2, 168 * 3)
    with override("en"):
        assert "ends the shifts in force" in duty_text(page.duty)
    same = proposed(study, {})
    page = selectors.adoption_page(CHIEF, same, language="en", now_s=NOW_S + 11)
    assert [(one.kind, one.hours) for one in page.changes] == [("same", 7 * 8 * 2)]
    with override("en"):
        assert "112 unit-hours a week on duty in the area, 112 before" in duty_text(page.duty)


def test_a_trial_for_a_part_counts_the_staffing_in_force_elsewhere(place: None) -> None:
    shift = StaffedShift(PostId("p1"), 8, 8, EVERY_DAY, 2)
    with transaction.atomic():
        put_staffing_in_force(Staffing("s", (shift,)), actor="test", now_s=NOW_S - 60)
    places.forget()
    town = services.open_study(WEST_PLANNER, WEST, "Town", "", now_s=NOW_S)
    plan = plan_with(town, {"shifts": []}, WEST_PLANNER)
    request = Run.objects.get(pk=trial_of(town, plan, WEST_PLANNER)).request
    tried = staffed_as_asked(read_plan(request["plans"][0]), request)
    assert int(duty_by_hour(tried).sum()) == 7 * 8 * 2
    assert int(duty_by_hour(read_plan(request["plans"][0])).sum()) == 168 * 3
