"""Forecasts of a deployment's own calls: asked for, computed once a day, kept."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from tests.unit.operations.small_place import COUNTY, NOW_S, WEST, viewer

from wardmote.core.domain.permissions import Role
from wardmote.core.domain.study_events import ImportedCallsStated
from wardmote.core.planning.demand.origins import CallOrigin
from wardmote.core.studies.forecast_sheet import DriftCode
from wardmote.operations import child_process
from wardmote.operations.access.services import AccessDeniedError
from wardmote.operations.forecasts import selectors, services
from wardmote.operations.forecasts.computing import compute
from wardmote.operations.forecasts.models import DemandForecast
from wardmote.operations.forecasts.runner import ForecastRunner
from wardmote.operations.incidents.models import Incident
from wardmote.operations.journal import clock
from wardmote.operations.journal.selectors import events_after
from wardmote.operations.local_time import local_day
from wardmote.operations.studies.own_records import DemandSource

DAY_S = 86_400.0
OWN, IMPORTED_TOO = DemandSource.OWN_CALLS, DemandSource.IMPORTED_TOO
DISPATCHER = viewer((Role.DISPATCHER, COUNTY), staff="dispatcher")
PLANNER = viewer((Role.PLANNER, COUNTY), staff="planner")
CREW = viewer((Role.CREW, COUNTY), staff="crew")


def enter(days: int, *, officers: int = 3, imported: int = 2) -> None:
    """Twenty calls of the public a day until now, and others' of which less is known."""
    rng = np.random.default_rng(4)
    rows = []
    channels = ["phone"] * 20 + ["patrol"] * officers + ["import"] * imported
    for day in range(days):
        for number, channel in enumerate(channels):
            at_s = NOW_S - (day + float(rng.random())) * DAY_S
            rows.append(
                Incident(
                    id=f"{day}-{number}", number=f"{day}-{number}", category="dispute.neighbour",
                    priority=3, state="closed", since_s=at_s, channel=channel, lon=111.15,
                    lat=27.05, place_known="inside", place_class="elsewhere", area=WEST,
                    received_s=at_s, received_by="x",
                )
            )  # fmt: skip
    Incident.objects.bulk_create(rows)


def row(source: DemandSource = OWN) -> DemandForecast:
    return DemandForecast.objects.get(area=COUNTY, source=source.value)


def made(source: DemandSource = OWN) -> None:
    key = services.claim_next("c")
    assert key == row(source).pk
    compute(key, "c")


@pytest.fixture(autouse=True)
def at_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now_s", lambda: NOW_S)


def seen(source: DemandSource = OWN, now_s: float = NOW_S) -> selectors.ForecastSeen:
    return selectors.forecast_seen(DISPATCHER, COUNTY, source, now_s=now_s)


def test_the_first_look_asks_and_what_is_made_is_kept_for_the_day(place: None) -> None:
    enter(60)
    assert seen() == selectors.NOT_THERE
    services.look_up(DISPATCHER, COUNTY, OWN, now_s=NOW_S)
    assert seen().under_way
    made()
    found = seen()
    assert (found.current, found.under_way, found.problem) == (True, False, None)
    assert found.sheet is not None
    account = found.sheet.account
    assert 20 * 58 <= account.learnt <= 20 * 60
    assert {one.origin for one in account.refused} == {CallOrigin.OFFICER, CallOrigin.UNKNOWN}
    assert found.sheet.drift.code is DriftCode.STEADY
    assert len(found.sheet.days) == 14
    services.look_up(DISPATCHER, COUNTY, OWN, now_s=NOW_S)
    assert services.claim_next("again") is None


def test_a_new_day_wants_a_new_one_while_the_old_is_shown(place: None) -> None:
    enter(60)
    services.look_up(DISPATCHER, COUNTY, OWN, now_s=NOW_S)
    made()
    tomorrow = NOW_S + DAY_S
    assert services.renew(now_s=NOW_S) == 0
    assert services.renew(now_s=tomorrow) == 1
    later = seen(now_s=tomorrow)
    assert later.sheet is not None
    assert (later.current, later.under_way) == (False, True)
    made()
    assert services.renew(now_s=NOW_S + services.KEPT_FRESH_S + 2 * DAY_S) == 0


