"""Figures by area, and the ground that posts reach: what maps of plans are made of."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import shapely
from tests.unit.core.studies.small_place import COLUMNS, MIDDLE_OF_BRIDGE, at, book, ground, named

from wardmote.core.domain.ids import AreaId
from wardmote.core.measures.distributions import wilson
from wardmote.core.studies import study_areas
from wardmote.core.studies.figures import (
    FEWEST_CALLS,
    AreaFigures,
    AreaKind,
    Interval,
    outcome_document,
    read_outcome,
)
from wardmote.core.studies.outcome_map import outcome_geojson
from wardmote.core.studies.plan import present_plan
from wardmote.core.studies.pooling import pooled_mean, pooled_share
from wardmote.core.studies.reach import Reaching
from wardmote.core.studies.scenario import AS_USUAL, RoadClosure
from wardmote.core.studies.study_areas import areas_of
from wardmote.core.studies.trial import TrialSetting, run_trial

PRESENT = present_plan(book())


def test_a_place_is_divided_into_its_villages_or_else_into_squares() -> None:
    found = areas_of(ground())
    assert {one.kind for one in found.areas} == {AreaKind.VILLAGE}
    assert len(found.areas) == 8
    assert [found.areas[row].id for row in found.row.tolist()] == list(ground().points.area)
    bare = replace(
        ground(), points=replace(ground().points, area=(AreaId(""),) * len(ground().points))
    )
    squares = areas_of(bare)
    assert {one.kind for one in squares.areas} == {AreaKind.SQUARE}
    assert all(type(one.lon) is type(one.boundary[0][0][0][0]) is float for one in squares.areas)
    for row, lon, lat in zip(squares.row, bare.points.lon, bare.points.lat, strict=True):
        shape = shapely.Polygon(squares.areas[row].boundary[0][0])
        assert shape.buffer(1e-4).covers(shapely.Point(lon, lat))


def test_too_many_villages_are_taken_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(study_areas, "MOST_AREAS", 7)
    found = areas_of(ground())
    # One town alone would say nothing of where; then squares are cut, as few as allowed.
    assert {one.kind for one in found.areas} == {AreaKind.SQUARE}
    assert 1 < len(found.areas) <= 7
    monkeypatch.setattr(study_areas, "MOST_AREAS", 400)
    monkeypatch.setattr(study_areas, "MOST_CORNERS", 10)
    assert all(one.boundary == () for one in areas_of(ground()).areas)


def test_areas_add_up_to_the_whole_and_stand_on_the_map() -> None:
    outcome = run_trial(ground(), [PRESENT], [AS_USUAL], TrialSetting(seed=3, runs=3, days=3.0))
    assert read_outcome(outcome_document(outcome)) == outcome
    one = outcome.figures[0]
    assert len(one.areas) == len(outcome.areas) == 8
    measured = sum(tier.calls for tier in one.tiers if tier.target_s is not None)
    assert sum(area.measured for area in one.areas) == round(3 * measured)
    assert one.in_time is not None
    met = sum(area.in_time.mean * area.measured for area in one.areas if area.in_time)
    assert met / (3 * measured) == pytest.approx(one.in_time.mean, abs=0.01)
    features = outcome_geojson(outcome)["features"]
    kinds = [feature["properties"]["kind"] for feature in features]
    assert kinds.count("area") == 8
    assert kinds.count("reach") == len(one.reach)
    assert kinds.count("post") == 3


def test_few_calls_keep_a_wide_interval_even_when_all_were_in_time() -> None:
    found = pooled_share(np.array([1.0, 2.0]), np.array([1.0, 2.0]))
    low = wilson(3, 3).low
    assert low is not None
    assert found == Interval(1.0, low, 1.0)
    assert pooled_share(np.zeros(3), np.zeros(3)) is None
    assert not AreaFigures(FEWEST_CALLS - 1, found, None).is_told
    assert AreaFigures(FEWEST_CALLS, found, None).is_told


def test_calls_that_are_late_together_count_for_less() -> None:
    of = np.full(4, 25.0)
    alike = pooled_share(np.full(4, 15.0), of)
    apart = pooled_share(np.array([25.0, 5.0, 25.0, 5.0]), of)
    assert alike is not None
    assert apart is not None
    assert alike.mean == apart.mean == 0.6
    assert (alike.low, alike.high) == pytest.approx((wilson(60, 100).low, wilson(60, 100).high))
    assert apart.low < alike.low
    assert apart.high > alike.high


def test_a_pooled_mean_weighs_calls_and_knows_no_error_from_one_run() -> None:
    assert pooled_mean(np.array([100.0, 0.0]), np.array([2.0, 0.0])) == Interval(50.0, 50.0, 50.0)
    found = pooled_mean(np.array([100.0, 600.0]), np.array([2.0, 3.0]))
    assert found is not None
    assert found.mean == 140.0
    assert found.low < 140.0 < found.high
    assert pooled_mean(np.zeros(2), np.zeros(2)) is None


def test_a_longer_target_reaches_further_and_a_closed_bridge_is_not_crossed() -> None:
    reaching = Reaching(ground())
    bands = reaching.of(PRESENT.posts, ())
    assert [band.target_s for band in bands] == [60.0, 180.0, 300.0]
    shapes = [shapely.MultiPolygon([(part[0], part[1:]) for part in one.boundary]) for one in bands]
    assert all(shape.is_valid for shape in shapes)
    assert shapes[0].area < shapes[1].area < shapes[2].area
    east = shapely.Point(*at(COLUMNS - 3, 2))
    assert shapes[2].covers(east)
    closed = reaching.of(PRESENT.posts, (RoadClosure(named("b"), *MIDDLE_OF_BRIDGE),))
    cut = shapely.MultiPolygon([(part[0], part[1:]) for part in closed[2].boundary])
    assert not cut.covers(east)
    nobody = [replace(post, units=0) for post in PRESENT.posts]
    assert reaching.of(nobody, ()) == ()
