"""The order of a day's places, and who may add pictures to a task."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import override_settings
from tests.unit.operations.small_place import NOW_S
from tests.unit.operations.tasks.beat_place import (
    ASSISTANT,
    CHIEF,
    FAR_VILLAGE,
    OFFICER,
    PLACE,
    SECOND,
    request,
)

from wardmote.core.domain.permissions import Viewer
from wardmote.core.domain.task import TaskKind
from wardmote.operations.photos.subjects import subject_of
from wardmote.operations.places.city_runtime import use_city
from wardmote.operations.tasks import services
from wardmote.operations.tasks.models import Task
from wardmote.operations.tasks.services.route import RouteBasis, RouteStart


@pytest.fixture(autouse=True)
def _no_roads() -> Iterator[None]:
    use_city(None)
    with override_settings(CITY_DIRECTORY=None):
        yield
    use_city(None)


def made(code: str, lon: float | None) -> str:
    place = None if lon is None else dataclasses.replace(PLACE, code=code, lon=lon)
    with transaction.atomic():
        return services.make(request(code, place=place), actor="rule:test", now_s=NOW_S)


def test_places_follow_one_another_from_where_the_phone_is(beat: None) -> None:
    far, near, _, middle = (made(str(lon), lon) for lon in (111.16, 111.13, None, 111.14))
    rows = list(Task.objects.all())
    found = services.route_of(rows, NOW_S, (111.12, PLACE.lat or 0.0))
    assert found.tasks == (near, middle, far)
    assert (found.basis, found.start) == (RouteBasis.STRAIGHT, RouteStart.POSITION)
    assert found.way_s == pytest.approx(3_962 / 4.0, rel=0.01)


def test_without_places_there_is_no_way(beat: None) -> None:
    made("none", None)
    assert services.route_of(list(Task.objects.all()), NOW_S).tasks == ()


def test_without_a_position_the_way_begins_on_the_beat(beat: None) -> None:
    made("one", 111.13)
    found = services.route_of(list(Task.objects.all()), NOW_S)
    assert found.start in (RouteStart.OFFICE, RouteStart.FIRST)


@pytest.mark.parametrize(
    ("viewer", "adds", "sees"),
    [(ASSISTANT, True, True), (SECOND, False, False), (OFFICER, False, True), (CHIEF, False, True)],
)
def test_pictures_are_added_by_the_holder_and_seen_by_leaders(
    task: str, viewer: Viewer, adds: bool, sees: bool
) -> None:
    subject = subject_of("task")
    assert subject.may_add(viewer, task) is adds
    assert subject.may_see(viewer, task) is sees


def test_no_pictures_are_taken_at_care_visits(task: str) -> None:
    Task.objects.filter(pk=task).update(kind=TaskKind.CARE_VISIT.value)
    assert not subject_of("task").may_add(ASSISTANT, task)


def test_there_are_no_pictures_of_tasks_that_are_not_there(beat: None) -> None:
    assert subject_of("task").area_of(FAR_VILLAGE) is None
    assert not subject_of("task").may_see(CHIEF, "none")
