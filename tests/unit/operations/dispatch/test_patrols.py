"""Patrols: drawn up for free units of one's own, kept with their seed, one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from tests.unit.operations.small_place import CREW_1, CREW_2, DISPATCHER, NOW_S, SUPERVISOR

from wardmote.core.domain.ids import UnitId
from wardmote.core.policies.patrol import load_patrol
from wardmote.core.policies.relocation_ground import Demand
from wardmote.core.travel.building import build_road_graph
from wardmote.core.travel.graph import RoadClass
from wardmote.core.travel.snapping import Snaps
from wardmote.core.travel.travel_times import TravelTimes
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.dispatch import beats, patrol_history, services
from wardmote.operations.dispatch.errors import NoPatrolError, UnitBusyError
from wardmote.operations.dispatch.models import PatrolPlan, PatrolRecord
from wardmote.operations.dispatch.patrol_history import (
    known_since,
    patrol_records,
    patrols_running,
)
from wardmote.operations.dispatch.services.patrol_records import RECORDS_KEPT_S
from wardmote.operations.incidents import services as incidents
from wardmote.operations.journal.models import JournalEntry
from wardmote.operations.places.city_runtime import CityRuntime
from wardmote.operations.units.errors import OffDutyError

U1 = UnitId("u1")
Spans = Sequence[tuple[str, float, float]]
SIDE, STEP, WEST, SOUTH = 11, 0.002, 111.14, 27.04


@dataclass
class Town:
    """Roads as the runtime of a city has them."""

    travel: TravelTimes
    directory: Any

    def snap(self, lon: Any, lat: Any) -> Snaps:
        return self.travel.snap(lon, lat)


@pytest.fixture
def town(place: None, monkeypatch: pytest.MonkeyPatch) -> CityRuntime:
    """A grid of streets around the post, 10 s a block, with calls all over it."""
    number = np.arange(SIDE * SIDE).reshape(SIDE, SIDE)
    tail = np.concatenate((number[:, :-1].ravel(), number[:-1].ravel()))
    head = np.concatenate((number[:, 1:].ravel(), number[1:].ravel()))
    row, column = np.divmod(np.arange(SIDE * SIDE), SIDE)
    lon, lat = WEST + column * STEP, SOUTH + row * STEP
    travel = TravelTimes.of(
        build_road_graph(
            lon, lat, edge_tail=tail, edge_head=head, forward_ms=[10_000] * len(tail),
            backward_ms=[10_000] * len(tail), road_class=[int(RoadClass.RESIDENTIAL)] * len(tail),
        )
    )  # fmt: skip
    demand = Demand(
        np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64),
        np.ones(len(lon)), np.full(len(lon), 180.0),
    )  # fmt: skip
    monkeypatch.setattr(beats, "demand_now", lambda *_: demand)
    beats._beats.clear()
    beats._demand.clear()
    return cast("CityRuntime", Town(travel, SimpleNamespace(place_book=lambda: None)))


def draw_up(town: CityRuntime, now_s: float = NOW_S) -> PatrolPlan:
    patrol = services.draw_patrol_for(CREW_1, U1, town, now_s=now_s)
    return services.keep_patrol(CREW_1, U1, patrol, now_s=now_s)


def test_a_crew_draws_up_a_patrol_and_finds_it_again(town: CityRuntime) -> None:
    services.go_on_duty(SUPERVISOR, U1, now_s=NOW_S)
    with pytest.raises(NoPatrolError):
        services.present_patrol(CREW_1, U1, NOW_S)
    kept = draw_up(town)
    row, patrol = services.present_patrol(DISPATCHER, U1, NOW_S + 60)
    assert (row.pk, row.seed) == (kept.pk, patrol.seed)
    assert patrol == load_patrol(kept.plan)
    assert patrol.kept_share >= 0.8
    assert patrol.stops
    with pytest.raises(NoPatrolError):
        services.present_patrol(CREW_1, U1, kept.until_s)


def test_a_new_patrol_puts_the_former_one_aside_and_is_another(town: CityRuntime) -> None:
    services.go_on_duty(SUPERVISOR, U1, now_s=NOW_S)
    first, second = draw_up(town), draw_up(town, NOW_S + 30)
    assert first.seed != second.seed
    assert services.present_patrol(CREW_1, U1, NOW_S + 40)[0].pk == second.pk


def test_of_a_patrol_that_is_over_only_its_figures_are_kept(
    town: CityRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.go_on_duty(SUPERVISOR, U1, now_s=NOW_S)
    cut, whole = draw_up(town), draw_up(town, NOW_S + 600)
    patrol = load_patrol(whole.plan)
    assert [one.unit for one in patrols_running(SUPERVISOR, NOW_S + 700)] == [U1]
    assert patrols_running(CREW_1, NOW_S + 700) == []
    driven = [(NOW_S + 610.0 + row, lon, lat) for row, (lon, lat) in enumerate(patrol.line)]

    def trace(spans: Spans) -> list[list[tuple[float, float, float]]]:
        return [[one for one in driven if from_s <= one[0] <= to_s] for _, from_s, to_s in spans]

    assert services.settle_patrols(trace, now_s=NOW_S + 700) == 1, "one was put aside"
    assert services.settle_patrols(trace, now_s=whole.until_s) == 1
    assert services.settle_patrols(trace, now_s=whole.until_s) == 0
    found = {one.made_s: one for one in patrol_records(SUPERVISOR)}
    assert (found[cut.made_s].cut_short, found[cut.made_s].way_share) == (True, None)
    assert (found[whole.made_s].cut_short, found[whole.made_s].way_share) == (False, 1.0)
    assert patrol_records(CREW_2) == []
    services.settle_patrols(trace, now_s=NOW_S + 8 * 86_400)
    assert not PatrolPlan.objects.exists()
    fields = {field.name for field in PatrolRecord._meta.get_fields()}
    assert not fields & {"plan", "line", "lon", "lat", "trace", "made_by"}
    records = patrol_records(SUPERVISOR)
    assert len(records) == 2
    assert known_since(records, NOW_S) == NOW_S - RECORDS_KEPT_S
    monkeypatch.setattr(patrol_history, "MOST_RECORDS", 2)
    assert known_since(records, NOW_S) == cut.made_s, "older ones are not read"
    services.settle_patrols(trace, now_s=cut.made_s + RECORDS_KEPT_S)
    assert len(patrol_records(SUPERVISOR)) == 2
    services.settle_patrols(trace, now_s=cut.made_s + RECORDS_KEPT_S + 1)
    assert [one.made_s for one in patrol_records(SUPERVISOR)] == [whole.made_s]


def test_a_call_excuses_a_patrol(town: CityRuntime) -> None:
    services.go_on_duty(SUPERVISOR, U1, now_s=NOW_S)
    kept = draw_up(town)
    call = incidents.NewCall("dispute.neighbour", "phone", lon=111.15, lat=27.05)
    entered = incidents.enter_call(DISPATCHER, call, now_s=NOW_S + 60).id
    services.assign(DISPATCHER, entered, [U1], now_s=NOW_S + 60)
    services.settle_patrols(lambda _spans: [[(NOW_S, 111.15, 27.05)]], now_s=kept.until_s)
    assert PatrolRecord.objects.get().cut_short


def test_a_plan_that_cannot_be_read_is_passed_over_and_forgotten_in_time(
    town: CityRuntime,
) -> None:
    services.go_on_duty(SUPERVISOR, U1, now_s=NOW_S)
    spoilt, empty, whole = draw_up(town), draw_up(town, NOW_S + 60), draw_up(town, NOW_S + 120)
    PatrolPlan.objects.filter(pk=spoilt.pk).update(plan={"format": "other"})
    PatrolPlan.objects.filter(pk=empty.pk).update(plan={**empty.plan, "line": []})
    asked: list[Spans] = []

    def no_traces(spans: Spans) -> list[list[tuple[float, float, float]]]:
        asked.append(spans)
        return [[] for _span in spans]

    assert services.settle_patrols(no_traces, now_s=whole.until_s) == 1
    assert [len(spans) for spans in asked] == [3], "traces of all are read in one go"
    assert [one.pk for one in PatrolRecord.objects.all()] == [whole.pk]
    assert PatrolPlan.objects.filter(pk__in=(spoilt.pk, empty.pk)).count() == 2
    services.settle_patrols(no_traces, now_s=NOW_S + 8 * 86_400)
    assert not PatrolPlan.objects.exists()


def test_only_the_own_crew_and_commanders_and_only_free_units(town: CityRuntime) -> None:
    with pytest.raises(OffDutyError):
        draw_up(town)
    services.go_on_duty(SUPERVISOR, U1, now_s=NOW_S)
    with pytest.raises(AccessDeniedError):
        services.draw_patrol_for(CREW_2, U1, town, now_s=NOW_S)
    with pytest.raises(AccessDeniedError):
        services.present_patrol(CREW_2, U1, NOW_S)
    call = incidents.NewCall("dispute.neighbour", "phone", lon=111.15, lat=27.05)
    entered = incidents.enter_call(DISPATCHER, call, now_s=NOW_S).id
    services.assign(DISPATCHER, entered, [U1], now_s=NOW_S)
    with pytest.raises(UnitBusyError):
        draw_up(town)


def test_all_idle_units_are_given_a_patrol_at_once_and_the_others_are_counted(
    town: CityRuntime,
) -> None:
    with pytest.raises(AccessDeniedError):
        services.draw_patrols(CREW_1, town, now_s=NOW_S)
    assert services.draw_patrols(SUPERVISOR, town, now_s=NOW_S) == services.PatrolsDrawn((), {})
    for unit in ("u1", "u2"):
        services.go_on_duty(SUPERVISOR, UnitId(unit), now_s=NOW_S)
    late = services.draw_patrols(SUPERVISOR, town, now_s=NOW_S, seconds_left=lambda: 0.0)
    assert late.passed_over == {services.PassedOver.LATER: 2}
    call = incidents.NewCall("dispute.neighbour", "phone", lon=111.15, lat=27.05)
    entered = incidents.enter_call(DISPATCHER, call, now_s=NOW_S).id
    services.assign(DISPATCHER, entered, [UnitId("u2")], now_s=NOW_S)
    found = services.draw_patrols(SUPERVISOR, town, now_s=NOW_S)
    assert found.drawn == (U1,)
    assert found.passed_over == {services.PassedOver.BUSY: 1}
    row, patrol = services.present_patrol(CREW_1, U1, NOW_S + 60)
    assert (row.made_by, patrol.kept_share >= 0.8) == (SUPERVISOR.staff_id, True)
    planned = JournalEntry.objects.get(type="unit.patrol_planned")
    assert (planned.actor, planned.data["patrol"]) == (SUPERVISOR.staff_id, row.pk)
    again = services.draw_patrols(SUPERVISOR, town, now_s=NOW_S + 60)
    assert (again.drawn, again.passed_over[services.PassedOver.ON_PATROL]) == ((), 1)
    assert services.present_patrol(CREW_1, U1, NOW_S + 60)[0].pk == row.pk
