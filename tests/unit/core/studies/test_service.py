"""Units stay as long as calls of the same kind kept them in the records."""

from __future__ import annotations

import datetime
from dataclasses import replace

import numpy as np
import pytest
from tests.unit.core.studies.small_place import ground

from wardmote.core.domain.call_record import CallRecord, RecordTime, Stamps, UnitRecord
from wardmote.core.domain.incident import Priority
from wardmote.core.simulation.twin import columns as c
from wardmote.core.studies.handling import recorded_handling
from wardmote.core.studies.not_modelled import not_modelled
from wardmote.core.studies.plan import present_plan
from wardmote.core.studies.scenario import AS_USUAL
from wardmote.core.studies.service import LEAST_AROUND, LEAST_ON_SCENE, Service, fit_service
from wardmote.core.studies.worlds import draw_demand

MONDAY_S = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC).timestamp()


def call(
    number: int, category: str | None, hour: int, stays_s: float, units: int = 1
) -> CallRecord:
    at_s = MONDAY_S + number * 86_400.0 + hour * 3_600.0
    sent = tuple(
        UnitRecord(f"A{unit}", "car", "", unit + 1, Stamps((
            (RecordTime.ASSIGNED, at_s + 60), (RecordTime.EN_ROUTE, at_s + 90),
            (RecordTime.ARRIVED, at_s + 400), (RecordTime.CLEARED, at_s + 400 + stays_s),
        )), number)
        for unit in range(units)
    )  # fmt: skip
    return CallRecord(
        f"t:{number}", "", str(number), "x", category, "", Priority.URGENT, "", 112.0, 27.0, "",
        "", "", Stamps(((RecordTime.RECEIVED, at_s),)), sent, (number,),
    )  # fmt: skip


def hour_of(at_s: float) -> int:
    return int(at_s % 86_400.0 // 3_600.0)


def fitted(calls: list[CallRecord]) -> Service | None:
    told = recorded_handling(calls, None)
    return fit_service(calls, told.scene_s, told.units, hour_of)


def mixed(of_thefts: int = 100, of_crashes: int = 100) -> list[CallRecord]:
    """Thefts by day keep one unit for 20 minutes, crashes at night two for an hour."""
    thefts = [call(n, "offence.theft", 8 + n % 10, 1_200.0) for n in range(of_thefts)]
    return thefts + [call(n, "traffic.injury", n % 4, 3_600.0, 2) for n in range(of_crashes)]


def test_groups_have_their_own_times_units_and_hours() -> None:
    found = fitted(mixed())
    assert found is not None
    assert found.groups == ("offence", "traffic")
    urgent = Priority.URGENT - 1
    assert found.own[urgent].all()
    assert found.scene_s[urgent, :, 32].tolist() == [1_200.0, 3_600.0]
    assert found.units[urgent, :, :2].tolist() == [[1.0, 0.0], [0.0, 1.0]]
    assert found.share[urgent, 12].tolist() == [1.0, 0.0]
    assert found.share[urgent, 2].tolist() == [0.0, 1.0]
    assert found.share.sum(axis=2) == pytest.approx(1.0)


@pytest.mark.parametrize(("of_crashes", "own"), [(20, True), (19, False)])
def test_a_thin_group_takes_the_times_of_its_priority(of_crashes: int, own: bool) -> None:
    calls = mixed(100, of_crashes)
    assert LEAST_ON_SCENE == 40
    found, told = fitted(calls), recorded_handling(calls, None)
    assert found is not None
    urgent = Priority.URGENT - 1
    assert found.own[urgent].tolist() == [True, own]
    if not own:
        assert found.scene_s[urgent, 1].tolist() == told.scene_s[urgent].tolist()
        assert found.units[urgent, 1].tolist() == told.units[urgent].tolist()
    # Crashes are rare at any hour: those of the whole day tell the groups of the night.
    assert of_crashes < LEAST_AROUND
    assert found.share[urgent, 2, 1] == pytest.approx(of_crashes / (100 + of_crashes))


def test_too_few_records_tell_no_groups() -> None:
    assert fitted(mixed(LEAST_ON_SCENE - 1, 0)) is None
    assert fitted(mixed(LEAST_ON_SCENE, 0)) is not None
    assert fitted([]) is None
    unknown = fitted([replace(one, category=None) for one in mixed(LEAST_ON_SCENE, 0)])
    assert unknown is not None
    assert unknown.groups == ("",)


def test_calls_are_drawn_with_a_group_and_served_as_it_is() -> None:
    calls = mixed()
    told = recorded_handling(calls, None)
    service = fit_service(calls, told.scene_s, told.units, hour_of)
    of = ground()
    handling = replace(told, service=service)
    drawn = draw_demand(of.points, handling, AS_USUAL, 3, 28.0)
    urgent = drawn.calls_i[:, c.PRIORITY] == Priority.URGENT - 1
    hour = drawn.calls_f[:, c.ARRIVAL_S] // 3_600 % 24
    assert (drawn.group[urgent & (hour == 2)] == 1).all()
    assert (drawn.group[urgent & (hour == 12)] == 0).all()
    for group, stays_s, units in ((0, 1_200.0, 1), (1, 3_600.0, 2)):
        mine = urgent & (drawn.group == group)
        assert mine.sum() > 20
        assert (drawn.calls_f[mine, c.SCENE_S] == stays_s).all()
        assert (np.bincount(drawn.first[mine])[np.unique(drawn.first[mine])] == units).all()
    plain = draw_demand(of.points, told, AS_USUAL, 3, 28.0)
    np.testing.assert_array_equal(
        np.unique(plain.calls_f[:, c.DECISION_S]), np.unique(drawn.calls_f[:, c.DECISION_S])
    )
    plan = present_plan(of.book)
    said = [
        {one.en for one in not_modelled(replace(of, handling=one), [plan], [AS_USUAL])}
        for one in (told, handling)
    ]
    assert said[0] - said[1] == {
        "time on scene by category: one distribution serves all calls of a priority"
    }