def test_only_so_many_are_renewed_a_day_the_last_looked_at_first(
    place: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MOST_A_DAY", 3)
    today = local_day(NOW_S).isoformat()
    DemandForecast.objects.bulk_create(
        DemandForecast(
            area=area, source=OWN.value, state=services.IDLE, day=day, wanted_s=NOW_S - ago
        )
        for area, day, ago in (
            ("fresh", today, 9.0), ("old", "", 3.0), ("first", "", 1.0), ("second", "", 2.0)
        )
    )  # fmt: skip
    assert services.renew(now_s=NOW_S) == 2
    wanted = DemandForecast.objects.filter(state=services.WANTED).order_by("area")
    assert [one.area for one in wanted] == ["first", "second"]
    assert services.renew(now_s=NOW_S) == 0


def test_too_short_a_history_is_said_and_not_tried_again_the_same_day(place: None) -> None:
    enter(12)
    services.look_up(DISPATCHER, COUNTY, OWN, now_s=NOW_S)
    made()
    found = seen()
    assert found.problem is not None
    assert "a forecast needs 42" in found.problem.en
    services.look_up(DISPATCHER, COUNTY, OWN, now_s=NOW_S)
    assert services.claim_next("again") is None
    services.ask_again(DISPATCHER, COUNTY, OWN, now_s=NOW_S)
    assert services.claim_next("again") is not None


def test_only_who_plans_may_state_that_imported_calls_were_the_publics(place: None) -> None:
    enter(60)
    for act in (services.look_up, services.ask_again):
        with pytest.raises(AccessDeniedError):
            act(DISPATCHER, COUNTY, IMPORTED_TOO, now_s=NOW_S)
    assert selectors.usual_source(COUNTY) is OWN
    with pytest.raises(AccessDeniedError):
        services.state_origin(DISPATCHER, COUNTY, now_s=NOW_S)
    services.state_origin(PLANNER, COUNTY, now_s=NOW_S)
    made(IMPORTED_TOO)
    assert selectors.usual_source(COUNTY) is IMPORTED_TOO
    services.look_up(DISPATCHER, COUNTY, IMPORTED_TOO, now_s=NOW_S)
    found = seen(IMPORTED_TOO)
    assert found.stated_by == "planner"
    assert found.sheet is not None
    assert found.sheet.account.learnt >= 22 * 58
    assert {one.origin for one in found.sheet.account.refused} == {CallOrigin.OFFICER}


def test_a_statement_is_in_the_journal_once_and_can_be_taken_back(place: None) -> None:
    services.state_origin(PLANNER, COUNTY, now_s=NOW_S)
    services.state_origin(replace(PLANNER, staff_id="another"), COUNTY, now_s=NOW_S)
    services.ask_again(DISPATCHER, COUNTY, IMPORTED_TOO, now_s=NOW_S)
    assert row(IMPORTED_TOO).stated_by == "planner"
    key = services.claim_next("c")
    with pytest.raises(AccessDeniedError):
        services.withdraw_origin(DISPATCHER, COUNTY, now_s=NOW_S)
    services.withdraw_origin(PLANNER, COUNTY, now_s=NOW_S)
    services.withdraw_origin(PLANNER, COUNTY, now_s=NOW_S)
    assert key is not None
    assert not services.keep(key, "c", {"format": "x"}, now_s=NOW_S)
    assert selectors.usual_source(COUNTY) is OWN
    found = [
        (one.actor, one.payload)
        for one in events_after(0)
        if isinstance(one.payload, ImportedCallsStated)
    ]
    assert found == [
        ("planner", ImportedCallsStated(True)), ("planner", ImportedCallsStated(False)),
    ]  # fmt: skip


def test_who_may_not_see_figures_sees_no_forecast(place: None) -> None:
    with pytest.raises(AccessDeniedError):
        services.look_up(CREW, COUNTY, OWN, now_s=NOW_S)
    with pytest.raises(AccessDeniedError):
        selectors.forecast_seen(CREW, COUNTY, OWN, now_s=NOW_S)
    assert not DemandForecast.objects.exists()


def test_a_lost_claim_changes_nothing(place: None) -> None:
    services.look_up(DISPATCHER, COUNTY, OWN, now_s=NOW_S)
    key = services.claim_next("first")
    assert key is not None
    assert services.give_up_lost() == 1
    assert not services.keep(key, "first", {"format": "x"}, now_s=NOW_S)
    assert not services.fail(key, "first", services.STOPPED, now_s=NOW_S)
    assert (row().state, row().document) == (services.WANTED, None)


def test_a_process_that_ends_without_a_forecast_leaves_a_problem(
    place: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.look_up(DISPATCHER, COUNTY, OWN, now_s=NOW_S)
    begun: list[subprocess.Popen[bytes]] = []

    def begin(command: Sequence[str]) -> subprocess.Popen[bytes]:
        begun.append(child_process.begin(command))
        return begun[-1]

    monkeypatch.setattr("wardmote.operations.child_runner.begin", begin)
    runner = ForecastRunner(lambda key, claim: (sys.executable, "-c", "import sys; sys.exit(7)"))
    runner.look()
    assert row().state == services.RUNNING
    begun[0].wait()
    runner.look()
    assert row().state == services.IDLE
    assert seen().problem == services.STOPPED
