"""Roads of the live place: closures at once, the hierarchy as soon as it can."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.unit.operations.places.test_city_directory import contents

from wardmote.core.travel.graph import INF_MS
from wardmote.operations.places.city_directory import CityDirectory, write_city_directory
from wardmote.operations.places.city_runtime import CityRuntime


@pytest.fixture
def directory(tmp_path: Path) -> CityDirectory:
    return write_city_directory(tmp_path / "city", contents(), force=False)


def test_closures_hold_at_once_and_the_hierarchy_follows(directory: CityDirectory) -> None:
    waiting: list[Callable[[], None]] = []
    city = CityRuntime(directory, waiting.append)
    there = city.snap([111.0, 111.001], [27.0, 27.0])
    opened = city.settled_travel()
    assert opened.matrix(there, there)[0, 1] == 5000
    city.close_edges([0, 99])
    city.close_edges([0])
    assert len(waiting) == 1
    behind = city.travel
    assert behind.hierarchy is None
    assert behind.drive_time(there.rows([0]), there.rows([1])) == INF_MS
    assert opened.drive_time(there.rows([0]), there.rows([1])) == 5000
    city.close_edges([])  # lifted before the first was taken in
    assert len(waiting) == 1
    waiting.pop()()
    assert city.travel.hierarchy is not None
    assert city.settled_travel().matrix(there, there)[0, 1] == 5000


def test_roads_settle_in_a_thread_of_their_own(directory: CityDirectory) -> None:
    city = CityRuntime(directory)
    city.settled_travel()
    city.close_edges([0])
    settled = city.settled_travel()
    assert settled.hierarchy is not None
    assert settled.metric.passing_ms.tolist() == [INF_MS, INF_MS]
