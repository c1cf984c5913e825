"""Promises against what followed, on the boundaries."""

from __future__ import annotations

from dataclasses import replace

import pytest

from wardmote.core.domain.ids import AreaId, IncidentId, UnitId
from wardmote.core.domain.incident import FieldTime, Priority
from wardmote.core.domain.places import PlaceClass
from wardmote.core.domain.standards import STANDARD_135, URBAN_RURAL, Objective
from wardmote.core.domain.text import Bilingual
from wardmote.core.measures.distributions import Share, wilson
from wardmote.core.measures.intervals import MeasuredCall, UnitResponse
from wardmote.core.measures.promises import (
    LEAST_CALLS,
    Promise,
    PromisedTier,
    Verdict,
    check_promise,
    verdict_of,
)

TIER = PromisedTier(PlaceClass.CENTRE, Bilingual("中心", "Centre"), 180.0, 0.8, 0.75, 0.85, 50.0)
OBJECTIVE = STANDARD_135.objectives[0]


def call(seconds: float | None, *, valid: bool = True, sent: bool = True,
         where: PlaceClass = PlaceClass.CENTRE,
         priority: Priority = Priority.URGENT) -> MeasuredCall:  # fmt: skip
    stamps = {OBJECTIVE.start: 100.0}
    if seconds is not None:
        stamps[OBJECTIVE.stop] = 100.0 + seconds
    unit = UnitResponse(UnitId("u1"), "patrol_car", {FieldTime.ASSIGNED: 100.0})
    return MeasuredCall(
        incident=IncidentId("c"), category="dispute", priority=priority, place_class=where,
        stamps=stamps, valid=valid, ended=True, group=AreaId("430521101000"), beat=None,
        responses=(unit,) if sent else (),
    )  # fmt: skip


def test_the_target_itself_is_in_time_and_the_unknown_is_counted_apart() -> None:
    promise = Promise("135", "1", OBJECTIVE.code, (TIER,))
    calls = [call(180.0), call(180.001), call(None), call(-5.0), call(10.0, valid=False),
             call(10.0, sent=False), call(10.0, where=PlaceClass.ELSEWHERE)]  # fmt: skip
    [kept] = check_promise(promise, OBJECTIVE, calls)
    assert (kept.measured.met, kept.measured.of, kept.unknown) == (1, 2, 2)
    assert kept.verdict is Verdict.TOO_EARLY


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (0.5, 0.7499, Verdict.MISSED),
        (0.5, 0.75, Verdict.KEPT),
        (0.85, 0.9, Verdict.KEPT),
        (0.8501, 0.9, Verdict.SURPASSED),
    ],
)
def test_a_promise_is_judged_by_intervals_that_do_not_touch(
    low: float, high: float, verdict: Verdict
) -> None:
    assert verdict_of(TIER, Share(60, 100, 0.6, low, high)) is verdict


def test_below_thirty_calls_nothing_is_said() -> None:
    assert verdict_of(TIER, wilson(0, LEAST_CALLS - 1)) is Verdict.TOO_EARLY
    assert verdict_of(TIER, wilson(0, LEAST_CALLS)) is Verdict.MISSED


def test_each_call_is_held_to_the_target_of_its_own_priority() -> None:
    rural = URBAN_RURAL.objectives[0]
    promise = Promise("urban-rural", "1", rural.code, (TIER,))
    calls = [measured(rural, 480.0, Priority.URGENT), measured(rural, 481.0, Priority.URGENT),
             measured(rural, 1_200.0, Priority.ROUTINE),
             measured(rural, 1_201.0, Priority.ROUTINE)]  # fmt: skip
    [kept] = check_promise(promise, rural, calls)
    assert (kept.measured.met, kept.measured.of) == (2, 4)


def test_calls_of_a_priority_that_is_not_measured_are_left_out() -> None:
    tiers = tuple(
        replace(tier, priorities=frozenset({Priority.URGENT})) for tier in OBJECTIVE.tiers
    )
    promise = Promise("135", "1", OBJECTIVE.code, (TIER,))
    calls = [call(10.0), call(10.0, priority=Priority.ROUTINE),
             call(None, priority=Priority.ROUTINE)]  # fmt: skip
    [kept] = check_promise(promise, replace(OBJECTIVE, tiers=tiers), calls)
    assert (kept.measured.met, kept.measured.of, kept.unknown) == (1, 1, 0)


def measured(objective: Objective, seconds: float, priority: Priority) -> MeasuredCall:
    stamps = {objective.start: 100.0, objective.stop: 100.0 + seconds}
    return replace(call(1.0, priority=priority), stamps=stamps)
