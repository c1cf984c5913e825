"""A place known by its own records."""

from __future__ import annotations

import datetime
import json

import numpy as np
import pytest
from tests.unit.core.studies.small_place import at, book, ground

from wardmote.core.domain.call_record import CallRecord, RecordTime, Stamps, UnitRecord
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.problem import Problem
from wardmote.core.domain.standards import NFPA_1710, STANDARD_135, URBAN_RURAL
from wardmote.core.planning.demand.origins import CallOrigin
from wardmote.core.studies.demand_account import CallsOfOrigin
from wardmote.core.studies.figures import outcome_document, read_outcome
from wardmote.core.studies.ground import FROM_RECORDS, Records, ground_of
from wardmote.core.studies.plan import present_plan
from wardmote.core.studies.proposing import propose_posts
from wardmote.core.studies.questions import PostQuestion
from wardmote.core.studies.trial import TrialSetting, run_trial

MONDAY_S = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC).timestamp()


def call(number: int, at_s: float, where: tuple[float, float], kind: str = "theft") -> CallRecord:
    stamps = Stamps(((RecordTime.RECEIVED, at_s),))
    sent = Stamps(
        (
            (RecordTime.ASSIGNED, at_s + 60),
            (RecordTime.EN_ROUTE, at_s + 90),
            (RecordTime.ARRIVED, at_s + 400),
            (RecordTime.CLEARED, at_s + 400 + 600),
        )
    )
    unit = UnitRecord("A1", "patrol_car", "", 1, sent, number)
    return CallRecord(
        f"t:{number}", "", str(number), kind, None, "", Priority.URGENT, "", *where, "", "", "",
        stamps, (unit,), (number,),
    )  # fmt: skip


def records(days: int, *, officers: int = 0) -> Records:
    rng = np.random.default_rng(1)
    calls = [
        call(n, float(s), at(float(rng.integers(0, 4)), float(rng.integers(0, 6))))
        for n, s in enumerate(np.sort(rng.uniform(0, days * 86_400, days * 12)) + MONDAY_S)
    ]
    stops = [
        call(10_000 + n, MONDAY_S + n * 1_000.0, at(9, 5), "TRAFFIC STOP") for n in range(officers)
    ]

    def origin(one: CallRecord) -> CallOrigin:
        officer = one.source_category == "TRAFFIC STOP"
        return CallOrigin.OFFICER if officer else CallOrigin.PUBLIC

    return Records((*calls, *stops), origin, datetime.UTC)


@pytest.mark.parametrize(("days", "method"), [(10, "counted"), (35, "learnt")])
def test_demand_is_that_of_the_records_whatever_officers_found(days: int, method: str) -> None:
    plain = ground_of(book(), ground().travel, STANDARD_135, records(days))
    found = ground_of(book(), ground().travel, STANDARD_135, records(days, officers=300))
    assert plain.demand_from == FROM_RECORDS
    assert found.account is not None
    assert found.account.refused == (CallsOfOrigin(CallOrigin.OFFICER, 300),)
    assert found.account.learnt == 12 * days
    assert (found.account.days, found.account.method) == (days, method)
    assert plain.calls_a_week == pytest.approx(12 * 7, rel=0.15)
    assert found.calls_a_week == pytest.approx(plain.calls_a_week)
    assert found.points.lon.max() < at(5, 0)[0]
    assert found.handling.turnout_s == pytest.approx(30.0)
    assert found.handling.scene_s[1, 32] == pytest.approx(600.0)
    assert found.points.pattern.sum(axis=(1, 2)) == pytest.approx(1.0)


def test_a_place_with_records_is_planned_and_tried() -> None:
    place = ground_of(book(), ground().travel, URBAN_RURAL, records(10))
    found = propose_posts(place, PostQuestion(2))
    assert found.plan is not None
    assert found.status == "proven"
    outcome = run_trial(place, [present_plan(book()), found.plan], [], TrialSetting(1, 2, 2.0))
    assert outcome.demand_from == FROM_RECORDS
    assert outcome.demand == place.account
    kept = read_outcome(json.loads(json.dumps(outcome_document(outcome))))
    assert kept.demand == outcome.demand
    first = outcome.figures[0]
    assert first.response.mean_s is not None
    # From receipt: the minute until the order is in it.
    assert first.response.mean_s.mean > 60 + 30


def test_a_standard_of_the_drive_alone_leaves_out_the_turnout() -> None:
    whole = ground_of(book(), ground().travel, STANDARD_135, records(10))
    drive = whole.aiming_at(NFPA_1710)
    assert whole.clock_before_driving_s == pytest.approx(30.0)
    assert drive.clock_before_driving_s == pytest.approx(0.0)
    setting = TrialSetting(1, 2, 3.0)
    times = [
        run_trial(one, [present_plan(book())], [], setting).figures[0].response.mean_s
        for one in (whole, drive)
    ]
    assert times[0] is not None
    assert times[1] is not None
    assert times[0].mean - times[1].mean == pytest.approx(30.0, abs=1.0)


def test_a_year_of_the_plan_is_the_year_of_the_account() -> None:
    place = ground_of(book(), ground().travel, STANDARD_135, records(35))
    assert place.account is not None
    year = place.account.year
    points = place.points
    assert (place.calls_a_week + points.left_out) * 365.25 / 7 == pytest.approx(year.calls)
    assert year.low < 12 * 365.25 < year.high
    assert (year.first_day, year.last_day, year.seasonal) == ("2024-02-05", "2025-02-03", False)
    assert points.doubt is not None
    assert len(points.doubt.point) == len(points)


def test_calls_of_too_few_weeks_are_no_demand_by_place() -> None:
    whole = records(35)
    kept = [one for one in whole.calls if (one.received_s - MONDAY_S) // 604_800 in (0, 4)]
    with pytest.raises(Problem, match="too few weeks"):
        ground_of(book(), ground().travel, STANDARD_135, Records(kept, whole.origin_of, whole.zone))


def test_records_of_officers_alone_teach_nothing() -> None:
    only = records(10)
    refused = Records(only.calls, lambda one: CallOrigin.OFFICER, only.zone)
    with pytest.raises(Problem, match="no call of the public"):
        ground_of(book(), ground().travel, STANDARD_135, refused)
