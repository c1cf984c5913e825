"""Units take people to hospitals in a trial where records and the place say so."""

from __future__ import annotations

import datetime
from dataclasses import replace

import numpy as np
import pytest
from tests.unit.core.studies.small_place import BRIDGE_ROW, at, book, ground, named

from wardmote.core.domain.call_record import CallRecord, RecordTime, Stamps, UnitRecord
from wardmote.core.domain.incident import Priority
from wardmote.core.domain.places import KeyPlace
from wardmote.core.domain.standards import URBAN_RURAL
from wardmote.core.planning.demand.origins import CallOrigin
from wardmote.core.simulation.twin import columns as c
from wardmote.core.studies.figures import Outcome
from wardmote.core.studies.ground import Ground, Records, ground_of
from wardmote.core.studies.plan import present_plan
from wardmote.core.studies.scenario import AS_USUAL, RoadClosure, Scenario
from wardmote.core.studies.transport import LEAST_TRANSPORTS, fit_transport
from wardmote.core.studies.trial import TrialSetting, run_trial
from wardmote.core.studies.trial_roads import hospital_of, parts_of, prepare_roads
from wardmote.core.studies.worlds import draw_demand

MONDAY_S = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC).timestamp()
DAYS = 10
HOSPITAL = KeyPlace("h", named("Hospital"), "hospital", *at(9, 0), 100.0)


def call(number: int, at_s: float, where: tuple[float, float], *, taken: bool) -> CallRecord:
    stamps = [(RecordTime.ASSIGNED, 60.0), (RecordTime.EN_ROUTE, 90.0), (RecordTime.ARRIVED, 400.0)]
    if taken:
        stamps += [(RecordTime.TRANSPORTING, 1_000.0), (RecordTime.AT_DESTINATION, 1_900.0)]
    stamps.append((RecordTime.CLEARED, 400.0 + (2_700.0 if taken else 300.0)))
    sent = Stamps(tuple((name, at_s + after_s) for name, after_s in stamps))
    unit = UnitRecord("A1", "ambulance", "", 1, sent, number)
    return CallRecord(
        f"t:{number}", "", str(number), "ill", None, "", Priority.URGENT, "", *where, "", "", "",
        Stamps(((RecordTime.RECEIVED, at_s),)), (unit,), (number,),
    )  # fmt: skip


def calls(taken: int) -> list[CallRecord]:
    rng = np.random.default_rng(1)
    moments = np.sort(rng.uniform(0, DAYS * 86_400, 12 * DAYS)) + MONDAY_S
    return [
        call(n, float(s), at(float(rng.integers(0, 4)), float(rng.integers(0, 6))), taken=n < taken)
        for n, s in enumerate(moments)
    ]


def place(taken: int = 60, *, hospital: bool = True) -> Ground:
    places = replace(book(), key_places=(HOSPITAL,) if hospital else ())
    records = Records(calls(taken), lambda _: CallOrigin.PUBLIC, datetime.UTC)
    return ground_of(places, ground().travel, URBAN_RURAL, records)


@pytest.mark.parametrize(("taken", "known"), [(LEAST_TRANSPORTS, True), (39, False), (0, False)])
def test_nobody_is_taken_where_records_say_too_little(taken: int, known: bool) -> None:
    assert (fit_transport(calls(taken)) is not None) == known


def test_durations_of_those_who_stay_are_told_apart_from_those_who_go() -> None:
    there = place().handling
    assert there.transport is not None
    assert there.transport.share == pytest.approx(0.5)
    assert there.transport.scene_s[32] == 600.0
    assert there.transport.handover_s[32] == 1_200.0
    urgent = Priority.URGENT - 1
    assert there.scene_s[urgent].max() == 300.0
    assert there.service is not None
    assert there.service.scene_s[urgent].max() == 300.0
    assert there.busy_s[urgent] == pytest.approx((300.0 + 2_700.0) / 2)
    without = place(hospital=False).handling
    assert without.transport is None
    assert without.busy_s[urgent] == pytest.approx(there.busy_s[urgent], rel=0.02)


def test_calls_are_drawn_with_a_drive_to_the_nearest_hospital_of_their_bank() -> None:
    of = place()
    drawn = draw_demand(of.points, of.handling, AS_USUAL, 1, 14.0)
    taken = drawn.calls_i[:, c.HOSPITAL] == c.NEAREST_HOSPITAL
    assert taken.mean() == pytest.approx(0.5, abs=0.08)
    assert set(drawn.calls_f[taken, c.HANDOVER_S]) == {1_200.0}
    assert set(drawn.calls_f[~taken, c.HANDOVER_S]) == {0.0}
    posts, points = present_plan(of.book).posts, of.points.places
    closure = RoadClosure(named("b"), *at(4.5, BRIDGE_ROW), 0.0)
    for closed, found in (((), 0), ((closure,), c.NO_HOSPITAL)):
        trial = prepare_roads(of.travel, posts, closed, points=points, hospitals=[HOSPITAL])
        assert trial.holds(posts, points, [HOSPITAL])
        roads, places = trial.of_posts(posts)
        node, _ = trial.nodes_of(points)
        assert set(hospital_of(roads, places, node, parts_of(roads, places)[1])) == {found}
    assert not prepare_roads(of.travel, posts, points=points).holds(posts, points, [HOSPITAL])


def test_units_drive_to_the_hospital_and_the_outcome_says_what_is_left_out() -> None:
    cut = Scenario("cut", named("cut"), roads_closed=(RoadClosure(named("b"), *at(4.5, 2), 0.0),))
    outcomes: list[Outcome] = [
        run_trial(of, [present_plan(of.book)], [AS_USUAL, cut], TrialSetting(1, 2, 5.0))
        for of in (place(), place(hospital=False))
    ]
    with_, without = (one.figures[0].cost.km_a_day.mean for one in outcomes)
    assert with_ > without + 10
    said = [{one.en for one in found.not_modelled} for found in outcomes]
    nobody = "transport: nobody is taken anywhere, a unit is free when it leaves the scene"
    assert nobody in said[1] - said[0]
    assert any(one.startswith("transport elsewhere") for one in said[0] - said[1])
    # Over the closed bridge nobody is driven.
    assert outcomes[0].figures[1].cost.km_a_day.mean < with_
